"""What reads one line of text: a Protocol and its answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

from assistant.scene import Box
from assistant.sight.parts import Pixels

ReaderName = Literal["auto", "rapidocr", "tesseract"]


class Reading(NamedTuple):
    """What stands in a line; "" where it is no text. `confidence` is the mean of its characters', 0 to 1."""

    text: str
    confidence: float


NOTHING = Reading("", 0.0)


class TextReader(Protocol):
    """Reads text. Every one passes tests/sight/test_readers.py."""

    name: str

    def read(self, crops: Sequence[Pixels]) -> list[Reading]:
        """Return what stands in each crop: one line of text and a little of its ground, of any size."""
        ...

    def find(self, picture: Pixels) -> list[Box]:
        """Return where there is text in a photograph or a game, where lines.py sees nothing but noise."""
        ...
