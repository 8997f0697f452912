"""Sight: reads pictures in the sight worker, which starts on need and ends after idle. The worker is assistant/sight.

Picture and words go through a socket pair and stay in memory. A worker that hangs or dies is replaced by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace
from types import TracebackType
from typing import Self

from assistant.config import LookConfig
from assistant.errors import SightlineError
from assistant.host.seeing import Seen, Wanted, see, seen_of
from assistant.host.worker import Program, Worker
from assistant.scene import Picture

PROGRAM = Program(
    "sight",
    "assistant.sight.run",
    environment={"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "1"},
    memory_mib=1_500,  # 140 for windows of usual size, 450 for photographs, 900 for an 8K screen
    start_seconds=30.0,
    answer_seconds=5.0,
)


class Sight:
    """Reads pictures. `async with Sight() as sight`; the process runs only from the first picture to idle."""

    def __init__(self, idle_minutes: float = 10.0, program: Program = PROGRAM) -> None:
        self._idle_seconds, self._program = idle_minutes * 60, program
        self._tasks = asyncio.TaskGroup()
        self._living: asyncio.Task[None] | None = None
        self._worker: asyncio.Future[Worker] | None = None
        self._used = asyncio.Event()
        self._busy = 0
        self._last_job = 0

    @classmethod
    def of(cls, settings: LookConfig) -> Self:
        """Return one that reads as the settings say."""
        return cls(settings.sight_idle_minutes, replace(PROGRAM, arguments=(settings.text_reader,)))

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._living is not None:
            self._living.cancel()
        await self._tasks.__aexit__(None, None, None)

    @property
    def pid(self) -> int | None:
        """The worker's process id, None while there is none."""
        worker = self._worker
        return worker.result().pid if worker and worker.done() and not worker.exception() else None

    async def see(self, picture: Picture, wanted: Wanted | None = None) -> AsyncGenerator[Seen, None]:
        """Yield what is known of a picture, more each time, until all of it is.

        Raises SomethingMissing where the extra `ocr` is not installed, WorkerLost if the picture killed the worker.
        Leaving early ends the work.
        """
        wanted = wanted or Wanted(picture.width, picture.height, scale=picture.scale)
        self._last_job = job = self._last_job + 1
        async with self._working() as worker:
            try:
                seen = seen_of((await worker.call(see(wanted, job), picture.rgb)).message)
                yield seen
                while not seen.is_complete:
                    seen = seen_of((await worker.call({"do": "more", "job": job})).message)
                    yield seen
            finally:
                worker.tell({"do": "drop", "job": job})

    async def seen(self, picture: Picture, wanted: Wanted | None = None) -> Seen:
        """Return all that can be read in a picture. Raises as `see` does."""
        async with contextlib.aclosing(self.see(picture, wanted)) as parts:
            return [seen async for seen in parts][-1]

    async def forget(self) -> None:
        """End the worker, and with it all that it remembers of what was on the screen."""
        if self._living is not None:
            self._living.cancel()
            await asyncio.wait([self._living])

    @contextlib.asynccontextmanager
    async def _working(self) -> AsyncIterator[Worker]:
        """Lend the worker, started if there is none; it does not end meanwhile."""
        self._busy += 1
        try:
            yield await self._started()
        finally:
            self._busy -= 1
            self._used.set()

    async def _started(self) -> Worker:
        if self._worker is None:
            self._worker = asyncio.get_running_loop().create_future()
            self._living = self._tasks.create_task(self._live(self._worker, self._living), name="sight")
        return await asyncio.shield(self._worker)

    async def _live(self, started: asyncio.Future[Worker], before: asyncio.Task[None] | None) -> None:
        """Run the worker until it has had nothing to do for a while; first let the one before end."""
        if before is not None:
            await asyncio.wait([before])
        try:
            async with Worker(self._program) as worker:
                started.set_result(worker)
                try:
                    await self._until_idle()
                finally:
                    self._worker = None
        except SightlineError as error:
            self._worker = None
            if not started.done():
                started.set_exception(error)
                started.exception()  # whoever asked may have left
        except asyncio.CancelledError:
            self._worker = None
            started.cancel()
            raise

    async def _until_idle(self) -> None:
        if not self._idle_seconds:
            await asyncio.get_running_loop().create_future()
        while True:
            self._used.clear()
            try:
                async with asyncio.timeout(self._idle_seconds):
                    await self._used.wait()
            except TimeoutError:
                if not self._busy:
                    return
