"""Where questions come in: one is answered at a time, in a thread of its own; a client's newest replaces its older.

Nobody waits in a queue: who has moved on to another window does not want to hear about the last one first.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from assistant.engine.generate import Author, Outcome, Question
from assistant.errors import SightlineError

log = logging.getLogger(__name__)

STUCK_SECONDS = 120.0  # for one layer; the slowest CPU needs a few for one of 9 B with 1,000 tokens
FORGET_SECONDS = 300.0  # without a question

Result = TypeVar("Result")


class Busy(SightlineError):
    """Another client's question is being answered."""


class Replaced(SightlineError):
    """The same client has asked something newer."""


@dataclass(eq=False)
class _Turn:
    client: str
    cancelled: threading.Event = field(default_factory=threading.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    is_replaced: bool = False


class Desk:
    """Takes questions for the author, who is ready once `open` has returned. For one event loop."""

    def __init__(self, load: Callable[[], Author]) -> None:
        self._load = load
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="author")
        self._author: Author | None = None
        self._newest: _Turn | None = None
        self._forgetting: asyncio.TimerHandle | None = None
        self._asked = 0

    async def open(self) -> None:
        """Return when the model is loaded; raise why it cannot be."""
        self._author = await self._in_thread(self._load)

    @property
    def author(self) -> Author | None:
        """Who answers; None while the model is being loaded."""
        return self._author

    @property
    def is_well(self) -> bool:
        """Whether the work goes on, or there is none."""
        return self._author is None or not self._author.is_stuck(STUCK_SECONDS)

    async def answer(self, question: Question, client: str, say: Callable[[str], None]) -> Outcome:
        """Answer a question; `say` gets the pieces, in this loop. Busy, Replaced, BadRequest; cancelling stops it."""
        before = self._newest
        if before and before.client != client and not before.cancelled.is_set():
            raise Busy("Another program is being answered. Try again in a moment.")
        turn = self._newest = _Turn(client)
        self._asked += 1
        started: Future[Outcome] | None = None
        try:
            if before:
                before.is_replaced = True
                before.cancelled.set()
                await before.ended.wait()
            if turn.is_replaced:
                raise Replaced("A newer request has replaced this one.")
            started = self._begin(question, turn, say)
            outcome = await asyncio.wrap_future(started)
        except asyncio.CancelledError:
            turn.cancelled.set()
            raise
        finally:
            if started is None or started.done():
                self._end(turn)
        if turn.is_replaced:
            raise Replaced("A newer request has replaced this one.")
        return outcome

    async def forget(self) -> None:
        """Let go of everything that was read: the screen is locked, or nobody has asked for a while."""
        if self._author:
            await self._in_thread(self._author.prefixes.drop)

    async def unused(self, seconds: float) -> None:
        """Return when nothing has been asked for so long."""
        asked = -1
        while self._newest or asked != self._asked:
            if self._newest:
                await self._newest.ended.wait()
            asked = self._asked
            await asyncio.sleep(seconds)

    async def close(self) -> None:
        """Stop what is being answered; return when it has ended."""
        if self._forgetting:
            self._forgetting.cancel()
        if turn := self._newest:
            turn.cancelled.set()
            await turn.ended.wait()
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _begin(self, question: Question, turn: _Turn, say: Callable[[str], None]) -> Future[Outcome]:
        author, loop = self._author, asyncio.get_running_loop()
        assert author is not None

        def say_in_loop(text: str) -> None:
            if not turn.cancelled.is_set():
                loop.call_soon_threadsafe(say, text)

        started = self._thread.submit(author.answer, question, say_in_loop, turn.cancelled)
        started.add_done_callback(lambda _: loop.call_soon_threadsafe(self._end, turn))
        return started

    def _end(self, turn: _Turn) -> None:
        turn.ended.set()
        if self._newest is turn:
            self._newest = None
            self._forget_later()

    def _forget_later(self) -> None:
        if self._forgetting:
            self._forgetting.cancel()
        if self._author:
            drop = self._author.prefixes.drop
            loop = asyncio.get_running_loop()
            self._forgetting = loop.call_later(FORGET_SECONDS, lambda: self._thread.submit(drop))

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.wrap_future(self._thread.submit(work))
