"""The accessibility bus: connect, call, listen, and come back when it is lost. Used by watch and look.

It speaks AT-SPI's own D-Bus protocol (https://gitlab.gnome.org/GNOME/at-spi2-core/-/tree/main/xml).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from dbus_fast import BusType, DBusError, Message, MessageFlag, MessageType, Variant
from dbus_fast.aio import MessageBus

from assistant.desktop.calls import ApplicationHangs, BusLost, CallFailed, Calls, OutOfTime, Reply, Request
from assistant.desktop.target import Accessible
from assistant.errors import SomethingMissing

__all__ = [
    "ACCESSIBLE",
    "DESKTOP",
    "PROPERTIES",
    "REGISTRY",
    "AccessibilityBus",
    "ApplicationHangs",
    "BusLost",
    "CallFailed",
    "OutOfTime",
    "Reply",
    "Request",
    "enable_accessibility",
    "plain",
    "property_of",
]

log = logging.getLogger(__name__)

CALL_SECONDS = 1.0  # a healthy application answers in milliseconds
RECONNECT_SECONDS = (0.05, 0.2, 0.5, 1.0, 2.0, 5.0)

REGISTRY = Accessible("org.a11y.atspi.Registry", "/org/a11y/atspi/registry")
DESKTOP = Accessible("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
ACCESSIBLE = "org.a11y.atspi.Accessible"
PROPERTIES = "org.freedesktop.DBus.Properties"
_DBUS = Accessible("org.freedesktop.DBus", "/org/freedesktop/DBus")

SignalHandler = Callable[[Message], None]


@dataclass(frozen=True, slots=True)
class Subscription:
    """Events wanted: what to tell the registry ("object:state-changed:focused"), the match rule, and who takes them."""

    event: str
    rule: str
    interface: str
    member: str
    handler: SignalHandler


class AccessibilityBus:
    """One connection to the session's accessibility bus.

    `async with AccessibilityBus() as bus` connects; SomethingMissing if there is no such bus.
    `keep` makes a lost connection again, and all subscriptions with it.
    """

    def __init__(self) -> None:
        self._bus: MessageBus | None = None
        self._ended: asyncio.Task[None] | None = None
        self._calls = Calls()
        self._subscriptions: list[Subscription] = []
        self._handlers: dict[tuple[str, str], list[SignalHandler]] = {}

    async def __aenter__(self) -> Self:
        await self._connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        bus, self._bus = self._bus, None
        if bus is not None:
            bus.disconnect()
            if self._ended:
                await asyncio.wait([self._ended], timeout=CALL_SECONDS)

    @property
    def calls(self) -> int:
        """Calls made so far, for benchmarks and tests."""
        return self._calls.count

    @property
    def is_connected(self) -> bool:
        return self._bus is not None and self._bus.connected

    async def keep(self, changed: Callable[[bool], None] | None = None) -> None:
        """Stay connected until cancelled; `changed` hears False when the bus is lost and True when it is back."""
        while True:
            if self._ended is not None:
                await asyncio.wait([self._ended])
            self._bus = None
            log.warning("the accessibility bus is lost")
            if changed:
                changed(False)
            await self._reconnect()
            log.info("the accessibility bus is back")
            if changed:
                changed(True)

    async def _reconnect(self) -> None:
        for attempt in range(1_000_000):
            await asyncio.sleep(RECONNECT_SECONDS[min(attempt, len(RECONNECT_SECONDS) - 1)])
            try:
                await self._connect()
                await self._subscribe_all()
            except (SomethingMissing, CallFailed) as error:
                log.info("accessibility bus: %s, trying again", type(error).__name__)
            else:
                return

    async def _connect(self) -> None:
        address = await _accessibility_address()
        try:
            bus = await asyncio.wait_for(MessageBus(bus_address=address).connect(), CALL_SECONDS * 5)
        except (OSError, TimeoutError, DBusError, EOFError) as error:
            raise SomethingMissing(
                "The accessibility bus does not answer. Log out and in again, "
                "or run: systemctl --user restart at-spi-dbus-bus"
            ) from error
        bus.add_message_handler(self._on_message)
        self._bus = bus
        self._calls.attach(bus)
        self._ended = asyncio.create_task(self._fail_calls_when_lost(bus), name="accessibility bus")

    async def _fail_calls_when_lost(self, bus: MessageBus) -> None:
        with contextlib.suppress(Exception):
            await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]
        self._calls.lose(bus)

    # Calls

    async def call(
        self,
        to: Accessible,
        interface: str,
        member: str,
        signature: str = "",
        body: Iterable[Any] = (),
        *,
        seconds: float = CALL_SECONDS,
    ) -> list[Any]:
        """Return the reply's body. Raises CallFailed, ApplicationHangs or BusLost; never anything of dbus-fast."""
        (reply,) = await self.call_many([Request(to, interface, member, signature, tuple(body))], seconds=seconds)
        if isinstance(reply, CallFailed):
            raise reply
        return reply

    async def call_many(
        self, requests: Iterable[Request], *, seconds: float = CALL_SECONDS, until: float | None = None
    ) -> list[Reply]:
        """Return the bodies of the replies in the order of the requests, CallFailed in the place of one that failed.

        This costs a third of as many calls by themselves. What is still unanswered at `until`, in the event loop's
        time, is OutOfTime; that does not make an application a hung one, `seconds` without an answer does.
        """
        return await self._calls.run(requests, seconds, until)

    async def get(self, of: Accessible, interface: str, name: str) -> Any:
        """Return a property's plain value."""
        (value,) = await self.call(of, PROPERTIES, "Get", "ss", (interface, name))
        return plain(value)

    async def process_id(self, bus_name: str) -> int:
        """Return the process behind a bus name."""
        (pid,) = await self.call(_DBUS, "org.freedesktop.DBus", "GetConnectionUnixProcessID", "s", (bus_name,))
        return int(pid)

    def is_hung(self, bus_name: str) -> bool:
        """Whether this application did not answer within the last second."""
        return self._calls.is_hung(bus_name)

    # Signals

    async def subscribe(
        self,
        event: str,
        handler: SignalHandler,
        *,
        interface: str,
        member: str,
        detail: str | None = None,
        source: Accessible | None = None,
    ) -> None:
        """Have `handler` called for a signal, matched on the bus itself as narrowly as can be.

        `event` is the registry's name for it, so that applications start sending; "" for signals that need none.
        `detail` is the signal's first argument ("focused"); `source` is the one object that is to send it.
        The subscription outlives a lost connection.
        """
        rule = _rule_of(source, interface) if source else f"type='signal',interface='{interface}'"
        rule += f",member='{member}'" + (f",arg0='{detail}'" if detail else "")
        wanted = Subscription(event, rule, interface, member, handler)
        self._subscriptions.append(wanted)
        self.handle(handler, interface=interface, member=member)
        await self._subscribe(wanted)

    async def expect(self, event: str) -> None:
        """Tell the registry that an event is wanted, so that applications send what `follow` is to bring."""
        wanted = Subscription(event, rule="", interface="", member="", handler=lambda _: None)
        self._subscriptions.append(wanted)
        await self._subscribe(wanted)

    def follow(self, source: Accessible, *, interface: str) -> None:
        """Ask, without waiting, for every signal of one object; handlers are those of `subscribe`.

        The match is by sender and path, on the bus itself: what the rest of the application says stays there.
        """
        self._tell("AddMatch", _rule_of(source, interface))

    def unfollow(self, source: Accessible, *, interface: str) -> None:
        """End what `follow` began."""
        self._tell("RemoveMatch", _rule_of(source, interface))

    def handle(self, handler: SignalHandler, *, interface: str, member: str) -> None:
        """Have `handler` called for a signal that `follow` or another subscription brings."""
        handlers = self._handlers.setdefault((interface, member), [])
        if handler not in handlers:  # subscribed for several details: it is still called once
            handlers.append(handler)

    def drop(self, *handlers: SignalHandler) -> None:
        """Call these handlers no more."""
        self._subscriptions = [wanted for wanted in self._subscriptions if wanted.handler not in handlers]
        for signal, registered in self._handlers.items():
            self._handlers[signal] = [handler for handler in registered if handler not in handlers]

    def _tell(self, member: str, rule: str) -> None:
        if self._bus is None or not self._bus.connected:
            return  # the follower starts afresh when the bus is back
        self._bus.send(
            Message(
                destination=_DBUS.bus_name,
                path=_DBUS.path,
                interface="org.freedesktop.DBus",
                member=member,
                signature="s",
                body=[rule],
                flags=MessageFlag.NO_REPLY_EXPECTED,
            )
        )

    async def _subscribe_all(self) -> None:
        for wanted in self._subscriptions:
            await self._subscribe(wanted)

    async def _subscribe(self, wanted: Subscription) -> None:
        if wanted.rule:
            await self.call(_DBUS, "org.freedesktop.DBus", "AddMatch", "s", (wanted.rule,))
        if wanted.event:
            await self.call(
                REGISTRY, "org.a11y.atspi.Registry", "RegisterEvent", "s", (wanted.event,), seconds=CALL_SECONDS * 5
            )

    def _on_message(self, message: Message) -> None:
        if message.message_type is not MessageType.SIGNAL:
            if message.message_type is not MessageType.METHOD_CALL:
                self._calls.take(message)
            return
        for handler in self._handlers.get((message.interface or "", message.member or ""), ()):
            handler(message)


