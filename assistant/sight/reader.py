"""What reads one line of text: a Protocol, its answer, and which of its two implementations is there."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

from assistant.errors import SomethingMissing
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


def open_reader(name: ReaderName = "auto") -> TextReader:
    """Return the reader of this name, or the best that is installed; SomethingMissing if it is not."""
    if name == "tesseract" or (name == "auto" and not _is_here("rapidocr") and _is_here("tesserocr")):
        from assistant.sight.tesseract import TesseractReader  # noqa: PLC0415 - one of two

        return TesseractReader()
    if not (_is_here("rapidocr") and _is_here("onnxruntime")):
        raise SomethingMissing("Reading text from pictures is not installed. Run: pip install 'sightline[ocr]'")
    from assistant.sight.rapid import RapidReader  # noqa: PLC0415 - one of two

    return RapidReader()


def _is_here(module: str) -> bool:
    return importlib.util.find_spec(module) is not None
