"""From tokens to the text that a user may hear: no thinking, no marker, no half a character."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from assistant.host.thoughts import END_OF_THINK, THINK, Heard, KnownMarks

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
        self._clean = Heard(KnownMarks(marks), thinks=thinks, may_think=may_think)
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
