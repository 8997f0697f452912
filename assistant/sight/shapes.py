"""Find controls by their shape: a frame around words or around nothing, a small square or circle before words.

What a frame means follows from what is in it and how that lies: words in its middle make a button, words at its left
or none an entry. It needs no training, and says nothing where the shape is not plain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from assistant.host.seeing import Region, TextLine
from assistant.scene import Box

Pixels = npt.NDArray[np.uint8]
"""(height, width, 3), uint8, red, green, blue."""

SURE = 0.9
NEAR_FLAT = 10  # of 255, by which the pixels of one surface may differ
EDGE = 7  # of 255, from which two neighbours are not of one surface
LINE_HEIGHT = 16  # pixels, where no text tells how large things are drawn
MIDDLE = 0.12  # of a frame's width, by which a button's words may be off its middle
FILLED = 0.86  # of a frame's area, that its surface and what lies on it take
BLUE = 90  # of 255, by which a link's blue is above its red
ROUND = 0.3  # of the corners of its box, up to which a mark fills them if it is a circle


@dataclass(frozen=True, slots=True)
class Frame:
    """A closed shape that stands out from what is around it: which share of its box, and of its corners, it takes."""

    box: Box
    fill: float
    corners: float


def find(picture: Pixels, lines: Sequence[TextLine], part: Box | None = None) -> list[Region]:
    """Return the controls whose shape is plain, the surest first; in all of a picture or a part of it."""
    height, part = _line_height(lines), part or Box(0, 0, picture.shape[1], picture.shape[0])
    inside = [replace(line, box=_moved(line.box, -part.x, -part.y)) for line in lines if _over(line.box, part)]
    shown = picture[part.y : part.bottom, part.x : part.right]
    found = _found(shown, inside, height, picture.shape[0] // 2 - part.y)
    return [replace(region, box=_moved(region.box, part.x, part.y)) for region in found]


def _moved(box: Box, across: int, down: int) -> Box:
    return Box(box.x + across, box.y + down, box.width, box.height)


def _found(picture: Pixels, lines: Sequence[TextLine], height: float, middle: int) -> list[Region]:
    """Return the controls; `height`: of a line of text, `middle`: the row at half of the window's height."""
    if min(picture.shape[:2]) < 8:
        return []
    frames = list(_frames(picture, height))
    marks = list(_marks(picture, frames, lines, height))
    held = [region.box for region in marks]
    boxes = [region for region in _boxes(picture, frames, lines, height) if not any(_over(region.box, m) for m in held)]
    boxes = _with_tabs(_with_arrows(boxes, frames, lines), middle)
    sliders = [
        region for region in _sliders(picture, frames, lines, height) if not any(_over(region.box, m) for m in held)
    ]
    return [*boxes, *marks, *sliders, *_links(picture, lines, [*boxes, *marks])]


