"""Reading order: as an eye goes through a window; as the toolkit has it where places are unknown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from assistant.scene import Box

T = TypeVar("T")
_OVERLAP = 0.35  # rows or columns may overlap by this share of the smaller one and still be two


def in_reading_order(things: Sequence[T], box_of: Callable[[T], Box | None], *, right_to_left: bool = False) -> list[T]:
    """Return siblings row by row, columns that stand beside each other one after the other.

    Cuts the plane along its gaps, first across, then down (recursive XY cut, Nagy and Seth 1984). What has no box
    stays behind what it followed.
    """
    placed: list[tuple[Box, list[T]]] = []
    leading: list[T] = []
    for thing in things:
        box = box_of(thing)
        if box is not None and not box.is_empty:
            placed.append((box, [thing]))
        elif placed:
            placed[-1][1].append(thing)
        else:
            leading.append(thing)
    ordered = _cut(placed, right_to_left)
    return leading + [thing for _, group in ordered for thing in group]


def _cut(placed: list[tuple[Box, list[T]]], right_to_left: bool) -> list[tuple[Box, list[T]]]:
    if len(placed) < 2:
        return placed
    rows = _bands(placed, lambda box: (box.y, box.bottom))
    if len(rows) > 1:
        return [item for row in rows for item in _cut(row, right_to_left)]
    columns = _bands(placed, lambda box: (box.x, box.right))
    if len(columns) > 1:
        if right_to_left:
            columns.reverse()
        return [item for column in columns for item in _cut(column, right_to_left)]
    return sorted(placed, key=lambda pair: (pair[0].y, -pair[0].right if right_to_left else pair[0].x))


def _bands(
    placed: list[tuple[Box, list[T]]], span: Callable[[Box], tuple[int, int]]
) -> list[list[tuple[Box, list[T]]]]:
    """Group boxes whose spans overlap."""
    bands: list[list[tuple[Box, list[T]]]] = []
    end = 0
    for item in sorted(placed, key=lambda pair: span(pair[0])[0]):
        low, high = span(item[0])
        if bands and low < end - _OVERLAP * min(high - low, end - _start(bands[-1], span)):
            bands[-1].append(item)
            end = max(end, high)
        else:
            bands.append([item])
            end = max(end, high) if bands else high
    return bands


def _start(band: list[tuple[Box, list[T]]], span: Callable[[Box], tuple[int, int]]) -> int:
    return span(band[0][0])[0]


def around(boxes: Sequence[Box]) -> Box | None:
    """Return the smallest box around these, None if there are none."""
    boxes = [box for box in boxes if not box.is_empty]
    if not boxes:
        return None
    x, y = min(box.x for box in boxes), min(box.y for box in boxes)
    return Box(x, y, max(box.right for box in boxes) - x, max(box.bottom for box in boxes) - y)
