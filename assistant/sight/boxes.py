"""Turn the detector's map into boxes: the cells of one control agree on its edges, each more on those near to it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

STRIDE = 8
LEAST = 0.2  # the score from which a cell counts
MOST_CELLS = 12_000
NESTED = 0.35  # times a control's area: what is smaller may lie inside it
SAME_ROWS = 0.6  # the share of their heights that cells of one control have in common


class Candidate(NamedTuple):
    """A control that may be there. `edges`: left, upper, right, lower, in the pixels that the network saw."""

    role: int
    score: float
    edges: tuple[float, float, float, float]
    states: tuple[float, ...]


def joined(cells: Floats, roles: int) -> list[Candidate]:
    """Return the controls of a map (roles + 4 + states, height, width), the surest first."""
    best = cells[:roles].max(axis=0)
    down, across = np.nonzero(best >= LEAST)
    if down.size > MOST_CELLS:
        order = np.argsort(-best[down, across])[:MOST_CELLS]
        down, across = down[order], across[order]
    order = np.argsort(-best[down, across], kind="stable")
    down, across = down[order], across[order]
    picked = cells[:, down, across]
    scores, role = picked[:roles].max(axis=0), picked[:roles].argmax(axis=0)
    middle = np.stack([across, down], axis=1) * STRIDE + STRIDE / 2
    distance = picked[roles : roles + 4].T
    boxes = np.concatenate([middle - distance[:, :2], middle + distance[:, 2:]], axis=1).astype(np.float32)
    return _grouped(scores, role, boxes, middle.astype(np.float32), picked[roles + 4 :].T)


def _grouped(
    scores: Floats, role: npt.NDArray[np.intp], boxes: Floats, middle: Floats, states: Floats
) -> list[Candidate]:
    areas = np.maximum((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]), 1.0)
    left = np.ones(len(scores), bool)
    made = []
    while left.any():
        first = int(left.argmax())
        box = boxes[first]
        for _ in range(2):  # again, with the edges that its cells agree on
            members = left & (role == role[first]) & _inside(middle, box) & _same_rows(boxes, box)
            members[first] = True
            box = _agreed(boxes[members], middle[members], scores[members])
        area = max(float((box[2] - box[0]) * (box[3] - box[1])), 1.0)
        covered = _inside(middle, box) & (areas > NESTED * area)
        strong = np.sort(scores[members])[::-1][: max(int(members.sum()) // 2, 1)]
        weight = scores[members, None] ** 2
        shown = (states[members] * weight).sum(axis=0) / weight.sum()
        edges = tuple(float(edge) for edge in box)
        made.append(Candidate(int(role[first]), float(strong.mean()), edges, tuple(map(float, shown))))  # type: ignore[arg-type]
        left &= ~(covered | members | (_shared(boxes, box, areas, area) > 0.4))
    return sorted(made, key=lambda one: -one.score)


def _inside(middle: Floats, box: Floats) -> npt.NDArray[np.bool_]:
    return np.asarray(
        (middle[:, 0] >= box[0]) & (middle[:, 0] <= box[2]) & (middle[:, 1] >= box[1]) & (middle[:, 1] <= box[3])
    )


def _same_rows(boxes: Floats, box: Floats) -> npt.NDArray[np.bool_]:
    common = np.minimum(boxes[:, 3], box[3]) - np.maximum(boxes[:, 1], box[1])
    longer = np.maximum(boxes[:, 3] - boxes[:, 1], box[3] - box[1])
    return np.asarray(common >= SAME_ROWS * longer)


def _agreed(boxes: Floats, middle: Floats, scores: Floats) -> Floats:
    """Return the mean of what cells say of each edge; one that is near counts more, for it errs less."""
    away = np.abs(boxes - np.concatenate([middle, middle], axis=1))
    weight = scores[:, None] / (away + 3.0) ** 2
    return np.asarray((boxes * weight).sum(axis=0) / weight.sum(axis=0), np.float32)


def _shared(boxes: Floats, box: Floats, areas: Floats, area: float) -> Floats:
    """Return the intersection over union of boxes with one."""
    wide = np.minimum(boxes[:, 2], box[2]) - np.maximum(boxes[:, 0], box[0])
    high = np.minimum(boxes[:, 3], box[3]) - np.maximum(boxes[:, 1], box[1])
    common = np.maximum(wide, 0) * np.maximum(high, 0)
    return np.asarray(common / (areas + area - common), np.float32)
