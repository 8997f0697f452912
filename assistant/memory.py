"""Memory: what was asked, answered and read of the windows that are open. Nowhere but in this process's memory.

Nothing is kept of a window that has closed, and nothing at all once the screen is locked or nobody has asked for a
while.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Literal

from assistant.answers import ANSWER_TOKENS, Answered, Detail
from assistant.desktop.target import Target
from assistant.explain.prompts import Turn
from assistant.reading import Reading
from assistant.sentence import Sentence

IDLE_SECONDS = 300.0  # without a question; our own engine's FORGET_SECONDS
MOST_TURNS = 4


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to know of a window."""

    target: Target
    asked: str = ""
    """Their own question; "": what the window means."""
    kind: Literal["explain", "more", "follow-up"] = "explain"
    turns: tuple[Turn, ...] = ()
    said: tuple[str, ...] = ()
    """What was said of it just now, from the facts or the model."""
    detail: Detail = "auto"
    tokens: int = ANSWER_TOKENS
    is_asked: bool = True
    """Whether the person asked, and is told why there is no answer."""

    def __repr__(self) -> str:
        return f"Wish({self.target!r}, {self.kind!r}, turns={len(self.turns)})"


@dataclass
class Talk:
    """What was asked and answered about one window."""

    name: str
    """How our own engine knows it: a number, nothing of what is on it."""
    turns: deque[Turn] = field(default_factory=lambda: deque(maxlen=MOST_TURNS))
    wish: Wish | None = None
    """What was asked last."""
    sentences: tuple[Sentence, ...] = ()
    """What was answered to it."""

    def __repr__(self) -> str:
        return f"Talk({self.name!r}, turns={len(self.turns)})"

    def add(self, wish: Wish, answered: Answered) -> None:
        """Take in an answer. One that explains the window begins anew; one that tells more of it goes on."""
        self.wish, self.sentences = wish, tuple(answered.sentences)
        if wish.kind == "follow-up":
            self.turns.append(Turn(wish.asked, answered.text))
        elif wish.kind == "explain":
            self.turns.clear()
            self.turns.append(Turn("", answered.text))
        elif self.turns and not self.turns[0].question:
            self.turns[0] = Turn("", f"{self.turns[0].answer} {answered.text}")


class Memory:
    """The talks about all open windows, and what the model has read last. For one event loop."""

    def __init__(self) -> None:
        self._talks: dict[Hashable, Talk] = {}
        self._names = itertools.count(1)
        self._reading: Reading | None = None
        self._idle: asyncio.TimerHandle | None = None

    def talk(self, target: Target) -> Talk:
        """Return the talk about a window, a new one where there was none."""
        if target.key not in self._talks:
            self._talks[target.key] = Talk(str(next(self._names)))
        return self._talks[target.key]

    def keep(self, wish: Wish, answered: Answered) -> None:
        """Keep an answer, unless its window has closed or the screen was locked meanwhile."""
        if (talk := self._talks.get(wish.target.key)) is not None:
            talk.add(wish, answered)
            self._drop_when_idle()

    @property
    def reading(self) -> Reading | None:
        """What the model has read last."""
        return self._reading

    def keep_reading(self, reading: Reading) -> None:
        """Keep what the model reads now, in place of what it has read before."""
        self._reading = reading
        self._drop_when_idle()

    def forget(self, window: Hashable) -> None:
        """Drop what is about one window (its target's `key`)."""
        self._talks.pop(window, None)
        if self._reading is not None and self._reading.window == window:
            self._reading = None

    def clear(self) -> None:
        """Drop everything."""
        self._talks.clear()
        self._reading = None
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _drop_when_idle(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self.clear)
