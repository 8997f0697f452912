"""Icons: say what an icon seems to mean, or that it is none of those known; a small network of training/icons."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime

from assistant.host.seeing import UNKNOWN
from assistant.sight import weights
from assistant.sight.icon_crop import prepare
from assistant.sight.parts import Guess, Pixels

WEIGHTS = "icons.onnx"
NOTHING = Guess(UNKNOWN, 0.0)


class IconReader:
    """Names icons. Raises SomethingMissing where its weights are not what was shipped."""

    def __init__(self, folder: Path = weights.FOLDER) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # it is small: a second thread costs more than it saves
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            weights.load(WEIGHTS, folder), options, providers=["CPUExecutionProvider"]
        )
        stated: dict[str, str] = self._session.get_modelmeta().custom_metadata_map
        self._meanings = stated["meanings"].split(" ")
        self._temperature, self._least = float(stated["temperature"]), float(stated["least"])

    @property
    def meanings(self) -> tuple[str, ...]:
        """All that an icon can be taken for."""
        return tuple(self._meanings)

    def read(self, crops: Sequence[Pixels]) -> list[Guess]:
        """Return a guess for each crop: an icon with a little of its background, uint8 (height, width, 3).

        The confidence is the share of icons, of themes that training never saw, that were named rightly when it was
        as sure. Less sure than the least that was found worth saying, the meaning is `UNKNOWN`.
        """
        prepared = [prepare(crop) for crop in crops]
        seen = [one for one in prepared if one is not None]
        if not seen:
            return [NOTHING] * len(prepared)
        (logits,) = self._session.run(None, {"icons": np.stack(seen)})
        guesses = iter([self._guess(row) for row in np.asarray(logits, dtype=np.float64)])
        return [NOTHING if one is None else next(guesses) for one in prepared]

    def _guess(self, logits: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Guess:
        scaled = np.exp((logits - logits.max()) / self._temperature)
        likely = scaled / scaled.sum()
        best = int(likely[:-1].argmax())  # the last is "unknown", which takes its share from the others
        sure = round(float(likely[best]), 4)
        return Guess(self._meanings[best] if sure >= self._least else UNKNOWN, sure)
