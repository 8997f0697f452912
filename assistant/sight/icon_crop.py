"""Make one small picture of an icon like any other: cut to its content, centred, free of its background's colour.

The icon classifier sees only what this returns, and its training data goes through it as well (training/icons).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SIDE = 32  # pixels: what the classifier takes
DIFFERENT = 22  # of 255 in some channel: more than the dithering and gradients of backgrounds
MARGIN = 1.08  # the content fills all but a thin edge
BRIGHTEST = 20  # of SIDE² pixels may be stronger than full contrast
FRAME = 2  # pixels: content that comes as near as this to all four sides reaches them
FAINTEST = 36.0  # a disabled icon is lifted to full contrast, noise is not
SMALLEST = 5  # pixels of content: less shows no icon

Crop = NDArray[np.uint8]
Prepared = NDArray[np.float32]


def prepare(crop: Crop) -> Prepared | None:
    """Return a crop, uint8 (height, width, 3), as float32 (3, SIDE, SIDE) in -1…1; None if it shows nothing.

    0 is the background. What is mostly lighter than its background is negated, so that a light icon on a dark
    button looks like a dark one on a light button.
    """
    if crop.ndim != 3 or crop.shape[2] != 3 or min(crop.shape[:2]) < SMALLEST:
        return None
    difference, box = _content(np.ascontiguousarray(crop.transpose(2, 0, 1), dtype=np.float32))
    if box is None:
        return None
    square = squared(difference, box)
    if square.sum() > 0:
        square = -square
    size = _strength(square).ravel()
    strongest = float(np.partition(size, -BRIGHTEST)[-BRIGHTEST])
    if strongest < DIFFERENT:
        return None
    scaled = square / max(strongest, FAINTEST)
    return np.clip(scaled, -1, 1, out=scaled)


def _content(crop: Prepared) -> tuple[Prepared, tuple[int, int, int, int] | None]:
    """Take (3, height, width); return how much each pixel differs from the background, and where: its bounds.

    Content that reaches all four sides is taken for the button's frame, and looked for again inside it.
    """
    _, height, width = crop.shape
    step = max(2, round(0.07 * min(height, width)))
    for inset in (0, step, 2 * step):
        inner = crop[:, inset : height - inset, inset : width - inset]
        if min(inner.shape[1:]) < SMALLEST:
            break
        difference = inner - _background(inner)
        box = _bounds(_strength(difference) > DIFFERENT)
        if box is None:
            if inset == 0:
                return difference, None
            break  # what looked like a frame was the icon
        left, top, right, bottom = box
        if max(left, top, inner.shape[2] - right, inner.shape[1] - bottom) > FRAME:
            return difference, box
    difference = crop - _background(crop)
    return difference, _bounds(_strength(difference) > DIFFERENT)


def _background(crop: Prepared) -> Prepared:
    """Return the colour of most of the outermost pixels."""
    ring = np.concatenate((crop[:, 0], crop[:, -1], crop[:, 1:-1, 0], crop[:, 1:-1, -1]), axis=1)
    ring.sort(axis=1)
    return np.asarray(ring[:, ring.shape[1] // 2, None, None])


def _strength(difference: Prepared) -> Prepared:
    """Return how much each pixel differs in its most different channel."""
    red, green, blue = np.abs(difference)
    return np.asarray(np.maximum(np.maximum(red, green), blue))


def _bounds(mask: NDArray[np.bool_]) -> tuple[int, int, int, int] | None:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if rows.size == 0 or max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1 < SMALLEST:
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def squared(difference: Prepared, box: tuple[int, int, int, int]) -> Prepared:
    """Return the square around a box as (3, SIDE, SIDE); what lies outside the crop is background."""
    left, top, right, bottom = box
    side = max(right - left, bottom - top) * MARGIN
    columns = _weights((left + right - side) / 2, side, difference.shape[2])
    rows = _weights((top + bottom - side) / 2, side, difference.shape[1])
    return np.ascontiguousarray(rows @ difference @ columns.T, dtype=np.float32)


def _weights(start: float, length: float, size: int) -> Prepared:
    """Return (SIDE, size): how much each pixel counts for each sample, a triangle as wide as a sample or a pixel."""
    step = length / SIDE
    centres = start + (np.arange(SIDE, dtype=np.float32) + 0.5) * step
    pixels = np.arange(size, dtype=np.float32) + 0.5
    reach = max(step, 1.0)
    weights = np.maximum(0, 1 - np.abs(centres[:, None] - pixels[None, :]) / reach)
    # of a step wider than a pixel the triangle covers several, so their weights are shared out
    return np.asarray(weights / np.maximum(weights.sum(axis=1, keepdims=True), 1.0), dtype=np.float32)