def property_of(of: Accessible, interface: str, name: str) -> Request:
    """Return the request for a property; `plain` takes its reply out of the wrapping."""
    return Request(of, PROPERTIES, "Get", "ss", (interface, name))


def plain(value: Any) -> Any:
    """Return what a D-Bus variant holds."""
    return value.value if isinstance(value, Variant) else value


def _rule_of(source: Accessible, interface: str) -> str:
    return f"type='signal',interface='{interface}',sender='{source.bus_name}',path='{source.path}'"


async def enable_accessibility() -> None:
    """Tell toolkits to expose their widgets; Qt does only after this. It stays on, as with every screen reader."""
    async with _session_bus() as bus:
        await bus.call(
            Message(
                destination="org.a11y.Bus",
                path="/org/a11y/bus",
                interface=PROPERTIES,
                member="Set",
                signature="ssv",
                body=["org.a11y.Status", "IsEnabled", Variant("b", True)],
            )
        )


async def _accessibility_address() -> str:
    async with _session_bus() as bus:
        reply = await asyncio.wait_for(
            bus.call(
                Message(
                    destination="org.a11y.Bus",
                    path="/org/a11y/bus",
                    interface="org.a11y.Bus",
                    member="GetAddress",
                )
            ),
            CALL_SECONDS * 5,  # the first call starts the service
        )
    if reply is None or reply.message_type is MessageType.ERROR:
        raise SomethingMissing(
            "This session has no accessibility bus. Install it and log in again: sudo apt install at-spi2-core"
        )
    return str(reply.body[0])


@contextlib.asynccontextmanager
async def _session_bus() -> Any:
    try:
        bus = await asyncio.wait_for(MessageBus(bus_type=BusType.SESSION).connect(), CALL_SECONDS * 5)
    except Exception as error:
        raise SomethingMissing(
            "There is no desktop session here (no D-Bus session bus). "
            "Run this in a desktop session, or try: sightline demo"
        ) from error
    try:
        yield bus
    finally:
        bus.disconnect()
