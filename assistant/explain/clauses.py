"""Cut a model's answer, as it comes, into what can be said: the first words soon, then sentence by sentence.

Never inside a number, a file name, an abbreviation or quotation marks. A full stop is believed only once what
follows it is known, which costs the time of one token.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from typing import Literal, Protocol

Place = Literal["sentence", "clause", "nowhere", "unknown"]
"""What ends at a character; "unknown": what follows will tell."""

FIRST_WORDS = 4  # before the first comma that ends a clause: fewer sound broken off
LATER_WORDS = 12  # before a comma in a sentence that follows; it comes while the one before is being spoken
LONGEST = 240  # characters without any place to cut: then at a space

_ENDS = ".!?。！？"
_WIDE_ENDS = "。！？"  # nothing need follow them
_PAUSES = ",;:，；："
_WIDE_PAUSES = "，；："
_CLOSERS = "\"'”’»)]）】」』》"
_OPENED = {"“": "”", "«": "»", "「": "」", "『": "』", "《": "》", "（": "）", "(": ")"}
_TOGGLES = '"`'

_NEVER_AN_END = frozenset(
    ["mr", "mrs", "ms", "dr", "prof", "st", "vs", "cf", "e.g", "i.e", "approx", "ca", "z.b", "d.h"]
)
_BEFORE_A_NUMBER = frozenset(["no", "nos", "nr", "fig", "vol", "p", "pp"])
_PERHAPS_AN_END = frozenset(["etc", "inc", "ltd", "co", "corp", "a.m", "p.m", "usw"])  # if a capital follows
_DOTTED = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]\Z")
_IDEOGRAPH = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_BULLET = re.compile(r"\s*(?:[-*•]|#{1,6})\s+")


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of an answer that can be said, and whether a sentence ends with it."""

    text: str
    ends_sentence: bool

    def __repr__(self) -> str:
        return f"Clause({len(self.text)} characters, ends_sentence={self.ends_sentence})"


class AnswerText(Protocol):
    """An answer that comes in pieces."""

    was_cut: bool
    """Whether it ends in the middle. Known at its end."""

    def __aiter__(self) -> AsyncIterator[str]: ...


async def clauses(answer: AnswerText) -> AsyncGenerator[Clause, None]:
    """Yield an answer's clauses as soon as each is whole. The rest of a sentence that was cut off is left out."""
    cutter = Cutter()
    async with contextlib.AsyncExitStack() as stack:
        pieces = aiter(answer)
        if isinstance(pieces, AsyncGenerator):
            await stack.enter_async_context(contextlib.aclosing(pieces))
        async for piece in pieces:
            for clause in cutter.feed(piece):
                yield clause
    for clause in cutter.finish(was_cut=answer.was_cut):
        yield clause


class Cutter:
    """Cuts text that comes in pieces."""

    def __init__(self) -> None:
        self._held = ""
        self._is_first = True

    def feed(self, text: str) -> list[Clause]:
        """Return the clauses that this text completes."""
        self._held += text
        found = []
        while cut := self._cut():
            end, ends_sentence = cut
            found += self._take(end, ends_sentence=ends_sentence)
        return found

    def finish(self, *, was_cut: bool = False) -> list[Clause]:
        """Return what is left; call it once, at the end."""
        found = self.feed("\n")  # what follows the last full stop is known now
        return [clause for clause in found if not was_cut or _is_ended(clause.text)]

    def _take(self, end: int, *, ends_sentence: bool) -> list[Clause]:
        text, self._held = _plain(self._held[:end]), self._held[end:].lstrip(" \t")
        if not any(character.isalnum() for character in text):
            return []
        self._is_first = False
        return [Clause(text, ends_sentence)]

    def _cut(self) -> tuple[int, bool] | None:
        """Return where the held text can be cut, and whether a sentence ends there; None if nowhere yet."""
        closer = ""
        for place, character in enumerate(self._held):
            if character == "\n":
                return place + 1, True
            if closer:
                closer = "" if character == closer else closer
            elif character in _TOGGLES:
                closer = character
            elif character in _OPENED:
                closer = _OPENED[character]
            if closer:
                continue
            kind = self._kind_of(place)
            if kind == "unknown":
                break
            if kind == "clause":
                return place + 1, False
            if kind == "sentence":
                return self._after_closers(place), True
        return self._forced()

    def _kind_of(self, place: int) -> Place:
        """What ends at this character, as far as can be known now."""
        character = self._held[self._last_before_closers(place)]
        if character in _ENDS:
            return self._sentence_at(place, character)
        if self._held[place] in _PAUSES and self._ends_clause(place):
            return "clause"
        return "nowhere"

    def _last_before_closers(self, place: int) -> int:
        """Where the mark is that a closing quotation mark at this place stands behind."""
        while place > 0 and self._held[place] in _CLOSERS:
            place -= 1
        return place

    def _after_closers(self, place: int) -> int:
        end = place + 1
        while end < len(self._held) and self._held[end] in _CLOSERS and self._held[place] not in _CLOSERS:
            end += 1
        return end

    def _sentence_at(self, place: int, mark: str) -> Place:
        """Whether a sentence ends with a mark, or with the closer at this place behind it."""
        end = self._after_closers(place)
        after = self._held[end:]
        if not after:
            return "unknown"  # a closer may follow, or the rest of a file's name
        if mark in _WIDE_ENDS:
            return "nowhere" if after[0] in _WIDE_ENDS else "sentence"
        if not after[0].isspace() and not _IDEOGRAPH.match(after):
            return "nowhere"
        following = after.lstrip(" \t")
        if not following:
            return "unknown"  # what comes next tells an abbreviation from an end
        if following[0].islower():
            return "nowhere"  # “Save?” is what it asks
        return "sentence" if mark != "." or self._is_full_stop(place, following[0]) else "nowhere"

    def _is_full_stop(self, place: int, following: str) -> bool:
        before = self._held[: self._last_before_closers(place)]
        word = before.rpartition(" ")[2].lstrip("(\"“'").casefold()
        if word in _NEVER_AN_END or (word in _BEFORE_A_NUMBER and following.isdecimal()):
            return False
        if word in _PERHAPS_AN_END or _DOTTED.match(word):
            return following.isupper() or following == "\n"
        return not (word.isdecimal() and not before[: -len(word)].strip())  # "1. Press Save"

    def _ends_clause(self, place: int) -> bool:
        mark, after = self._held[place], self._held[place + 1 : place + 2]
        if mark not in _WIDE_PAUSES and not after.isspace():
            return False  # 1,000; 10:30; more may follow
        return _words(self._held[:place]) >= (FIRST_WORDS if self._is_first else LATER_WORDS)

    def _forced(self) -> tuple[int, bool] | None:
        """Cut what has become too long all the same: at a space, else anywhere."""
        if len(self._held) <= LONGEST:
            return None
        space = self._held.rfind(" ", 1, LONGEST)
        return (space if space > 0 else LONGEST), False


def _words(text: str) -> int:
    """Count words as they sound: two ideographs are one."""
    ideographs = len(_IDEOGRAPH.findall(text))
    return len(_IDEOGRAPH.sub(" ", text).split()) + ideographs // 2


def _is_ended(text: str) -> bool:
    return text.rstrip(_CLOSERS)[-1:] in tuple(_ENDS)


def _plain(text: str) -> str:
    """Leave out what Markdown adds; what it marks as code is quoted, so that it is checked as a quotation is."""
    text = _BULLET.sub("", text, count=1) if _BULLET.match(text) else text
    text = re.sub(r"`+([^`]+)`+", r"“\1”", text.replace("**", ""))
    return " ".join(text.split())
