"""Complete series: a name in a menu bar, a row of tabs or a list, just where the next one would be, is one too.

Names on plain ground look like any other words; only their neighbours tell that they can be chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from assistant.host.seeing import Region, TextLine
from assistant.scene import Box
from assistant.sight.memory import meet
from assistant.sight.parts import Judged

ACROSS = ("menu", "menu item", "page tab")
DOWN = ("list item", "menu item")
LIKE = 3  # pixels by which the words of a series may stand higher or lower, or begin more to a side
NEAR = 3  # pixels by which their distances may differ
LEAST = 0.2  # how likely the network has to hold one for what its neighbours are


class Member(NamedTuple):
    """A control of a series, and the words in it."""

    box: Box
    words: Box


def next_in_series(regions: Sequence[Region], lines: Iterable[TextLine]) -> list[Region]:
    """Return what stands where a series goes on, not yet borne out by the network."""
    every, taken = [line.box for line in lines], [region.box for region in regions]
    if not every or not taken:
        return []
    inside = _middles_in(every, taken)
    free = [box for box, regions_around in zip(every, inside, strict=True) if not regions_around.any()]
    first = inside.argmax(axis=0)
    found: list[Region] = []
    for role in dict.fromkeys((*ACROSS, *DOWN)):
        members = [
            Member(region.box, every[first[place]])
            for place, region in enumerate(regions)
            if region.role == role and inside[:, place].any()
        ]
        boxes = [*_across(members, free, taken)] if role in ACROSS else []
        boxes += _down(members, free, [*taken, *boxes]) if role in DOWN else []
        taken += boxes
        found += [Region(role, box) for box in boxes]
    return found


def borne_out(regions: Sequence[Region], judged: Sequence[Judged]) -> list[Region]:
    """Return those that the network holds for no other control, and likely enough for one of their kind."""
    return [
        replace(region, confidence=max(roles.get(region.role, 0.0), LEAST))
        for region, (roles, _) in zip(regions, judged, strict=True)
        if not roles or roles.get(region.role, 0.0) >= max(LEAST, *roles.values())
    ]


def _across(members: Sequence[Member], free: Sequence[Box], taken: Sequence[Box]) -> list[Box]:
    """Return boxes for words between or at the ends of controls that stand in a row, as far apart as they do."""
    found: list[Box] = []
    for row in _groups(members, lambda one, other: abs(_middle(one.words) - _middle(other.words)) <= LIKE):
        words = sorted((one.words for one in row), key=lambda box: box.x)
        gap = round(_usual([after.x - before.right for before, after in pairwise(words)]))
        top, height = round(median(one.box.y for one in row)), round(median(one.box.height for one in row))
        places = {
            word: Box(word.x - gap // 2, top, word.width + gap, height)
            for word in free
            if abs(_middle(word) - median(map(_middle, words))) <= LIKE
        }
        found += _joining(words, places, [*taken, *found], _gap, gap)
    return found


def _down(members: Sequence[Member], free: Sequence[Box], taken: Sequence[Box]) -> list[Box]:
    """Return boxes for words between or at the ends of controls that stand in a column, as far apart as they do."""
    found: list[Box] = []
    for column in _groups(members, lambda one, other: abs(one.words.x - other.words.x) <= LIKE):
        words = sorted((one.words for one in column), key=_middle)
        step = _usual([_middle(after) - _middle(before) for before, after in pairwise(words)])
        left, width = round(median(one.box.x for one in column)), round(median(one.box.width for one in column))
        places = {
            word: Box(left, round(_middle(word) - step / 2), width, round(step))
            for word in free
            if abs(word.x - words[0].x) <= LIKE and word.right <= left + width and word.height <= step
        }
        found += _joining(words, places, [*taken, *found], _step, step)
    return found


def _groups(members: Sequence[Member], are_together: Callable[[Member, Member], bool]) -> list[list[Member]]:
    """Return the members of each series; two make one."""
    groups: list[list[Member]] = []
    for member in members:
        group = next((group for group in groups if are_together(group[0], member)), None)
        if group is None:
            groups.append([member])
        else:
            group.append(member)
    return [group for group in groups if len(group) > 1]


def _joining(
    series: list[Box],
    places: Mapping[Box, Box],
    taken: Sequence[Box],
    distance: Callable[[Box, Box], float],
    usual: float,
) -> list[Box]:
    """Return the places of words that follow one another from a series on, and lie on nothing else."""
    left = {word: box for word, box in places.items() if not any(meet(_inner(box), other) for other in taken)}
    found: list[Box] = []
    while (
        word := next((word for word in left if any(abs(distance(word, one) - usual) <= NEAR for one in series)), None)
    ) is not None:
        found.append(left.pop(word))
        series = [*series, word]
    return found


def _usual(distances: Sequence[float]) -> float:
    """Return how far neighbours are apart; larger distances have something between them that was not found."""
    least = min(distances)
    return median(distance for distance in distances if distance <= max(1.3 * least, least + NEAR))


def _gap(one: Box, other: Box) -> int:
    return max(one.x, other.x) - min(one.right, other.right)


def _step(one: Box, other: Box) -> float:
    return abs(_middle(one) - _middle(other))


def _middle(box: Box) -> float:
    return box.y + box.height / 2


def _inner(box: Box) -> Box:
    return Box(box.x + LIKE, box.y + LIKE, max(box.width - 2 * LIKE, 1), max(box.height - 2 * LIKE, 1))


def _middles_in(boxes: Sequence[Box], around: Sequence[Box]) -> npt.NDArray[np.bool_]:
    """Return (boxes, around): whether each box has its middle in each other."""
    x, y, width, height = np.array(boxes).T[:, :, None]
    left, top, wide, high = np.array(around).T
    across, down = x + width // 2, y + height // 2
    return np.asarray((left <= across) & (across < left + wide) & (top <= down) & (down < top + high))
