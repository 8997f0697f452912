"""Worker: a child process that works for us, replaced when it dies, hangs or grows too large.

It speaks frames (frames.py) over a socket pair, so what it is asked never shows in the list of processes.
The child runs a module that calls `working.work`. It leads a process group, and is killed as one.
A worker that has nothing to do is not woken: it is asked whether it is well only while a call waits for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from assistant import errors
from assistant.errors import SightlineError, WorkerLost
from assistant.host.frames import Message, Unpacker, pack

log = logging.getLogger(__name__)

FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.5, 30.0
STABLE_SECONDS = 60.0  # one that lived this long was not born ill: the next loss starts again with no wait


class Reply(NamedTuple):
    """What a worker answered."""

    message: Message
    payload: bytes


@dataclass(frozen=True, slots=True)
class Program:
    """What a worker runs, and its bounds."""

    name: str
    """For messages and the log."""
    module: str
    """Calls `working.work` when run."""
    arguments: tuple[str, ...] = ()
    """Never text from the screen: anyone may list them."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Set over our own."""
    memory_mib: int = 256
    start_seconds: float = 15.0
    answer_seconds: float = 2.0
    """One that has work and does not answer "are you well?" this long is hung."""


class Worker:
    """Keeps one child process running and passes calls to it. An async context manager.

    Entering it raises SomethingMissing if the child says so, WorkerLost if it dies at once.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self._tasks = asyncio.TaskGroup()
        self._supervisor: asyncio.Task[None] | None = None
        self._next: asyncio.Future[_Child]  # done: the child that runs, or why none does

    async def __aenter__(self) -> Self:
        self._begin()
        await self._tasks.__aenter__()
        self._supervisor = self._tasks.create_task(self._supervise(), name=f"worker {self.program.name}")
        try:
            await asyncio.shield(self._next)
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._end()

    @property
    def is_ready(self) -> bool:
        """Whether a call would be passed on at once."""
        return self._next.done() and self._next.exception() is None and not self._next.result().is_dying

    @property
    def pid(self) -> int | None:
        """The child's process id, None while there is none."""
        return self._next.result().pid if self.is_ready else None

    async def call(self, message: Message, payload: bytes = b"") -> Reply:
        """Return the child's answer to a message; WorkerLost if it dies first, or the error that it answers.

        Cancelling leaves the child working: tell it to stop where that matters.
        """
        await self.ready()
        return await self._next.result().call(message, payload)

    async def ready(self) -> None:
        """Return when a child runs, at once if one does; raise why none is being started."""
        while (child := await asyncio.shield(self._next)).is_dying:
            await child.ended.wait()
            await asyncio.sleep(
                0
            )  # the supervisor replaces it in its own turn, and neither wait above need give it one

    def tell(self, message: Message, payload: bytes = b"") -> None:
        """Send a message that has no answer; dropped if no child runs."""
        if self.is_ready:
            self._next.result().send(message, payload)

    def restart(self) -> None:
        """Kill the child and all that it started, now, and start another; its calls end with WorkerLost."""
        if self.is_ready:
            self._next.result().kill("was stopped", expected=True)

    async def _end(self) -> None:
        if self._supervisor:
            self._supervisor.cancel()
        await self._tasks.__aexit__(None, None, None)
        self._fail(WorkerLost(f"The {self.program.name} process was ended."))

    async def _supervise(self) -> None:
        wait = 0.0
        while True:
            started = time.monotonic()
            lost = await self._live()
            if lost is None:
                self._begin()
                continue
            log.warning("worker %s: %s, next start in %.1f s", self.program.name, type(lost).__name__, wait)
            self._fail(lost)
            if time.monotonic() - started > STABLE_SECONDS:
                wait = 0.0
            if wait:
                await asyncio.sleep(wait)
            self._begin()
            wait = min(max(2 * wait, FIRST_WAIT_SECONDS), LONGEST_WAIT_SECONDS)

    async def _live(self) -> SightlineError | None:
        """Run one child to its end; return why it ended, None where we wanted it to."""
        child = _Child(self.program)
        try:
            async with asyncio.timeout(self.program.start_seconds):
                await child.start()
            self._next.set_result(child)
            await child.ended.wait()
        except TimeoutError:
            child.kill("did not start in time")
        except SightlineError as error:
            return error
        finally:
            await child.end()
        return None if child.was_expected else child.lost()

    def _begin(self) -> None:
        self._next = asyncio.get_running_loop().create_future()

    def _fail(self, error: SightlineError) -> None:
        if self._next.done():
            self._begin()
        self._next.set_exception(error)
        self._next.exception()  # nobody need have asked


