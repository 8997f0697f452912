"""Find controls in a picture with two small networks: `find(picture, lines)`; trained by training/widgets.

A check box and a radio button are found by their mark alone; whoever joins text and controls gives them their words.
What has not changed since the last picture of this size is not looked at again.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from statistics import median

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime

from assistant.host.seeing import Region, TextLine
from assistant.scene import Box
from assistant.sight.boxes import joined
from assistant.sight.candidates import SOURCES, Candidates, candidates
from assistant.sight.judged import apart, described, patches
from assistant.sight.parts import Judged
from assistant.sight.states import shown_states
from assistant.sight.weights import load

Pixels = npt.NDArray[np.uint8]
"""(height, width, 3), uint8, red, green, blue."""
Map = npt.NDArray[np.float32]
"""(channels, height / 8, width / 8): scores, distances to the left, upper, right and lower edge, states; features."""
FIRST, SECOND = "widgets.onnx", "widgets_judge.onnx"
MAY_HOLD_OTHERS = frozenset({"list item"})
"""Controls that may have others in them; of the rest, nothing inside is a control of its own."""
STRIDE = 8
EXACT = 0.15  # of the score, by which an area that ends where a control does is preferred to the words in it
STEP = 32  # the network takes sides that are multiples of this
LINE_HEIGHT = 16  # pixels of a line of text, in the windows that it was trained with
LARGE = 1.45  # times that: a picture with larger text is made smaller
TILE = 1024  # a larger picture is looked at in parts, for memory
CONTEXT = 96  # pixels around a part that are looked at with it, a multiple of STEP
LOOKED = 0.6  # the share of a picture whose change makes it cheaper to look at all of it
REMEMBERED = 4  # pictures, by their size


class First:
    """The first network: looks at all of a picture."""

    def __init__(self, weights: bytes) -> None:
        self._session = _opened(weights)

        self.scores = int(self._session.get_outputs()[0].shape[1])
        """How many of a map's channels are not features."""

    def look(self, picture: Pixels) -> Map:
        """Return the map of a picture of any size; grey makes its sides what the network takes."""
        height, width = picture.shape[:2]
        below, beside = -height % STEP, -width % STEP
        padded = np.pad(picture, ((0, below), (0, beside), (0, 0)), mode="constant", constant_values=128)
        cells, features = self._session.run(None, {"picture": padded.transpose(2, 0, 1)[None]})
        rows, columns = -(-height // STRIDE), -(-width // STRIDE)
        return np.concatenate([cells[0], features[0]])[:, :rows, :columns]


class Second:
    """The second network: looks closely at candidates. The file says what its outputs mean."""

    def __init__(self, weights: bytes) -> None:
        self._session = _opened(weights)
        said = self._session.get_modelmeta().custom_metadata_map
        roles, states, sure = (json.loads(said[name]) for name in ("roles", "states", "sure"))
        self.roles, self.states = tuple(map(str, roles)), tuple(map(str, states))
        self.sure = np.array([sure[role] for role in roles], np.float32)
        """For each role, the score from which it is said: precision first."""

    def judge(self, described: Map, patches: Pixels) -> tuple[Map, Map]:
        """Return the share of each role, and of each state, for n candidates: their numbers and their pixels."""
        if not len(described):
            return np.zeros((0, len(self.roles)), np.float32), np.zeros((0, len(self.states)), np.float32)
        (shares,) = self._session.run(None, {"numbers": described, "patches": patches})
        return shares[:, : len(self.roles)], shares[:, len(self.roles) + 1 :]

    def named(self, shares: Map) -> dict[str, float]:
        """Return one candidate's shares by the roles' names."""
        return dict(zip(self.roles, map(float, shares), strict=True))

    def named_states(self, shares: Map) -> dict[str, float]:
        """Return one candidate's shares by the states' names."""
        return dict(zip(self.states, map(float, shares), strict=True))


def _opened(weights: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # waiting must not cost the user's time
    return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])


@cache
def network() -> Finder:
    """Return the finder with the weights that ship; SomethingMissing if they are not here, or not what was shipped."""
    return Finder(First(load(FIRST)), Second(load(SECOND)))


