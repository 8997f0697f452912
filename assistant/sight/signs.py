"""Signs: say which single sign or letter stands on a key, or that it is none known; a network of training/signs.

Readers of text need a line to lean on: of a "÷" or a "(" alone they make "+", "C" or nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnxruntime

from assistant.host.seeing import TextLine, language_of
from assistant.scene import Box
from assistant.sight import weights
from assistant.sight.parts import Pixels
from assistant.sight.sign_crop import drawn_on, is_sign, prepare

WEIGHTS = "signs.onnx"


class Drawn(NamedTuple):
    """Something small in the middle of a key, which may be a sign."""

    key: Box
    box: Box


class SignReader:
    """Reads signs on keys. Raises SomethingMissing where its weights are not what was shipped."""

    def __init__(self, folder: Path = weights.FOLDER) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            weights.load(WEIGHTS, folder), options, providers=["CPUExecutionProvider"]
        )
        stated: dict[str, str] = self._session.get_modelmeta().custom_metadata_map
        self._signs: list[str] = json.loads(stated["signs"])
        self._least = float(stated["least"])

    def read(self, picture: Pixels, keys: Sequence[Box], usual: float) -> dict[Box, TextLine]:
        """Return the signs that it is sure of, by their keys. `usual` is how high a line of text is, in pixels."""
        found = [Drawn(key, box) for key in keys if (box := drawn_on(picture, key)) is not None and is_sign(box, usual)]
        if not found:
            return {}
        prepared = [prepare(picture, one.key, one.box, usual) for one in found]
        shown, numbers = (np.stack(column) for column in zip(*prepared, strict=True))
        (shares,) = self._session.run(None, {"signs": shown, "numbers": numbers})
        return {one.key: line for one, row in zip(found, shares, strict=True) if (line := self._line(one.box, row))}

    def _line(self, box: Box, shares: np.ndarray[tuple[int], np.dtype[np.float32]]) -> TextLine | None:
        best = int(shares.argmax())
        if best == len(self._signs) or shares[best] < self._least:
            return None
        sign = self._signs[best]
        return TextLine(sign, box, round(float(shares[best]), 4), language_of(sign))
