"""Failover: keep one voice open, the first that works; when it dies, the next. Used by speech.py."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.errors import SightlineError, SomethingMissing, WorkerLost
from assistant.speak.voice import Voice

log = logging.getLogger(__name__)

FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.5, 4.0
RETURN_SECONDS = 30.0
"""A voice that comes before the one in use is tried again this long after the last look, when nothing is said."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A voice that may be used. `make` waits for nothing; `works` is a quick and honest look."""

    name: str
    make: Callable[[], Voice]
    works: Callable[[], bool] = lambda: True


class Failover:
    """Has `voice` while there is one. `run` it for as long as there is anything to say."""

    def __init__(
        self, candidates: Sequence[Candidate], opened: Callable[[str | None], None], failed: Callable[[bool], None]
    ) -> None:
        """Say what to call when there is a voice again, and when none of them works.

        `opened` gets the name of the voice that was lost and that this one stands in for, None for none;
        `failed` whether what is to be said shall be given up: it would be stale when a voice comes back.
        """
        if not candidates:
            raise ValueError("a voice is needed")
        self.voice: Voice | None = None
        self.error: SightlineError | None = None
        """Why nobody speaks, once all have been tried twice."""
        self._candidates, self._opened, self._failed = candidates, opened, failed
        self._place = 0
        self._lost_name: str | None = None
        # Since all were tried, or one was heard: whether it did not even open, and what is wrong with it.
        self._problems: list[tuple[bool, SightlineError]] = []
        self._wait = 0.0
        self._looked = time.monotonic()
        self._wanted = asyncio.Event()
        self._left: asyncio.Future[SightlineError | None]

    @property
    def name(self) -> str:
        """The name of the voice in use, or of the next that is tried."""
        return self._candidates[self._place].name

    async def run(self) -> None:
        """Open voices, one at a time, until cancelled."""
        while True:
            candidate = self._candidates[self._place]
            problem = await self._use(candidate)
            if problem is None:
                continue
            log.warning("voice %s: %s", candidate.name, type(problem).__name__)
            self._place = (self._place + 1) % len(self._candidates)
            self._problems.append((not self._left.done(), problem))
            if len(self._problems) >= len(self._candidates):
                await self._wait_longer()

    def lose(self, voice: Voice, error: SightlineError) -> bool:
        """Leave a voice that does not speak; False if it was left before."""
        if voice is not self.voice:
            return False
        self._lost_name = self._lost_name or self.name
        self._leave(error)
        return True

    def worked(self) -> None:
        """The voice has said something."""
        self._problems, self._wait, self.error, self._lost_name = [], 0.0, None, None

    def want(self) -> None:
        """There is something to say: try again soon, if no voice works."""
        self._wanted.set()

    def rest(self) -> None:
        """Nothing is being said: go back to a voice that comes before this one, if it works again."""
        if not self._place or not self.voice or time.monotonic() - self._looked < RETURN_SECONDS:
            return
        self._looked = time.monotonic()
        better = next((n for n, candidate in enumerate(self._candidates[: self._place]) if candidate.works()), None)
        if better is not None:
            self._place = better
            self._leave(None)

    def _leave(self, problem: SightlineError | None) -> None:
        self.voice = None
        self._looked = time.monotonic()
        if not self._left.done():
            self._left.set_result(problem)

    async def _use(self, candidate: Candidate) -> SightlineError | None:
        """Keep this voice open until it is left; return what is wrong with it, None if nothing is."""
        self._left = asyncio.get_running_loop().create_future()
        try:
            async with candidate.make() as voice:
                self.voice = voice
                self._opened(self._lost_name if self._lost_name != candidate.name else None)
                return await self._left
        except (SomethingMissing, WorkerLost) as error:
            return error
        finally:
            self.voice = None

    async def _wait_longer(self) -> None:
        gives_up = self._wait >= LONGEST_WAIT_SECONDS
        if self._wait:
            log.warning("no voice works, tried again in %.1f s", self._wait)
            _, nearest = min(self._problems, key=lambda problem: problem[0])  # the first of those that did open
            self.error = SomethingMissing(f"No voice works (see them all: sightline doctor). {nearest}")
            self._wanted.clear()
            self._failed(gives_up)
        self._problems = []
        await asyncio.sleep(self._wait)
        if gives_up:
            await self._wanted.wait()  # nothing is tried while nobody wants to hear anything
        self._wait = min(max(2 * self._wait, FIRST_WAIT_SECONDS), LONGEST_WAIT_SECONDS)
