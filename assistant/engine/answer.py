"""From tokens to the text that a user may hear: no thinking, no marker, no half a character."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

THINK, END_OF_THINK = "<think>", "</think>"
LONGEST_CHARACTER = 4  # tokens: of one byte each
_SWITCHES = ("/nothink", "/no_think", "/think")
_LOOKS_LIKE_A_MARKER = re.compile(r"[<\[⟨].*[>\]⟩]", re.DOTALL)


def markers(tokenizer: Any) -> tuple[str, ...]:
    """Return all that a model's tokenizer reads as more than text, longest first."""
    special = set(tokenizer.all_special_tokens)
    added = {text for text in tokenizer.get_added_vocab() if text in special or _LOOKS_LIKE_A_MARKER.fullmatch(text)}
    return tuple(sorted({*added, THINK, END_OF_THINK, *_SWITCHES} - {""}, key=len, reverse=True))


class AnswerText:
    """Turns a model's tokens into text as they come."""

    def __init__(self, tokenizer: Any, marks: Iterable[str], *, thinks: bool = False, may_think: bool = False) -> None:
        """`thinks`: it has begun to think; `may_think`: it may do so without a word, so wait until it has ended."""
        self._tokenizer = tokenizer
        self._clean = _Cleaner(tuple(marks), thinks=thinks, may_think=may_think)
        self._ids: list[int] = []
        self._begin = self._shown = 0

    def feed(self, tokens: Sequence[int]) -> str:
        """Return the text that these tokens complete."""
        return "".join(map(self._feed_one, tokens))

    def _feed_one(self, token: int) -> str:
        self._ids.append(token)
        text = self._decode(len(self._ids))
        if text.endswith("\ufffd") and len(self._ids) - self._shown < LONGEST_CHARACTER:  # its rest is still to come
            return ""
        new = text[len(self._decode(self._shown)) :]
        self._begin, self._shown = self._shown, len(self._ids)
        return self._clean.feed(new)

    def finish(self) -> str:
        """Return what was held back; call it once, at the end."""
        rest = self._decode(len(self._ids))[len(self._decode(self._shown)) :]
        return self._clean.feed(rest.rstrip("\ufffd")) + self._clean.finish()

    def _decode(self, end: int) -> str:
        return str(
            self._tokenizer.decode(
                self._ids[self._begin : end], skip_special_tokens=True, clean_up_tokenization_spaces=False
            )
        )


class _Cleaner:
    """Drops thinking and markers from text that comes in pieces."""

    def __init__(self, marks: tuple[str, ...], *, thinks: bool, may_think: bool) -> None:
        self._marks = marks
        self._pattern = re.compile("|".join(map(re.escape, marks)))
        self._held = ""
        self._thinks, self._may_think = thinks, may_think
        self._has_begun = False

    def feed(self, text: str) -> str:
        self._held += text
        if self._may_think:
            _thought, end, answer = self._held.partition(END_OF_THINK)
            if not end:
                return ""
            self._may_think, self._held = False, answer
        return self._begun(self._take())

    def finish(self) -> str:
        text = "" if self._thinks else self._pattern.sub("", self._held)
        self._held = ""
        return self._begun(text)

    def _take(self) -> str:
        taken: list[str] = []
        while True:
            if self._thinks:
                _thought, end, answer = self._held.partition(END_OF_THINK)
                if not end:
                    self._held = self._held[-len(END_OF_THINK) :]
                    break
                self._thinks, self._held = False, answer
            found = self._pattern.search(self._held)
            if found is None:
                keep = self._beginning_of_a_mark()
                taken.append(self._held[: len(self._held) - keep])
                self._held = self._held[len(self._held) - keep :]
                break
            taken.append(self._held[: found.start()])
            self._thinks, self._held = found.group() == THINK, self._held[found.end() :]
        return "".join(taken)

    def _beginning_of_a_mark(self) -> int:
        """Return how many of the last characters may become a marker."""
        longest = min(len(self._marks[0]) - 1, len(self._held))
        for length in range(longest, 0, -1):
            if any(mark.startswith(self._held[-length:]) for mark in self._marks):
                return length
        return 0

    def _begun(self, text: str) -> str:
        if not self._has_begun:
            text = text.lstrip()
            self._has_begun = bool(text)
        return text
