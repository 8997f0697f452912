"""Reading order of boxes: columns one after the other, forms and tables row by row. Pure.

The plane is cut along its gaps (recursive XY cut, Nagy and Seth 1984). What makes the difference is when a gap between
columns may be followed downwards: not where both sides stand in the same rows, as the cells of a table and the labels
and fields of a form do; always where both sides are running text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from statistics import median
from typing import TypeVar

from assistant.scene import Box

T = TypeVar("T")

GUTTER = 0.8  # of a line's height: a gap between columns is wider, one between words narrower
IN_ONE_ROW = 0.3  # of a line's height: how far the middles of two things in one row may be apart
ALIGNED = 0.75  # of the lines of the shorter side that have one beside them: the two sides are one table
_OVERLAP = 0.35  # rows or columns may overlap by this share of the smaller one and still be two
_BAR, _EVEN = 4, 2.0  # so many in a row, no gap wider than so many times the narrowest
_PROSE_LINES, _PROSE_WIDTH = 3, 8  # so many lines, so many times as wide as high, close under each other


def in_reading_order(things: Sequence[T], box_of: Callable[[T], Box]) -> list[T]:
    """Return things as an eye goes through them; where two have the same box, in the order given."""
    boxes = [box_of(thing) for thing in things]
    numbers = sorted(range(len(things)), key=lambda at: (boxes[at].y, boxes[at].x, boxes[at], at))
    return [things[number] for number in _ordered(numbers, boxes)]


def _ordered(numbers: list[int], boxes: Sequence[Box]) -> list[int]:
    if len(numbers) < 2:
        return numbers
    high = median(boxes[number].height for number in numbers)
    left, right = _columns(numbers, boxes, GUTTER * high)
    if right:
        return _ordered(left, boxes) + _ordered(right, boxes)
    above, below = _widest_cut(numbers, boxes)
    if below:
        return _ordered(above, boxes) + _ordered(below, boxes)
    return _in_rows(numbers, boxes)


def _columns(numbers: list[int], boxes: Sequence[Box], least: float) -> tuple[list[int], list[int]]:
    """Cut at the widest gap that goes down through all of it and does not tear rows apart."""
    by_left = sorted(numbers, key=lambda number: boxes[number].x)
    cuts = []
    edge = boxes[by_left[0]].right
    for at, number in enumerate(by_left[1:], start=1):
        gap = boxes[number].x - edge
        if gap >= least:
            cuts.append((gap, at))
        edge = max(edge, boxes[number].right)
    for _, at in sorted(cuts, key=lambda cut: (-cut[0], cut[1])):
        left, right = set(by_left[:at]), set(by_left[at:])
        sides = [boxes[number] for number in left], [boxes[number] for number in right]
        if not _is_table(*sides) and not _tears_a_bar(*sides):
            return [number for number in numbers if number in left], [number for number in numbers if number in right]
    return numbers, []


def _is_table(left: list[Box], right: list[Box]) -> bool:
    """Whether two sides stand in the same rows and belong together so."""
    if _is_prose(left) and _is_prose(right):
        return False
    few, many = sorted((left, right), key=len)
    beside = sum(any(_in_one_row(box, other) for other in many) for box in few)
    return beside >= ALIGNED * len(few)


def _tears_a_bar(left: list[Box], right: list[Box]) -> bool:
    """Whether a cut goes through a bar: a menu or toolbar, whose parts stand in one row, evenly apart."""
    edge = max(box.right for box in left)
    for last in (box for box in left if edge - box.right < box.width):
        row = sorted(box for box in (*left, *right) if _in_one_row(box, last))
        gaps = [after.x - before.right for before, after in pairwise(row)]
        if len(row) >= _BAR and row[-1].x > edge and 0 <= max(gaps) <= _EVEN * max(min(gaps), 4):
            return True
    return False


def _in_one_row(one: Box, other: Box) -> bool:
    apart = abs((one.y + one.bottom) - (other.y + other.bottom)) / 2
    holds = min(one.bottom, other.bottom) - max(one.y, other.y) >= 0.9 * min(one.height, other.height)
    return apart <= IN_ONE_ROW * max(one.height, other.height) or (holds and max(one.height, other.height) > 60)


def _is_prose(boxes: list[Box]) -> bool:
    """Whether these are lines of running text: long, close under each other, nearly all as wide as the widest."""
    if len(boxes) < _PROSE_LINES:
        return False
    lines = sorted(boxes, key=lambda box: box.y)
    high = median(box.height for box in lines)
    widest = max(box.width for box in lines)
    full = sum(box.width >= 0.7 * widest for box in lines)
    close = all(below.y - above.bottom <= high for above, below in pairwise(lines))
    return close and widest >= _PROSE_WIDTH * high and full >= 0.6 * len(lines)


def _widest_cut(numbers: list[int], boxes: Sequence[Box]) -> tuple[list[int], list[int]]:
    """Cut across at the widest gap."""
    by_top = sorted(numbers, key=lambda number: (boxes[number].y, boxes[number].x))
    best, at = None, 0
    top, edge = boxes[by_top[0]].y, boxes[by_top[0]].bottom
    for place, number in enumerate(by_top[1:], start=1):
        box = boxes[number]
        gap = box.y - edge
        if gap >= -_OVERLAP * min(box.height, edge - top) and box.y > top and (best is None or gap > best):
            best, at = gap, place
        edge = max(edge, box.bottom)
    upper, lower = set(by_top[:at]), set(by_top[at:])
    if not upper:
        return numbers, []
    return [number for number in numbers if number in upper], [number for number in numbers if number in lower]


def _in_rows(numbers: list[int], boxes: Sequence[Box]) -> list[int]:
    """Order what no cut divides: rows by their middles, each from left to right."""
    rows: list[list[int]] = []
    for number in sorted(numbers, key=lambda at: (boxes[at].y + boxes[at].bottom, boxes[at].x)):
        row = next((row for row in rows if _in_one_row(boxes[row[0]], boxes[number])), None)
        if row is None:
            rows.append([number])
        else:
            row.append(number)
    return [number for row in rows for number in sorted(row, key=lambda at: (boxes[at].x, boxes[at].y))]