class Finder:
    """Finds controls with two networks: one looks at all of the picture, one closely at what may be a control."""

    def __init__(self, first: First, second: Second) -> None:
        self._first, self._second = first, second
        self._seen = Seen()

    def judge(self, picture: Pixels, lines: Sequence[TextLine], boxes: Sequence[Box]) -> list[Judged]:
        """Return what each box seems to be."""
        if min(picture.shape[:2]) < 8 or not boxes:
            return [Judged({}) for _ in boxes]
        shown, scale = _drawn_usually(picture, lines)
        seen = self._seen.look(self._first, shown)
        edges = np.array([(box.x - 1, box.y - 1, box.right + 1, box.bottom + 1) for box in boxes], np.float32) * scale
        count = len(boxes)
        found = Candidates(edges, np.full(count, SOURCES.index("hard area"), np.intp), np.ones(count, np.float32))
        numbers = described(seen[self._first.scores :], found, (shown.shape[0], shown.shape[1]))
        shares, states = self._second.judge(numbers, patches(shown, edges))
        return [
            Judged(self._second.named(role), self._second.named_states(state))
            for role, state in zip(shares, states, strict=True)
        ]

    def find(self, picture: Pixels, lines: Sequence[TextLine], parts: Sequence[Box] | None = None) -> list[Region]:
        """Return what looks like a control and is sure enough, the surest first; in all of a picture or parts of it.

        The lines tell how large things are drawn.
        """
        if min(picture.shape[:2]) < 8:
            return []
        shown, scale = _drawn_usually(picture, lines)
        seen = self._seen.look(self._first, shown)
        cells, features = seen[: self._first.scores], seen[self._first.scores :]
        known = np.array([one.edges for one in joined(cells, len(self._second.roles))], np.float32).reshape(-1, 4)
        found = candidates(shown, known, [_scaled(part, scale) for part in parts] if parts is not None else None)
        numbers = described(features, found, (shown.shape[0], shown.shape[1]))
        shares, states = self._second.judge(numbers, patches(shown, found.boxes))
        role, score = shares.argmax(axis=1), shares.max(axis=1)
        good = np.flatnonzero(score >= self._second.sure[role])
        is_whole = np.array([name not in MAY_HOLD_OTHERS for name in self._second.roles])
        exact = score + EXACT * (found.source < SOURCES.index("row"))
        kept = good[apart(found.boxes[good], exact[good], role[good], is_whole)]
        return [
            self._region(int(role[one]), float(score[one]), found.boxes[one] / scale, states[one], picture)
            for one in kept
        ]

    def _region(self, role: int, score: float, edges: Map, shares: Map, picture: Pixels) -> Region:
        height, width = picture.shape[:2]
        left, upper, right, lower = (round(float(edge)) for edge in edges)
        x, y = min(max(left, 0), width - 1), min(max(upper, 0), height - 1)
        box = Box(x, y, max(min(right, width) - x, 1), max(min(lower, height) - y, 1))
        role_name = self._second.roles[role]
        states = shown_states(role_name, self._second.named_states(shares))
        return Region(role_name, box, states, min(score, 1.0))


def _scaled(box: Box, scale: float) -> Box:
    left, top = int(box.x * scale), int(box.y * scale)
    return Box(left, top, round(box.right * scale) - left, round(box.bottom * scale) - top)


def _drawn_usually(picture: Pixels, lines: Sequence[TextLine]) -> tuple[Pixels, float]:
    """Return a picture as large as those that it was trained with, and by how much it was scaled."""
    scale = _scale(lines)
    if scale == 1.0:
        return picture, scale
    size = max(round(picture.shape[1] * scale), 8), max(round(picture.shape[0] * scale), 8)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8), scale


def _scale(lines: Sequence[TextLine]) -> float:
    heights = [line.box.height for line in lines if line.box.height > 0]
    height = median(heights) if heights else LINE_HEIGHT
    return LINE_HEIGHT / height if height > LARGE * LINE_HEIGHT else 1.0


class Seen:
    """The last pictures and their maps, one of each size; only what has changed is looked at. Stays in memory."""

    def __init__(self) -> None:
        self._last: OrderedDict[tuple[int, ...], tuple[Pixels, Map]] = OrderedDict()

    def look(self, first: First, picture: Pixels) -> Map:
        """Return a picture's map."""
        known = self._last.pop(picture.shape, None)
        cells = self._again(first, picture, *known) if known else _look(first, picture)
        self._last[picture.shape] = picture.copy(), cells
        if len(self._last) > REMEMBERED:
            self._last.popitem(last=False)
        return cells

    def _again(self, first: First, picture: Pixels, before: Pixels, cells: Map) -> Map:
        changed = (picture != before).any(axis=2)
        if not changed.any():
            return cells
        rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
        upper, lower = _widened(int(rows[0]), int(rows[-1]) + 1, picture.shape[0])
        left, right = _widened(int(columns[0]), int(columns[-1]) + 1, picture.shape[1])
        if (lower - upper) * (right - left) > LOOKED * picture.shape[0] * picture.shape[1]:
            return _look(first, picture)
        made = cells.copy()
        _put(made, _look(first, picture[upper:lower, left:right]), (upper, left), picture.shape)
        return made


def _widened(begin: int, last: int, length: int) -> tuple[int, int]:
    """Return a stretch with room around it, starting at a multiple of the network's step."""
    return max(begin - CONTEXT - STEP, 0) // STEP * STEP, min(last + CONTEXT + STEP, length)


def _look(first: First, picture: Pixels) -> Map:
    height, width = picture.shape[:2]
    if height * width <= TILE * TILE * 1.5:
        return first.look(picture)
    made: Map | None = None
    for top in range(0, height, TILE):
        for left in range(0, width, TILE):
            upper, side = max(top - CONTEXT, 0), max(left - CONTEXT, 0)
            part = first.look(picture[upper : top + TILE + CONTEXT, side : left + TILE + CONTEXT])
            if made is None:
                made = np.zeros((part.shape[0], -(-height // STRIDE), -(-width // STRIDE)), np.float32)
            _put(made, part, (upper, side), picture.shape)
    assert made is not None
    return made


def _put(whole: Map, part: Map, at: tuple[int, int], shape: tuple[int, ...]) -> None:
    """Put a part's map into the whole's, without the half of its surroundings where it knows less."""
    edge = CONTEXT // STRIDE // 2
    down, across = at[0] // STRIDE, at[1] // STRIDE
    upper, left = edge if at[0] else 0, edge if at[1] else 0
    lower = part.shape[1] - (edge if down + part.shape[1] < shape[0] // STRIDE else 0)
    right = part.shape[2] - (edge if across + part.shape[2] < shape[1] // STRIDE else 0)
    whole[:, down + upper : down + lower, across + left : across + right] = part[:, upper:lower, left:right]
