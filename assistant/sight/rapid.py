"""RapidOCR's models (PP-OCR, whose wheel carries them), run by onnxruntime at exactly the width that a line needs.

RapidOCR itself pads every line to 320 pixels, in batches of six; here a line costs what it is wide, and each core reads
a line of its own. Batches were measured to save nothing (15.5 ms a line alone, 16.5 ms in six, 160 pixels wide).
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from assistant.errors import SomethingMissing
from assistant.scene import Box
from assistant.sight.parts import Pixels
from assistant.sight.reader import NOTHING, Reading

HEIGHT = 48  # pixels, of the recogniser's input
STEP = 8  # pixels across for each of its guesses
LEAST_WIDTH, LARGEST_WIDTH = 32, 3200
WIDER = 1.5  # what a doubtful line is stretched by, so that thin letters get a guess of their own
DOUBTFUL = 0.75  # of the least sure character: below, the line is read again, stretched

LEAST_SHARE, LEAST_SCORE, UNCLIP = 0.3, 0.5, 1.6  # RapidOCR's own settings for its detector
LARGEST_SIDE = 1280  # pixels that the detector sees of a picture

_MEAN, _SPREAD = 127.5, 127.5


class RapidReader:
    """Reads with PP-OCR."""

    name = "rapidocr"

    def __init__(self) -> None:
        cv2.setNumThreads(1)
        self._recognise = _session("rec")
        kept = self._recognise.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._characters = np.array(["", *kept, " "], dtype=np.str_)
        self._input = self._recognise.get_inputs()[0].name
        self._detect: Any = None
        self._cores = ThreadPoolExecutor(min(4, len(os.sched_getaffinity(0))), "read")

    def read(self, crops: Sequence[Pixels]) -> list[Reading]:
        """See TextReader."""
        return list(self._cores.map(self._read, crops))

    def find(self, picture: Pixels) -> list[Box]:
        """See TextReader."""
        if self._detect is None:
            self._detect = _session("det", threads=min(4, len(os.sched_getaffinity(0))))
        scale = min(1.0, LARGEST_SIDE / max(picture.shape[:2]))
        height, width = (max(32, round(side * scale / 32) * 32) for side in picture.shape[:2])
        seen = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
        share = self._detect.run(None, {self._detect.get_inputs()[0].name: _normal(seen)[None]})[0][0, 0]
        return _boxes(share, (picture.shape[1] / width, picture.shape[0] / height))

    def _read(self, crop: Pixels) -> Reading:
        if min(crop.shape[:2]) < 2:
            return NOTHING
        reading, least = self._once(crop, 1.0)
        if least >= DOUBTFUL:
            return reading
        again, least_again = self._once(crop, WIDER)
        return again if least_again > least else reading

    def _once(self, crop: Pixels, stretched: float) -> tuple[Reading, float]:
        """Return a reading, and how sure its least sure character is."""
        height, width = crop.shape[:2]
        wanted = min(max(round(width * HEIGHT / height * stretched), 8), LARGEST_WIDTH)
        how = cv2.INTER_AREA if height > HEIGHT else cv2.INTER_LINEAR
        padded = np.zeros((1, 3, HEIGHT, max(LEAST_WIDTH, -(-wanted // STEP) * STEP)), np.float32)
        padded[0, :, :, :wanted] = _normal(cv2.resize(crop, (wanted, HEIGHT), interpolation=how))
        guesses = self._recognise.run(None, {self._input: padded})[0][0]
        best = guesses.argmax(axis=1)
        kept = (best != 0) & (np.diff(best, prepend=-1) != 0)  # CTC: 0 is a gap, a repeated guess is one character
        sure = guesses[kept, best[kept]]
        if not sure.size:
            return NOTHING, 0.0
        return Reading("".join(self._characters[best[kept]]), float(sure.mean())), float(sure.min())


def _session(kind: str, threads: int = 1) -> Any:
    import onnxruntime  # noqa: PLC0415 - 0.2 s; not by whoever only asks whether there is a reader

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.enable_cpu_mem_arena = False  # it would keep the largest line's memory for ever
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(_model(kind)), options, providers=["CPUExecutionProvider"])


def _model(kind: str) -> Path:
    """Return the model for "det" or "rec" that is in RapidOCR's wheel, without importing RapidOCR (2 s)."""
    found = importlib.util.find_spec("rapidocr")
    folders = [Path(place) / "models" for place in (found.submodule_search_locations or [])] if found else []
    files = sorted(file for folder in folders for file in folder.glob(f"*_{kind}_*.onnx"))
    if not files:
        raise SomethingMissing("RapidOCR's models are not there. Run: pip install --force-reinstall 'sightline[ocr]'")
    return files[-1]


def _normal(picture: Pixels) -> npt.NDArray[np.float32]:
    """Return (3, height, width) from -1 to 1, blue first."""
    return ((picture[:, :, ::-1].astype(np.float32) - _MEAN) / _SPREAD).transpose(2, 0, 1)


def _boxes(share: npt.NDArray[np.float32], scale: tuple[float, float]) -> list[Box]:
    """Return upright boxes around what is likely text, grown by what the detector was taught to shrink them.

    Differentiable binarization, https://arxiv.org/abs/1911.08947
    """
    mask = (share > LEAST_SHARE).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    boxes = []
    for label in range(1, count):
        x, y, width, height, _area = (int(part) for part in stats[label])
        inside = labels[y : y + height, x : x + width] == label
        if min(width, height) < 3 or share[y : y + height, x : x + width][inside].mean() < LEAST_SCORE:
            continue
        grown = width * height * UNCLIP / (2 * (width + height))
        left, top = max(0.0, x - grown) * scale[0], max(0.0, y - grown) * scale[1]
        right = min(share.shape[1], x + width + grown) * scale[0]
        bottom = min(share.shape[0], y + height + grown) * scale[1]
        boxes.append(Box(round(left), round(top), round(right - left), round(bottom - top)))
    return boxes
