"""Cut out what stands in the middle of a key, and make one small picture of it like any other.

The network of signs sees only what this returns, and its training data goes through it as well (training/signs).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from assistant.scene import Box
from assistant.sight.icon_crop import squared

SIDE = 32  # pixels: what the network takes
NUMBERS = 3
"""Beside its pixels: how wide and how high it is, and how far below the key's middle, in heights of a line of text."""
FAINTEST = 36  # of 255, by which a sign differs at least from its key
INK, LEAST_INK, MOST_INK = 0.35, 20, 48  # of the most different pixel; of 255: from there a pixel belongs to the sign
MOST_COVERED = 0.35  # of a key by a sign: more is a picture
WIDEST, HIGHEST = 3.0, 4.0  # heights of a line: more is a word, or a picture
USUAL = 12.0  # pixels of a line, where nothing was read yet

Prepared = NDArray[np.float32]
Pixels = NDArray[np.uint8]


def drawn_on(picture: Pixels, key: Box) -> Box | None:
    """Return where something is drawn in the middle of a key; None where nothing is, or a picture."""
    inset = max(3, key.height // 6)
    left, top = max(key.x + inset, 0), max(key.y + inset, 0)
    inside = picture[top : max(key.bottom - inset, 0), left : max(key.right - inset, 0)]
    if inside.size == 0:
        return None
    difference = _difference(inside)
    strongest = int(difference.max())
    if strongest < FAINTEST:
        return None
    ink = difference > min(max(INK * strongest, LEAST_INK), MOST_INK)
    if ink.mean() > MOST_COVERED:
        return None
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    box = Box(left + int(columns[0]), top + int(rows[0]), int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1)
    is_cut = box.width >= inside.shape[1] or box.height >= inside.shape[0]
    return None if is_cut else box


def is_sign(box: Box, usual: float) -> bool:
    """Say whether what is drawn may be a single sign by its size: no word, no picture."""
    usual = usual or USUAL
    return box.width <= WIDEST * usual and box.height <= HIGHEST * usual


def prepare(picture: Pixels, key: Box, box: Box, usual: float) -> tuple[Prepared, Prepared]:
    """Return what is drawn in a box as float32 (1, SIDE, SIDE) in 0…1, 0 its background, and its NUMBERS."""
    left, top = max(box.x - 1, 0), max(box.y - 1, 0)
    around = picture[top : box.bottom + 1, left : box.right + 1]
    ground = np.median(_inside(picture, key).reshape(-1, 3), axis=0)
    difference = np.abs(around.astype(np.float32) - ground.astype(np.float32)).max(axis=2)
    difference[difference < LEAST_INK / 2] = 0
    shown = squared(difference[None], (0, 0, difference.shape[1], difference.shape[0]))
    shown = np.clip(shown / max(float(difference.max()), FAINTEST), 0, 1)
    usual = usual or USUAL
    middle = box.y + box.height / 2 - (key.y + key.height / 2)
    return shown, np.array([box.width / usual, box.height / usual, middle / usual], np.float32)


def _inside(picture: Pixels, key: Box) -> Pixels:
    return picture[max(key.y + 2, 0) : max(key.bottom - 2, 1), max(key.x + 2, 0) : max(key.right - 2, 1)]


def _difference(inside: Pixels) -> NDArray[np.int16]:
    """Return how much each pixel differs from the background, in its most different channel."""
    ground = np.median(inside.reshape(-1, 3), axis=0).astype(np.int16)
    return np.asarray(np.abs(inside.astype(np.int16) - ground).max(axis=2))
