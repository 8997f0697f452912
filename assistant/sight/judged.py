"""Look closely at candidates: the network's features and the pixels of each; used by widgets.py and its training."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from assistant.sight.candidates import SOURCES, Candidates

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

STRIDE = 8
ACROSS, DOWN = 5, 3
AROUND = 0.1
"""Where features are taken: on a grid over the candidate and this share of its size around it."""

MOST_AROUND = 60  # pixels: for what is higher, no more is looked at around it
HIGH, WIDE = 24, 48
"""The size of a candidate's small pictures: all of it, its two ends (half as wide each), and what is around it."""


def patches(picture: Pixels, boxes: Floats) -> Pixels:
    """Return (n, 3, HIGH, 3 × WIDE): each candidate as a whole, its left and right end, and with what is around it."""
    reach = int(min(max((boxes[:, 3] - boxes[:, 1]).max(initial=1.0), 1.0), MOST_AROUND) * 1.6) + 4
    padded = cv2.copyMakeBorder(picture, reach, reach, reach, reach, cv2.BORDER_REPLICATE)
    made = np.empty((len(boxes), HIGH, 3 * WIDE, 3), np.uint8)
    for number, box in enumerate(boxes):
        left, upper, right, lower = (int(edge) + reach for edge in box)
        high = min(lower - upper, MOST_AROUND)
        near, far = high // 5 + 1, int(high * 1.4) + 2
        side = min(high + 2 * near, right - left + 2 * near)
        y, end = upper - near, lower + near
        made[number, :, :WIDE] = _small(padded[y:end, left - near : right + near], WIDE)
        made[number, :, WIDE : WIDE * 3 // 2] = _small(padded[y:end, left - near : left - near + side], WIDE // 2)
        made[number, :, WIDE * 3 // 2 : WIDE * 2] = _small(padded[y:end, right + near - side : right + near], WIDE // 2)
        made[number, :, WIDE * 2 :] = _small(padded[upper - far : lower + far, left - far : right + far], WIDE)
    return np.ascontiguousarray(made.transpose(0, 3, 1, 2))


def _small(part: npt.NDArray[Any], wide: int) -> Pixels:
    way = cv2.INTER_AREA if part.shape[1] > 2 * wide or part.shape[0] > 2 * HIGH else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(part, (wide, HIGH), interpolation=way), np.uint8)


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


def apart(boxes: Floats, scores: Floats, role: npt.NDArray[np.intp], is_whole: npt.NDArray[np.bool_]) -> list[int]:
    """Return which to keep, the surest first: of two for one thing the surer, nothing inside what is whole.

    `is_whole`: for each role, whether no other control lies in it. Of two of one role one never lies in the other.
    """
    kept: list[int] = []
    left = np.argsort(-scores)
    area = np.maximum((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]), 1.0)
    whole = is_whole[role]
    while left.size:
        best, left = int(left[0]), left[1:]
        kept.append(best)
        wide = np.minimum(boxes[left, 2], boxes[best, 2]) - np.maximum(boxes[left, 0], boxes[best, 0])
        high = np.minimum(boxes[left, 3], boxes[best, 3]) - np.maximum(boxes[left, 1], boxes[best, 1])
        common = np.maximum(wide, 0) * np.maximum(high, 0)
        same = common > 0.4 * (area[left] + area[best] - common)
        alike = role[left] == role[best]
        same |= (common > 0.7 * area[left]) & (whole[best] | alike)
        same |= (common > 0.7 * area[best]) & (whole[left] | alike)
        same |= _holds_middle(boxes, best, left) & whole[best] & whole[left]
        left = left[~same]
    return kept


def _holds_middle(boxes: Floats, best: int, left: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Say of which boxes each holds the other's middle: laid across one another, they show one thing."""
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    is_in_best = ((boxes[best, :2] <= middle[left]) & (middle[left] <= boxes[best, 2:])).all(axis=1)
    has_best = ((boxes[left, :2] <= middle[best]) & (middle[best] <= boxes[left, 2:])).all(axis=1)
    return np.asarray(is_in_best & has_best)
