"""A sentence while it is checked: what was found in the facts stands in it as one character, the rest is still words.

So a claim is read without being misled by a name (“Delete all?”), and what was checked once is not checked again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from assistant.explain.guard_facts import Facts
from assistant.explain.wording import Wording

Reason = Literal[
    "nothing", "special", "too-long", "loop", "repeated", "language", "reference", "quote", "control", "role", "name",
    "key", "number", "count", "file", "link", "address", "state", "undo", "child", "instruction", "meaning",
    "ungrounded", "unstable", "error",
]  # fmt: skip
"""Why a sentence was dropped. It is ours, so it may be logged."""
Change = Literal["reference", "quote", "key", "state", "warning", "attributed", "guess", "unproven", "markup"]
"""What was put in place of the model's words."""
SpanKind = Literal["mention", "key", "exact"]

_FIRST = {"mention": 0xE000, "key": 0xF000, "exact": 0xF800}
_ROOM = {"mention": 0x1000, "key": 0x800, "exact": 0x100}


class Refused(Exception):
    """The sentence says something that is not so."""

    def __init__(self, reason: Reason, replacement: str = "", mentions: tuple[int, ...] = ()) -> None:
        self.reason, self.replacement, self.mentions = reason, replacement, mentions
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Span:
    """Something in the sentence that stands in the facts. `elements` are those that it names or takes."""

    kind: SpanKind
    shown: str
    bare: str
    elements: tuple[int, ...] = ()
    is_control: bool = False


@dataclass
class Draft:
    """A sentence and what was found in it."""

    facts: Facts
    wording: Wording
    text: str
    spans: dict[str, Span] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)

    def put(self, span: Span) -> str:
        """Return the character that stands for a span."""
        number = sum(other.kind == span.kind for other in self.spans.values())
        if number >= _ROOM[span.kind]:
            raise Refused("too-long")
        mark = chr(_FIRST[span.kind] + number)
        self.spans[mark] = span
        return mark

    def replace(self, start: int, end: int, span: Span) -> None:
        """Put a span in place of a part of the text."""
        self.text = self.text[:start] + self.put(span) + self.text[end:]

    def change(self, what: Change) -> None:
        if what not in self.changes:
            self.changes.append(what)

    def shown(self, text: str | None = None) -> str:
        """Return the text as it is to be spoken."""
        text = self.text if text is None else text
        return "".join(self.spans[c].shown if c in self.spans else c for c in text)

    def bare(self, text: str) -> str:
        """Return text with names as the window has them, without our quotation marks."""
        return "".join(self.spans[c].bare if c in self.spans else c for c in text)

    def found(self, *kinds: SpanKind) -> Iterator[tuple[int, Span]]:
        """Yield the spans of these kinds with their place, in order."""
        for place, character in enumerate(self.text):
            span = self.spans.get(character)
            if span is not None and span.kind in kinds:
                yield place, span

    @property
    def named(self) -> tuple[int, ...]:
        """The elements that the sentence names, in order."""
        return tuple(dict.fromkeys(number for _, span in self.found("mention") for number in span.elements))

    @property
    def taken(self) -> tuple[int, ...]:
        """The elements that it names, or whose key it tells."""
        return tuple(dict.fromkeys(number for _, span in self.found("mention", "key") for number in span.elements))