def _line_height(lines: Sequence[TextLine]) -> float:
    heights = sorted(line.box.height for line in lines)
    return float(heights[len(heights) // 2]) if heights else float(LINE_HEIGHT)


# ---- frames -------------------------------------------------------------------------------------------------------


def _frames(picture: Pixels, height: float) -> Iterator[Frame]:
    """Yield the surfaces that have an edge all around, as large as a control may be."""
    surfaces = (_edges(picture) == 0).astype(np.uint8)
    count, named, stats, _ = cv2.connectedComponentsWithStats(surfaces, connectivity=4)
    rows, columns = picture.shape[:2]
    for number in range(1, count):
        x, y, wide, high, _ = (int(value) for value in stats[number])
        is_bar = x == 0 and wide >= columns - 1  # without an edge at either end
        if is_bar or min(wide, high) < 0.45 * height or high > min(4 * height, 0.9 * rows):
            continue
        mask = np.ascontiguousarray((named[y : y + high, x : x + wide] == number).astype(np.uint8))
        outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        area = max(float(cv2.contourArea(outline)) for outline in outlines)
        yield Frame(Box(x, y, wide, high), area / max(1, (wide - 1) * (high - 1)), _corners(mask))


def _corners(mask: npt.NDArray[np.uint8]) -> float:
    """Return the share of the four corners of a shape's box that it takes: those of a circle are empty."""
    size = max(1, min(mask.shape) // 6)
    ends = (slice(None, size), slice(-size, None))
    return float(np.mean([mask[rows, columns].mean() for rows in ends for columns in ends]))


def _edges(picture: Pixels) -> npt.NDArray[np.uint8]:
    """Return where a pixel differs from its right or lower neighbour: 255 there, else 0."""
    edges = np.zeros(picture.shape[:2], np.uint8)
    edges[:, 1:] = _most(cv2.absdiff(picture[:, 1:], picture[:, :-1]))
    edges[1:] = cv2.max(edges[1:], _most(cv2.absdiff(picture[1:], picture[:-1])))
    return np.asarray(cv2.threshold(edges, EDGE, 255, cv2.THRESH_BINARY)[1], np.uint8)


def _most(channels: Any) -> Any:
    red, green, blue = cv2.split(channels)
    return cv2.max(cv2.max(red, green), blue)


# ---- boxes with words, or none --------------------------------------------------------------------------------------


def _boxes(picture: Pixels, frames: Sequence[Frame], lines: Sequence[TextLine], height: float) -> Iterator[Region]:
    taken: list[Box] = []
    for frame in sorted(frames, key=lambda frame: frame.box.width * frame.box.height):
        box = frame.box
        is_box = 1.15 * height <= box.height <= 3.6 * height and box.width >= 1.3 * box.height and frame.fill >= FILLED
        if not is_box or any(_over(box, other) for other in taken):
            continue
        region = _box(picture, box, [line for line in lines if _is_in(line.box, box)], height)
        if region is not None:
            taken.append(box)
            yield region


def _box(picture: Pixels, box: Box, words: Sequence[TextLine], height: float) -> Region | None:
    """Return what a frame is, None where that is not plain."""
    if not words:
        return _region("entry", box) if box.width >= 4 * height and _is_flat(picture, box) else None
    if len(words) > 1:
        return None
    text = words[0].box
    if re.fullmatch(r"\d{1,3} ?[%％]", words[0].text):
        return _region("progress bar", box) if box.width >= 4 * height else None
    left, right = text.x - box.x, box.right - text.right
    if abs(left - right) <= max(MIDDLE * box.width, 6) and left >= 0.3 * height:
        return _region("push button", box)
    if left <= 1.2 * height and right > 2 * left:
        drawn = _drawn_at_the_end(picture, box, text)
        return _region("combo box" if drawn else "entry", box)
    return None


def _drawn_at_the_end(picture: Pixels, box: Box, text: Box) -> bool:
    """Say whether an arrow is drawn at a frame's right end."""
    start = max(text.right + 2, box.right - 2 * box.height)
    part = picture[box.y + 4 : box.bottom - 4, start : box.right - 4].astype(np.int16)
    if part.size == 0:
        return False
    plain = np.median(part.reshape(-1, 3), axis=0)
    drawn = (np.abs(part - plain).max(axis=2) > 4 * NEAR_FLAT).mean()
    return bool(0.02 < drawn < 0.4)


def _is_flat(picture: Pixels, box: Box) -> bool:
    """Say whether nothing lies on a surface but a caret at its start: a sign in its middle makes a key of it."""
    part = picture[box.y + 3 : box.bottom - 3, box.x + 3 : box.right - 3].astype(np.int16)
    if part.size == 0:
        return False
    apart = np.abs(part - np.median(part.reshape(-1, 3), axis=0)).max(axis=2) > NEAR_FLAT
    return bool(apart.mean() < 0.03 and apart[:, box.height :].mean() < 0.002)


def _with_arrows(boxes: Sequence[Region], frames: Sequence[Frame], lines: Sequence[TextLine]) -> list[Region]:
    """Call an entry with a small button right behind it a combo box, a spin button where it holds a number."""
    found: list[Region] = []
    for region in boxes:
        box = region.box
        arrow = next((f.box for f in frames if region.role == "entry" and _is_arrow_of(f.box, box)), None)
        has_number = any(_is_in(line.box, box) and re.fullmatch(r"-?\d+([.,]\d+)?", line.text) for line in lines)
        role = "spin button" if has_number else "combo box"
        whole = Box(box.x, box.y, arrow.right - box.x, box.height) if arrow else box
        found.append(Region(role if arrow else region.role, whole, region.states, region.confidence))
    return found


def _is_arrow_of(arrow: Box, field: Box) -> bool:
    is_beside = (
        0 <= arrow.x - field.right <= 6 and abs(arrow.y - field.y) <= 2 and abs(arrow.height - field.height) <= 3
    )
    return is_beside and arrow.width <= 1.6 * field.height


# ---- sliders ------------------------------------------------------------------------------------------------------


def _sliders(picture: Pixels, frames: Sequence[Frame], lines: Sequence[TextLine], height: float) -> Iterator[Region]:
    """Yield knobs with a thin bar to both sides."""
    edges = _edges(picture) > 0
    for frame in frames:
        box = frame.box
        if not (0.7 * height <= box.height <= 2.2 * height and 0.4 <= box.width / box.height <= 1.4):
            continue
        if any(
            line.box.y < box.bottom and line.box.bottom > box.y and line.box.right > box.x - 6 * height
            for line in lines
        ):
            continue
        middle = box.y + box.height // 2
        near, upper, lower = (_bar(edges, middle, part) for part in ((-4, 5), (-9, -5), (6, 10)))
        is_bar = near & ~upper & ~lower
        start, end = _run(is_bar, box.x - 3, -1), _run(is_bar, box.right + 2, 1)
        if box.x - start >= height and end - box.right >= height and end - start >= 5 * height:
            yield Region(
                "slider", Box(start, box.y, end - start, box.height), frozenset({"enabled", "sensitive"}), SURE
            )


def _bar(edges: npt.NDArray[np.bool_], middle: int, part: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """Say for each column whether an edge is in these rows around the middle."""
    rows = edges[max(0, middle + part[0]) : max(0, middle + part[1])]
    return np.asarray(rows.any(axis=0) if len(rows) else np.zeros(edges.shape[1], bool), bool)


def _run(columns: npt.NDArray[np.bool_], start: int, step: int) -> int:
    """Return how far a run of columns goes from here; a few may be missing where the knob's shadow is."""
    place, missing = start, 0
    while 0 <= place < len(columns) and missing <= 4:
        missing = 0 if columns[place] else missing + 1
        place += step
    return max(0, min(len(columns), place - step * missing))


# ---- tabs and links -----------------------------------------------------------------------------------------------


def _with_tabs(boxes: Sequence[Region], middle: int) -> list[Region]:
    """Call those buttons tabs that touch each other at a window's top, or of which one stands out of the row."""
    found: list[Region] = []
    for region in boxes:
        beside = [other for other in boxes if region.role == other.role == "push button" and _touch(region, other)]
        stands_out = any(abs(other.box.height - region.box.height) >= 2 for other in beside)
        if beside and (stands_out or region.box.bottom < middle):
            selected = stands_out and all(other.box.height < region.box.height for other in beside)
            states = region.states | {"selectable"} | ({"selected"} if selected else set())
            found.append(Region("page tab", region.box, frozenset(states), region.confidence))
        else:
            found.append(region)
    return found


def _touch(one: Region, other: Region) -> bool:
    gap = max(one.box.x, other.box.x) - min(one.box.right, other.box.right)
    return one.box != other.box and -2 <= gap <= 5 and abs(one.box.y - other.box.y) <= 5


def _links(picture: Pixels, lines: Sequence[TextLine], found: Sequence[Region]) -> Iterator[Region]:
    """Yield words in blue that are in nothing else."""
    for line in lines:
        box = line.box
        if any(_is_in(box, region.box) or _over(box, region.box) for region in found):
            continue
        part = picture[max(0, box.y) : box.bottom, max(0, box.x) : box.right].reshape(-1, 3).astype(np.int16)
        if part.size == 0:
            continue
        apart = np.abs(part - np.median(part, axis=0)).sum(axis=1)
        inked = part[apart >= max(1, float(np.quantile(apart, 0.93)))]
        if not len(inked):
            continue
        ink = inked.mean(axis=0)
        if ink[2] - ink[0] > BLUE and ink[2] > ink[1]:
            yield Region("link", box, frozenset({"enabled", "sensitive"}), SURE)


# ---- marks before words -------------------------------------------------------------------------------------------


def _marks(picture: Pixels, frames: Sequence[Frame], lines: Sequence[TextLine], height: float) -> Iterator[Region]:
    """Yield squares and circles that stand right before words: check boxes and radio buttons.

    Where a line was read, its mark may have been taken for its first letter.
    """
    small = [frame for frame in frames if _is_small(frame.box, height)]
    for line in lines:
        before = [frame for frame in small if _is_before(frame.box, line.box, frames, height)]
        if not before:
            continue
        mark = max(before, key=lambda frame: frame.box.width * frame.box.height)
        role = "radio button" if mark.corners <= ROUND else "check box"
        yield _region(role, mark.box, frozenset({"checked"}) if _is_set(picture, mark.box) else frozenset())


def _is_small(box: Box, height: float) -> bool:
    return 0.5 * height <= box.height <= 1.7 * height and box.height >= 7 and 0.85 <= box.width / box.height <= 1.18


def _is_before(box: Box, line: Box, frames: Sequence[Frame], height: float) -> bool:
    """Say whether a mark stands before a line's words, or at its start with a gap that no two letters have."""
    middle, gap = box.y + box.height / 2, line.x - box.right
    if not line.y - 2 <= middle <= line.bottom + 2:
        return False
    if 0 <= gap <= 1.2 * height:
        return True
    if not -0.3 * height <= box.x - line.x <= 0.6 * height:
        return False
    after = [f.box.x for f in frames if f.box.x >= box.right and f.box.y < line.bottom and f.box.bottom > line.y]
    return not after or 0.25 * height <= min(after) - box.right


def _is_set(picture: Pixels, box: Box) -> bool:
    """Say whether something is drawn in a mark."""
    inset = max(3, box.width // 4)
    part = picture[box.y + inset : box.bottom - inset, box.x + inset : box.right - inset].astype(np.int16)
    if part.size == 0:
        return False
    border = np.median(part.reshape(-1, 3), axis=0)
    return bool((np.abs(part - border).max(axis=2) > 6 * NEAR_FLAT).mean() > 0.08)


# ---- places -------------------------------------------------------------------------------------------------------


def _region(role: str, box: Box, states: frozenset[str] = frozenset()) -> Region:
    return Region(role, box, states | {"enabled", "sensitive"}, SURE)


def _is_in(inner: Box, outer: Box) -> bool:
    x, y = inner.x + inner.width / 2, inner.y + inner.height / 2
    return outer.x <= x <= outer.right and outer.y <= y <= outer.bottom and inner.width <= outer.width + 4


def _over(one: Box, other: Box) -> bool:
    wide = min(one.right, other.right) - max(one.x, other.x)
    high = min(one.bottom, other.bottom) - max(one.y, other.y)
    return wide > 0 and high > 0 and wide * high > 0.3 * min(one.width * one.height, other.width * other.height)
