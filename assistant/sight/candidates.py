"""Where a control may be, from the pixels alone: areas of one colour, rows of text in them, words and signs.

These are many more than there are controls, but their edges are exact; a network then tells which are controls.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from assistant.scene import Box

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

SOFT, HARD = 4, 14  # how much two neighbours differ at the faintest edge, and at a plain one
INKS = (24, 10)  # and within letters, and within signs, which are softer
LEAST_SIDE = 6
MOST_AREAS, MOST_ROWS, MOST_WORDS = 300, 120, 200
SMALL = 28  # pixels; the border of a mark is a large part of it
GROWN = ((2, 4), (8, 7), (16, 10), (6, 6), (1, 1))  # pixels around words and signs, where their control may end
SOURCES = ("soft area", "hard area", "row", "word 0", "word 1", "word 2", "word 3", "word 4", "map")


class Candidates(NamedTuple):
    """Boxes (n, 4): left, upper, right, lower; for each its source's number, and the share of it that is one area."""

    boxes: Floats
    source: npt.NDArray[np.intp]
    fill: Floats


def candidates(picture: Pixels, more: Floats, parts: Sequence[Box] | None = None) -> Candidates:
    """Return where controls may be in a picture (height, width, 3), or in parts of it.

    `more`: boxes that are known already, (n, 4).
    """
    height, width = picture.shape[:2]
    found: dict[tuple[int, ...], tuple[int, float]] = {}
    for part in parts if parts is not None else (Box(0, 0, width, height),):
        for (left, top, right, bottom), told in _in_part(picture[part.y : part.bottom, part.x : part.right]):
            found.setdefault((left + part.x, top + part.y, right + part.x, bottom + part.y), told)
    if parts is not None:
        more = more[[any(_meet(edges, part) for part in parts) for edges in more]]
    boxes = np.array([*found, *np.round(more).astype(int).tolist()], np.float32).reshape(-1, 4)
    every = [*found.values(), *[(SOURCES.index("map"), 0.0)] * len(more)]
    sources = np.array([one for one, _ in every], np.intp)
    fills = np.array([one for _, one in every], np.float32)
    boxes = np.clip(boxes, 0, (width, height, width, height)).astype(np.float32)
    kept = (boxes[:, 2] - boxes[:, 0] >= LEAST_SIDE) & (boxes[:, 3] - boxes[:, 1] >= LEAST_SIDE)
    return Candidates(boxes[kept], sources[kept], fills[kept])


def _meet(edges: Floats, box: Box) -> bool:
    return bool(edges[0] < box.right and box.x < edges[2] and edges[1] < box.bottom and box.y < edges[3])


def _in_part(picture: Pixels) -> Iterator[tuple[tuple[int, ...], tuple[int, float]]]:
    """Yield boxes, the number of the source of each, and its fill."""
    if min(picture.shape[:2]) < LEAST_SIDE:
        return
    step = _steps(picture)
    for number, threshold in enumerate((SOFT, HARD)):
        for source, box, fill in _areas(step <= threshold, number):
            yield box, (source, fill)
    for ink in INKS:
        for number, box in _words(step > ink):
            yield box, (3 + number, 0.0)


def _steps(picture: Pixels) -> npt.NDArray[np.uint8]:
    """Return how much each pixel differs from its right and lower neighbours, (height, width)."""
    step = np.zeros(picture.shape[:2], np.uint8)
    step[:, :-1] = cv2.absdiff(picture[:, 1:], picture[:, :-1]).max(axis=2)
    np.maximum(step[:-1], cv2.absdiff(picture[1:], picture[:-1]).max(axis=2), out=step[:-1])
    return step


def _areas(flat: npt.NDArray[np.bool_], number: int) -> Iterator[tuple[int, tuple[int, ...], float]]:
    """Yield the areas of one colour, and the rows of text in them."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(flat.astype(np.uint8), connectivity=4)
    wide, high, size = stats[:, 2], stats[:, 3], stats[:, 4]
    fill = size / np.maximum(wide * high, 1)
    good = np.flatnonzero((wide >= LEAST_SIDE) & (high >= LEAST_SIDE) & (fill >= 0.2))
    good = good[good != 0]
    rows = 0
    for label in good[np.argsort(-size[good])][:MOST_AREAS]:
        x, y, width, height = (int(part) for part in stats[label, :4])
        for around in (1, 3) if max(width, height) <= SMALL else (1,):
            edges = (x - around, y - around, x + width + around, y + height + around)
            yield number, edges, float(fill[label])
        if number == 1 and width >= 60 and height >= 34 and fill[label] >= 0.3 and rows < MOST_ROWS:
            for top, bottom in _rows(labels[y : y + height, x : x + width] != label):
                rows += 1
                yield 2, (x, y + top, x + width, y + bottom), float(fill[label])


def _rows(ink: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Yield where rows of text begin and end in an area, from where it is not of its colour."""
    shown = np.concatenate([[False], ink.sum(axis=1) >= 2, [False]])
    turns = np.flatnonzero(shown[1:] != shown[:-1]).reshape(-1, 2)
    runs = _joined([(int(start), int(end)) for start, end in turns])
    runs = [(start, end) for start, end in runs if 5 <= end - start <= 40]
    middles = [(start + end) / 2 for start, end in runs]
    if not runs:
        return
    gaps = np.diff(middles)
    gaps = gaps[(gaps >= 10) & (gaps <= 70)]
    pitch = float(np.median(gaps)) if gaps.size else (runs[0][1] - runs[0][0]) * 1.8
    for middle in middles:
        yield max(round(middle - pitch / 2), 0), min(round(middle + pitch / 2), ink.shape[0])


def _joined(runs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join the parts of one row of text: dots and accents stand a pixel or two away."""
    made: list[tuple[int, int]] = []
    for start, end in runs:
        if made and start - made[-1][1] <= 2:
            made[-1] = made[-1][0], end
        else:
            made.append((start, end))
    return made


def _words(ink: npt.NDArray[np.bool_]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield boxes around words and signs, narrow and wide."""
    grown = cv2.dilate(ink.astype(np.uint8), np.ones((3, 11), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(grown, connectivity=8)
    for x, y, width, height, _ in stats[1:][np.argsort(-stats[1:, 4])][:MOST_WORDS]:
        left, upper, right, lower = int(x) + 5, int(y) + 1, int(x + width) - 4, int(y + height)
        if not (4 <= lower - upper <= 70 and right - left >= 4):
            continue
        for number, (across, down) in enumerate(GROWN):
            if number < 3 or right - left <= 48:
                yield number, (left - across, upper - down, right + across, lower + down)