class _Child(asyncio.Protocol):
    """One child process, from its start to its end."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.pid = 0
        self.ended = asyncio.Event()
        self.was_expected = False
        self.is_dying = False
        self._process: subprocess.Popen[bytes] | None = None
        self._reason = "ended"
        self._unpacker = Unpacker()
        self._calls: dict[int, asyncio.Future[Reply]] = {}
        self._ready = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport | None = None
        self._check: asyncio.TimerHandle | None = None
        self._unanswered = 0
        self._last_call = 0

    async def start(self) -> None:
        """Return when the child is ready; raise what it says is missing, or WorkerLost."""
        ours, its = socket.socketpair()
        with its:
            try:
                self._process = _start(self.program, its)
            except OSError as error:
                ours.close()
                raise WorkerLost(f"The {self.program.name} process cannot be started.") from error
        self.pid = self._process.pid
        self._watch_death()
        await asyncio.get_running_loop().create_unix_connection(lambda: self, sock=ours)
        await self._ready

    async def call(self, message: Message, payload: bytes) -> Reply:
        self._last_call = number = self._last_call + 1
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._calls[number] = answer
        self.send({**message, "id": number}, payload)
        self._check_later()
        try:
            return await answer
        finally:
            self._calls.pop(number, None)

    def send(self, message: Message, payload: bytes = b"") -> None:
        if self._transport and not self._transport.is_closing():
            self._transport.write(pack(message, payload))

    def kill(self, reason: str, *, expected: bool = False) -> None:
        """Kill the whole group. The death itself is learned from the kernel."""
        if self._process is None or self.is_dying:
            return
        self.is_dying, self._reason, self.was_expected = True, reason, expected
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._fail_calls()

    async def end(self) -> None:
        """Kill it if it lives; return when it is gone."""
        if self._process is None:
            return
        self.kill("was ended", expected=True)
        await self.ended.wait()

    def lost(self) -> WorkerLost:
        return WorkerLost(f"The {self.program.name} process {self._reason}. It is started again by itself.")

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        try:
            for message, payload in self._unpacker.feed(data):
                self._receive(message, payload)
        except ValueError:
            self.kill("sent what is no message")

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self.kill("hung up")

    def _receive(self, message: Message, payload: bytes) -> None:
        self._unanswered = 0
        if "id" in message:
            self._answer(message, payload)
        elif self._ready.done():
            return  # a pong
        elif "error" in message:
            self._ready.set_exception(_error(message))
        else:
            self._ready.set_result(None)

    def _answer(self, message: Message, payload: bytes) -> None:
        call = self._calls.get(message["id"])
        if call and not call.done():
            if "error" in message:
                call.set_exception(_error(message))
            else:
                call.set_result(Reply(message, payload))
        self._check_memory()

    # being well

    def _check_later(self) -> None:
        if self._check is None:
            loop = asyncio.get_running_loop()
            self._check = loop.call_later(self.program.answer_seconds, self._check_now)

    def _check_now(self) -> None:
        self._check = None
        if not self._calls:
            self._unanswered = 0
            return
        if self._unanswered:
            self.kill("hung")
            return
        self._unanswered += 1
        self.send({"do": "ping"})
        self._check_memory()
        self._check_later()

    def _check_memory(self) -> None:
        try:
            pages = int(Path(f"/proc/{self.pid}/statm").read_bytes().split()[1])
        except (OSError, IndexError):  # dying
            return
        if pages * resource.getpagesize() > self.program.memory_mib << 20:
            self.kill("grew too large")

    def _watch_death(self) -> None:
        loop = asyncio.get_running_loop()
        descriptor = os.pidfd_open(self.pid)  # readable when it dies; the socket may live on in a grandchild

        def died() -> None:
            loop.remove_reader(descriptor)
            os.close(descriptor)
            self._died()

        loop.add_reader(descriptor, died)

    def _died(self) -> None:
        assert self._process
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)  # its own children; the number is ours until `wait` gives it back
        self._process.wait()
        self.is_dying = True
        if self._check:
            self._check.cancel()
        if self._transport:
            self._transport.abort()
        self.ended.set()
        self._fail_calls()

    def _fail_calls(self) -> None:
        for call in self._calls.values():
            if not call.done():
                call.set_exception(self.lost())
        if not self._ready.done():
            self._ready.set_exception(self.lost())
            self._ready.exception()  # nobody need wait for it


def _start(program: Program, its: socket.socket) -> subprocess.Popen[bytes]:
    # In the loop's own thread: PR_SET_PDEATHSIG fires when the *thread* that started the child ends.
    environment = {**os.environ, **program.environment}
    environment.pop("NOTIFY_SOCKET", None)  # readiness is the daemon's to tell
    return subprocess.Popen(  # noqa: S603 - our own module
        # -P: the current folder is no place to import from
        [sys.executable, "-P", "-m", program.module, str(its.fileno()), *program.arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,  # libraries print what they choke on
        env=environment,
        pass_fds=(its.fileno(),),
        start_new_session=True,
    )


def _error(message: Message) -> SightlineError:
    kind = getattr(errors, str(message["error"]), WorkerLost)
    known = isinstance(kind, type) and issubclass(kind, SightlineError)
    return (kind if known else WorkerLost)(str(message.get("message", "")))
