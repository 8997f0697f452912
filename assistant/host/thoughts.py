"""What of a model's answer is meant to be heard: no thinking, no markers. For our own engine and for any server."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

THINK, END_OF_THINK = "<think>", "</think>"
_LONGEST = 48  # characters of a usual marker; "<|vision_start|>" has 16
_USUAL = re.compile(
    r"</?think>"
    r"|<\|[A-Za-z0-9_ -]{1,44}\|>"  # <|begin_of_box|>, <|im_end|>
    r"|</?(?:answer|s|eos|bos|pad)>|<(?:start|end)_of_(?:turn|image|utterance)>"
)
_MAY_BECOME_USUAL = re.compile(r"<(?:/?[a-z_]{0,20}|\|[A-Za-z0-9_ -]{0,44}\|?)\Z")


class Marks(Protocol):
    """What a model writes that is no text."""

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first marker in a text."""
        ...

    def unfinished(self, text: str) -> int:
        """Return how many of the last characters may become a marker."""
        ...


class UsualMarks:
    """The markers that models use, for a server whose tokenizer we do not know."""

    def search(self, text: str) -> re.Match[str] | None:
        return _USUAL.search(text)

    def unfinished(self, text: str) -> int:
        begun = _MAY_BECOME_USUAL.search(text, max(0, len(text) - _LONGEST))
        return len(text) - begun.start() if begun else 0


class KnownMarks:
    """The markers of one tokenizer, and those of thinking."""

    def __init__(self, marks: Iterable[str]) -> None:
        self._marks = sorted({*marks, THINK, END_OF_THINK} - {""}, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, self._marks)))

    def search(self, text: str) -> re.Match[str] | None:
        return self._pattern.search(text)

    def unfinished(self, text: str) -> int:
        longest = min(len(self._marks[0]) - 1, len(text))
        ends = (text[-length:] for length in range(longest, 0, -1))
        return next((len(end) for end in ends if any(mark.startswith(end) for mark in self._marks)), 0)


class Heard:
    """Takes an answer in pieces and gives back what may be heard of it.

    `thinks`: it begins with a thought, and nothing is given back until that has ended. `may_think`: it may do so
    without a word, so nothing is given back until a thought, or the answer, has ended. A server whose template opens
    the thinking sends only its end: who has seen that once (`opens_in_thought`) says `thinks=True` the next time.
    """

    def __init__(self, marks: Marks | None = None, *, thinks: bool = False, may_think: bool = False) -> None:
        self._marks = marks or UsualMarks()
        self._thinks, self._may_think = thinks, may_think
        self._held = ""
        self._has_begun = False
        self.opens_in_thought = False

    def feed(self, text: str) -> str:
        """Return what may be heard now."""
        self._held += text
        if self._may_think:
            _thought, end, answer = self._held.partition(END_OF_THINK)
            if not end:
                return ""
            self._may_think, self._held = False, answer
        return self._begun(self._take())

    def finish(self) -> str:
        """Return what was held back; call it once, at the end."""
        self._may_think = False
        text = self._take() + ("" if self._thinks else self._held)
        self._held = ""
        return self._begun(text)

    def _take(self) -> str:
        heard: list[str] = []
        while found := self._marks.search(self._held):
            heard.append("" if self._thinks else self._held[: found.start()])
            self._held = self._held[found.end() :]
            if found.group() == END_OF_THINK and not self._thinks:  # all that was given back was thought
                self.opens_in_thought = True
                heard.clear()
            self._thinks = (self._thinks and found.group() != END_OF_THINK) or found.group() == THINK
        end = len(self._held) - self._marks.unfinished(self._held)
        heard.append("" if self._thinks else self._held[:end])
        self._held = self._held[end:]
        return "".join(heard)

    def _begun(self, text: str) -> str:
        """Leave out the space before the first word."""
        if not self._has_begun:
            text = text.lstrip()
            self._has_begun = bool(text)
        return text
