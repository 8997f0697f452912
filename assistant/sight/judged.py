"""Look closely at candidates: what the network's features say in each of them; used by widgets.py and its training."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from assistant.sight.candidates import SOURCES, Candidates

Floats = npt.NDArray[np.float32]

STRIDE = 8
ACROSS, DOWN = 5, 3
AROUND = 0.1
"""Where features are taken: on a grid over the candidate and this share of its size around it."""


def described(features: Floats, found: Candidates, size: tuple[int, int]) -> Floats:
    """Return (n, numbers) for n candidates in a picture of (height, width): features on a grid, and their geometry.

    `features`: (channels, height / 8, width / 8).
    """
    boxes = found.boxes
    wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    share_x = np.linspace(-AROUND, 1 + AROUND, ACROSS, dtype=np.float32)
    share_y = np.linspace(-AROUND, 1 + AROUND, DOWN, dtype=np.float32)
    x = (boxes[:, 0, None] + wide[:, None] * share_x) / STRIDE - 0.5
    y = (boxes[:, 1, None] + high[:, None] * share_y) / STRIDE - 0.5
    sampled = _sampled(features, y.astype(np.float32), x.astype(np.float32))
    height, width = size
    geometry = np.stack(
        [
            np.log(wide),
            np.log(high),
            np.log(wide / high),
            boxes[:, 1] / height,
            boxes[:, 0] / width,
            wide / width,
            high / height,
            np.minimum(boxes[:, 1], 60) / 60,
            found.fill,
        ],
        axis=1,
    )
    kind = np.eye(len(SOURCES), dtype=np.float32)[found.source]
    return np.concatenate([sampled.reshape(len(boxes), ACROSS * DOWN * len(features)), geometry, kind], axis=1).astype(
        np.float32
    )


def _sampled(features: Floats, y: Floats, x: Floats) -> Floats:
    """Return the features at each candidate's rows `y` and columns `x`, between cells mixed from their neighbours."""
    height, width = features.shape[1:]
    cells = np.ascontiguousarray(features.transpose(1, 2, 0))
    y, x = np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)
    top, left = np.floor(y).astype(np.intp), np.floor(x).astype(np.intp)
    low, right = np.minimum(top + 1, height - 1), np.minimum(left + 1, width - 1)
    down, across = (y - top)[:, :, None, None], (x - left)[:, None, :, None]
    upper = cells[top[:, :, None], left[:, None]] * (1 - across) + cells[top[:, :, None], right[:, None]] * across
    lower = cells[low[:, :, None], left[:, None]] * (1 - across) + cells[low[:, :, None], right[:, None]] * across
    return np.asarray(upper * (1 - down) + lower * down, np.float32)


def apart(boxes: Floats, scores: Floats, inside: npt.NDArray[np.bool_]) -> list[int]:
    """Return which to keep, the surest first: of two for one thing the surer, and nothing inside one of `inside`."""
    kept: list[int] = []
    left = np.argsort(-scores)
    area = np.maximum((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]), 1.0)
    while left.size:
        best, left = int(left[0]), left[1:]
        kept.append(best)
        wide = np.minimum(boxes[left, 2], boxes[best, 2]) - np.maximum(boxes[left, 0], boxes[best, 0])
        high = np.minimum(boxes[left, 3], boxes[best, 3]) - np.maximum(boxes[left, 1], boxes[best, 1])
        common = np.maximum(wide, 0) * np.maximum(high, 0)
        same = common > 0.4 * (area[left] + area[best] - common)
        same |= (common > 0.7 * area[left]) & inside[best]
        same |= (common > 0.7 * area[best]) & inside[left] & inside[best]
        left = left[~same]
    return kept
