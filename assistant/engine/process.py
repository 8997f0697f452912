"""The engine as the daemon sees it: a process that starts on first need and goes when nobody has needed it for a while.

Light: neither torch nor anything else of the engine is imported. Supervision is a worker's (host/worker.py): one
that dies, hangs or grows too large is replaced. What it is asked goes over its own socket, as OpenAI's HTTP.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from assistant.engine.devices import Wish
from assistant.errors import SightlineError, WorkerLost
from assistant.host.worker import Program, Worker

log = logging.getLogger(__name__)

IDLE_SECONDS = 600.0
START_SECONDS = 600.0  # 20 GB from a slow disk
ANSWER_SECONDS = 20.0  # its own thread has to get a turn while torch holds the interpreter
SPARE_MIB = 4096  # beside the weights: torch, the picture, KV cache, work space


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Which model, where, and for how long after it was last needed."""

    model: Path
    socket: Path
    wish: Wish = field(default_factory=Wish)
    idle_seconds: float = IDLE_SECONDS
    memory_mib: int = 0
    """0: what its weights in 32 bit need, and some."""

    def program(self) -> Program:
        """Return what the supervisor runs."""
        return Program(
            "engine",
            "assistant.engine.run",
            (str(self.model), str(self.socket), *self.wish.as_arguments()),
            memory_mib=self.memory_mib or _memory_mib(self.model),
            start_seconds=START_SECONDS,
            answer_seconds=ANSWER_SECONDS,
        )


class EngineProcess:
    """Keeps the engine's process as long as somebody needs it. An async context manager; entering starts nothing."""

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings
        self._tasks = asyncio.TaskGroup()
        self._users = 0
        self._used = asyncio.Event()
        self._unused = asyncio.Event()
        self._running: asyncio.Future[Worker] | None = None

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        self._keeper = self._tasks.create_task(self._keep(), name="engine process")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._keeper.cancel()
        await self._tasks.__aexit__(None, None, None)

    @property
    def is_ready(self) -> bool:
        """Whether it would answer at once."""
        running = self._running
        return running is not None and running.done() and not running.cancelled() and _is_ready(running)

    @property
    def pid(self) -> int | None:
        """The process's number, None while it does not run."""
        return self._running.result().pid if self._running is not None and self.is_ready else None

    def warm(self) -> None:
        """Have it started, though nobody needs it yet; it goes after the idle time."""
        self._used.set()

    @contextlib.asynccontextmanager
    async def using(self) -> AsyncIterator[Path]:
        """Start the engine if it does not run, and keep it while inside; yields its socket's path.

        SomethingMissing or WrongSettings if its model cannot be used, WorkerLost if it dies before it is ready.
        """
        self._users += 1
        self._unused.clear()
        self._used.set()
        try:
            worker = await self._worker()
            watching = asyncio.create_task(worker.call({"do": "watch"}), name="have the engine watched")
            watching.add_done_callback(_heed)
            try:
                yield self._settings.socket
            finally:
                watching.cancel()
        finally:
            self._users -= 1
            if not self._users:
                self._unused.set()

    async def _worker(self) -> Worker:
        if self._running is None:
            self._running = asyncio.get_running_loop().create_future()
        worker = await asyncio.shield(self._running)
        await worker.ready()
        return worker

    async def _keep(self) -> None:
        while True:
            await self._used.wait()
            if self._running is None:
                self._running = asyncio.get_running_loop().create_future()
            try:
                async with Worker(self._settings.program()) as worker:
                    self._running.set_result(worker)
                    await self._until_idle()
                    log.info("engine: unloaded after %.0f s without need", self._settings.idle_seconds)
            except SightlineError as error:
                log.warning("engine: not started, %s", type(error).__name__)
                if not self._running.done():
                    self._running.set_exception(error)
                    self._running.exception()  # `warm` waits for nobody
            finally:
                self._running = None
                self._used.clear()

    async def _until_idle(self) -> None:
        """Return when nobody has needed it for the idle time, and have the next need start it anew."""
        while True:
            if self._users:
                await self._unused.wait()
            self._used.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._settings.idle_seconds):
                    await self._used.wait()
            if not self._used.is_set():
                return


def _is_ready(running: asyncio.Future[Worker]) -> bool:
    return running.exception() is None and running.result().is_ready


def _heed(watching: asyncio.Task[object]) -> None:
    """Whoever uses the engine learns of its death from the socket; the watching itself has nothing to add."""
    if not watching.cancelled() and isinstance(watching.exception(), WorkerLost):
        log.info("engine: lost while it was used")


def _memory_mib(model: Path) -> int:
    weights = sum(path.stat().st_size for path in model.glob("*.safetensors"))
    return (2 * weights >> 20) + SPARE_MIB  # 16 bit on disk may be 32 in memory
