"""Tesseract through tesserocr: the light alternative. English and Chinese data come from the system's packages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from assistant.errors import SomethingMissing
from assistant.scene import Box
from assistant.sight.parts import Pixels
from assistant.sight.reader import NOTHING, Reading

HEIGHT = 64  # pixels: capitals of about 32, which is what its data was made for
BORDER = 10  # pixels of ground that it wants around a line
FOLDERS = ("/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tesseract-ocr/4.00/tessdata", "/usr/share/tessdata")
LANGUAGES = ("eng", "chi_sim")


class TesseractReader:
    """Reads with Tesseract's LSTM networks, in whatever of English and Chinese has data here."""

    name = "tesseract"

    def __init__(self) -> None:
        cv2.setNumThreads(1)
        import tesserocr  # noqa: PLC0415 - see reader.py

        folder, languages = language_data()
        self._line: Any = tesserocr.PyTessBaseAPI(
            path=str(folder), lang="+".join(languages), psm=tesserocr.PSM.SINGLE_LINE, oem=tesserocr.OEM.LSTM_ONLY
        )
        self._line.SetVariable("debug_file", "/dev/null")

    def read(self, crops: Sequence[Pixels]) -> list[Reading]:
        """See TextReader."""
        return [self._read(crop) for crop in crops]

    def find(self, picture: Pixels) -> list[Box]:  # noqa: ARG002 - the Protocol's
        """Return nothing: what Tesseract finds in photographs is mostly invented."""
        return []

    def _read(self, crop: Pixels) -> Reading:
        if min(crop.shape[:2]) < 2:
            return NOTHING
        image = _prepared(crop)
        height, width = image.shape
        self._line.SetImageBytes(image.tobytes(), width, height, 1, width)
        text = self._line.GetUTF8Text().strip()
        return Reading(_closed_up(text), self._line.MeanTextConf() / 100) if text else NOTHING


def _prepared(crop: Pixels) -> Pixels:
    """Return a crop grey, dark on light, of the height that Tesseract reads best."""
    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
    if np.median(grey) < 128:
        grey = cv2.bitwise_not(grey)
    scale = HEIGHT / grey.shape[0]
    sized = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA)
    ground = int(np.median(sized))
    return cv2.copyMakeBorder(sized, BORDER, BORDER, BORDER, BORDER, cv2.BORDER_CONSTANT, value=ground)


def _closed_up(text: str) -> str:
    """Return a text without the spaces that Tesseract puts between Chinese characters."""
    kept = [
        character
        for at, character in enumerate(text)
        if not (character == " " and _is_wide(text[at - 1]) and _is_wide(text[at + 1]))
    ]
    return "".join(kept)


def _is_wide(character: str) -> bool:
    return character >= "\u2e80"


def language_data() -> tuple[Path, list[str]]:
    """Return where Tesseract's data are, and for which of our languages; SomethingMissing for none."""
    for folder in map(Path, FOLDERS):
        languages = [name for name in LANGUAGES if (folder / f"{name}.traineddata").is_file()]
        if languages:
            return folder, languages
    raise SomethingMissing(
        "Tesseract has no data. Run: sudo apt install tesseract-ocr-eng tesseract-ocr-chi-sim",
    )
