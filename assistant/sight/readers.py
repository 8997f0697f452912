"""Which of the two readers of text is there."""

from __future__ import annotations

import importlib.util

from assistant.errors import SomethingMissing
from assistant.sight.reader import ReaderName, TextReader


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
