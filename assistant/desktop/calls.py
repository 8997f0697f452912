"""Many D-Bus calls at once: what is asked in one turn of the loop is one write, and no application gets too many.

A walk of a window is thousands of small calls, and what each costs here is what it costs: one task, one timer and one
system call per call were more than half of the time.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

from assistant.desktop.target import Accessible

CALLS_IN_FLIGHT = 32  # to one application: it draws its window between our calls, and a socket is never full of them
HUNG_SECONDS = 1.0  # how long an application that did not answer is left alone, as Orca does


class CallFailed(Exception):
    """An application, or the bus, did not answer a call as asked. Never carries its text."""


class ApplicationHangs(CallFailed):
    """The application did not answer in time; it is left alone for HUNG_SECONDS."""


class BusLost(CallFailed):
    """The connection is down; `AccessibilityBus.keep` makes it again."""


class OutOfTime(CallFailed):
    """There was no time left for this call; that says nothing about the application."""


class Request(NamedTuple):
    """One call: of which object, what."""

    to: Accessible
    interface: str
    member: str
    signature: str = ""
    body: tuple[Any, ...] = ()


Reply = list[Any] | CallFailed
"""The body of an answer, or why there is none."""


@dataclass(slots=True, eq=False)
class _Batch:
    """Calls whose answers are wanted together."""

    whole: asyncio.Future[None]
    replies: list[Reply]
    missing: int
    seconds: float

    def take(self, place: int, reply: Reply) -> None:
        self.replies[place] = reply
        self.missing -= 1
        if not self.missing and not self.whole.done():
            self.whole.set_result(None)

    def give_up(self) -> None:
        """Leave unanswered what is unanswered."""
        if not self.whole.done():
            self.whole.set_result(None)


@dataclass(slots=True, eq=False)
class _Pending:
    batch: _Batch
    place: int
    request: Request
    expires: float = 0.0


@dataclass(slots=True, eq=False)
class _Line:
    """What one application is asked: in flight by serial, and waiting for its turn."""

    waiting: deque[_Pending] = field(default_factory=deque)
    in_flight: dict[int, _Pending] = field(default_factory=dict)


class Calls:
    """Sends calls over a connection and hands out their answers. `attach` gives it a connection, `lose` takes it."""

    def __init__(self) -> None:
        self._bus: MessageBus | None = None
        self._lines: dict[str, _Line] = {}
        self._by_serial: dict[int, _Line] = {}
        self._hung_until: dict[str, float] = {}
        self._is_pumping = False
        self._watchdog: asyncio.TimerHandle | None = None
        self.count = 0
        """Calls made so far."""

    def attach(self, bus: MessageBus) -> None:
        self._bus = bus
        self._hung_until.clear()

    def lose(self, bus: MessageBus) -> None:
        """Fail what was asked over a connection that is no more."""
        if bus is not self._bus:
            return
        self._bus = None
        lines, self._lines = self._lines, {}
        self._by_serial.clear()
        if self._watchdog:
            self._watchdog.cancel()
            self._watchdog = None
        for line in lines.values():
            for pending in (*line.in_flight.values(), *line.waiting):
                pending.batch.take(pending.place, BusLost(pending.request.member))

    def is_hung(self, name: str) -> bool:
        """Whether this application did not answer within the last second."""
        until = self._hung_until.get(name)
        if until is None:
            return False
        if time.monotonic() < until:
            return True
        del self._hung_until[name]
        return False

    async def run(self, requests: Iterable[Request], seconds: float, until: float | None = None) -> list[Reply]:
        """Return the answers in the order of the requests.

        An application that leaves one for `seconds` unanswered hangs. At `until`, in the loop's time, what is still
        unanswered is OutOfTime.
        """
        wanted = list(requests)
        loop = asyncio.get_running_loop()
        if not wanted:
            return []
        if self._bus is None or not self._bus.connected:
            return [BusLost(request.member) for request in wanted]
        replies: list[Reply] = [OutOfTime(request.member) for request in wanted]
        batch = _Batch(loop.create_future(), replies, len(wanted), seconds)
        for place, request in enumerate(wanted):
            self._lines.setdefault(request.to.bus_name, _Line()).waiting.append(_Pending(batch, place, request))
        self._pump_soon(loop)
        timer = loop.call_at(until, batch.give_up) if until is not None else None
        try:
            await batch.whole
        finally:
            if timer:
                timer.cancel()
            if batch.missing:
                self._forget(batch)
        return batch.replies

    def take(self, message: Message) -> None:
        """Hand an answer to who waits for it."""
        line = self._by_serial.pop(message.reply_serial, None)
        if self._hung_until and message.sender:
            self._hung_until.pop(message.sender, None)  # it lives after all
        if line is None:
            return  # nobody waits any more
        pending = line.in_flight.pop(message.reply_serial)
        if message.message_type is MessageType.ERROR:
            reply: Reply = CallFailed(f"{pending.request.member}: {message.error_name}")
        else:
            reply = message.body
        pending.batch.take(pending.place, reply)
        if line.waiting:
            self._pump_soon(asyncio.get_running_loop())

    def _forget(self, batch: _Batch) -> None:
        for line in self._lines.values():
            for serial in [serial for serial, pending in line.in_flight.items() if pending.batch is batch]:
                del line.in_flight[serial], self._by_serial[serial]
            if line.waiting:
                line.waiting = deque(pending for pending in line.waiting if pending.batch is not batch)

    # Sending

    def _pump_soon(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._is_pumping:
            self._is_pumping = True
            loop.call_soon(self._pump)

    def _pump(self) -> None:
        self._is_pumping = False
        if self._bus is None or not self._bus.connected:
            return  # `lose` is about to come
        messages: list[Message] = []
        for name, line in list(self._lines.items()):
            if self._hung_until and line.waiting and self.is_hung(name):
                self._refuse(line)
            while line.waiting and len(line.in_flight) < CALLS_IN_FLIGHT:
                messages.append(self._send(self._bus, line, line.waiting.popleft()))
            if not line.waiting and not line.in_flight:
                del self._lines[name]
        if messages:
            self.count += len(messages)
            _write(self._bus, messages)

    def _send(self, bus: MessageBus, line: _Line, pending: _Pending) -> Message:
        to, interface, member, signature, body = pending.request
        message = Message(to.bus_name, to.path, interface, member, signature=signature, body=list(body))
        message.serial = bus.next_serial()
        line.in_flight[message.serial] = pending
        self._by_serial[message.serial] = line
        loop = asyncio.get_running_loop()
        pending.expires = loop.time() + pending.batch.seconds
        if self._watchdog is None or pending.expires < self._watchdog.when():
            self._watch_until(pending.expires, loop)
        return message

    def _refuse(self, line: _Line) -> None:
        waiting, line.waiting = line.waiting, deque()
        for pending in waiting:
            pending.batch.take(pending.place, ApplicationHangs(pending.request.member))

    # Who does not answer

    def _watch_until(self, when: float, loop: asyncio.AbstractEventLoop) -> None:
        if self._watchdog:
            self._watchdog.cancel()
        self._watchdog = loop.call_at(when, self._find_hung)

    def _find_hung(self) -> None:
        self._watchdog = None
        loop = asyncio.get_running_loop()
        now = loop.time()
        for name, line in list(self._lines.items()):
            late = [serial for serial, pending in line.in_flight.items() if pending.expires <= now]
            if late:
                self._hung_until[name] = time.monotonic() + HUNG_SECONDS
            for serial in late:
                pending = line.in_flight.pop(serial)
                del self._by_serial[serial]
                pending.batch.take(pending.place, ApplicationHangs(pending.request.member))
            if late:
                self._refuse(line)
        left = [pending.expires for line in self._lines.values() for pending in line.in_flight.values()]
        if left:
            self._watch_until(min(left), loop)


def _write(bus: MessageBus, messages: list[Message]) -> None:
    """Write messages with one system call.

    dbus-fast 5.2 has no public way: `send` makes one system call and one future for each message. Its writer takes
    any bytes, waits until the socket has room for them, and goes on where a short write stopped; that it gives the
    connection up when the socket is full (EAGAIN) happens only with several buffers in a row, so this is one. The
    report was made to the project that it came from: https://github.com/altdesktop/python-dbus-next/issues/153
    """
    writer: Any = bus._writer  # noqa: SLF001 - as said above
    joined = b"".join(message._marshall(False) for message in messages)  # noqa: SLF001
    writer.messages.append((joined, None, None))
    writer.schedule_write()
