"""Take the line under a letter away that tells the key of a menu or a button: to a reader, "F" underlined is an "E"."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from assistant.sight.parts import Pixels

INK = 60  # of 255
FAINT = 0.5  # of the darkest
SHORTEST, LONGEST = 3, 1.2  # pixels; times the height of the letters
LOWEST = 0.6  # of the height of the letters: above, nothing is under one
THICK = 14  # rows of letters for each row of the line under one
FILLED = 0.3  # of the fullest row: the last such row is that on which letters stand
LETTER = 0.5  # of the line's length has a letter above it: an underscore has none
LEAST_BESIDE = 0.5  # times the line's length: so much else is written beside it


def without_underline(crop: Pixels) -> Pixels:
    """Return a line of text without the line under one of its letters; the same where there is none."""
    ground = np.median(crop.reshape(-1, 3), axis=0)
    difference = np.abs(crop.astype(np.int16) - ground.astype(np.int16)).max(axis=2)
    ink = difference > max(INK, FAINT * int(difference.max()))
    rows = np.flatnonzero(ink.any(axis=1))
    if rows.size < SHORTEST:
        return crop
    top, height = int(rows[0]), int(rows[-1] - rows[0]) + 1
    counts = ink.sum(axis=1)
    for row in range(top + round(LOWEST * height), int(rows[-1]) + 1):
        if np.count_nonzero(ink[row] & ~ink[row - 1]) < SHORTEST:
            continue
        for first, last in _runs(ink[row]):
            thick = _thickness(ink, row, first, last, max(1, round(height / THICK)))
            if not thick or not SHORTEST <= last - first <= LONGEST * height:
                continue
            others = counts.copy()
            others[row : row + thick] -= last - first
            stands = int(np.flatnonzero(others >= FILLED * others.max())[-1])
            above = float(ink[: row - 1, first:last].any(axis=0).mean())
            beside = int(ink.any(axis=0).sum()) - (last - first)
            is_under = row >= stands + 2 and row - stands <= 2 + thick and above >= LETTER
            if is_under and beside >= LEAST_BESIDE * (last - first):
                made = crop.copy()
                made[row : row + thick, max(first - 1, 0) : last + 1] = ground
                return made
    return crop


def _runs(row: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return where a row has ink without a gap: from one column to before another."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], row, [False])).astype(np.int8)))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]


def _thickness(ink: npt.NDArray[np.bool_], row: int, first: int, last: int, most: int) -> int:
    """Return how many rows a line has that touches nothing above, below and beside it; 0 if it does."""
    around = slice(max(first - 1, 0), last + 1)
    if row == 0 or ink[row - 1, around].any():
        return 0
    thick = 1
    while row + thick < len(ink) and ink[row + thick, first:last].all():
        thick += 1
    below = ink[row + thick, around].any() if row + thick < len(ink) else False
    return thick if thick <= most and not below else 0
