"""Find lines of text in a picture of a window, in a few milliseconds and without a network.

A window is drawn on nearly flat ground, so text is where brightness changes within a few pixels. Edges that run
straight for long are frames and are taken out; the pieces left are glyphs, put together to lines where they stand side
by side, near each other, with no upright frame between them. In photographs and games a network does better: find.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from assistant.host.seeing import union
from assistant.scene import Box
from assistant.sight.parts import Pixels

Mask = npt.NDArray[Any]  # uint8

EDGE = 28  # of 255: less is a gradient or a shadow; grey text on grey differs by 60 and more
FAINT = 8  # of 255: enough for a frame, which runs straight
FRAME_RUN = 27  # pixels straight on: longer than any stroke of text up to 30 px high
LEAST_HEIGHT, LARGEST_HEIGHT = 5, 70
LARGE = 32  # higher text is found in the picture at half its size, where its strokes are no frames
THIN = 4  # pixels: what is left of a frame at its ends
GAP = 0.75  # of a line's height: words stand 0.3 apart, columns 1.0 and more
NEAR = 0.45  # of a line's height: how far off a dot, comma or stroke may lie and still be its own
ICON = 1.5  # of the usual height of text: a single piece, as wide as high, and higher than this is no letter
MOST_PIECES = 6_000  # a full 4K screen of text has fewer; more is no text


@dataclass(frozen=True)
class Edges:
    """Where brightness changes. All are (height, width), 1 or 0."""

    every: Mask
    upright: Mask
    """Frames that separate columns."""
    text: Mask
    """Neither upright nor level frames."""


@dataclass
class _Line:
    box: Box
    pieces: list[Box]


def find_lines(picture: Pixels) -> list[Box]:
    """Return where there are lines of text in a picture (height, width, 3), in no order, and what might be some."""
    if min(picture.shape[:2]) < LEAST_HEIGHT:
        return []
    lines = _of_one_size(picture)
    if min(picture.shape[:2]) < 2 * LARGE:
        return lines
    half = _of_one_size(cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
    large = [Box(*(2 * part for part in box)) for box in half if 2 * box.height > LARGE]
    for box in large:
        inside = [line for line in lines if _is_part(line, box)]
        if not any(line.width > 0.4 * box.width and line.height < 0.6 * box.height for line in inside):
            lines = [line for line in lines if line not in inside] + [union((box, *inside))]
    return lines


def _of_one_size(picture: Pixels) -> list[Box]:
    edges = find_edges(picture)
    pieces = _pieces(edges)
    if len(pieces) > MOST_PIECES:
        return []
    tall = [piece for piece in pieces if LEAST_HEIGHT <= piece.height <= LARGEST_HEIGHT]
    small = [piece for piece in pieces if piece.height < LEAST_HEIGHT]
    lines = [_Line(union(group), group) for group in _beside(tall, edges.upright)]
    usual = _usual_height(lines)
    lines = [part for line in lines for part in _split(line, edges.text, usual)]
    lines = _attached(small, lines)
    joined = _beside([line.box for line in lines], edges.upright)
    by_box = {line.box: line for line in lines}
    whole = [[piece for box in group for piece in by_box[box].pieces] for group in joined]
    return [union(kept) for group in whole if (kept := _without_marks(group, edges.every, usual))]


def _is_part(box: Box, of: Box) -> bool:
    """Whether a box lies mostly in another, and is lower: a scrap of larger text."""
    width, height = min(box.right, of.right) - max(box.x, of.x), min(box.bottom, of.bottom) - max(box.y, of.y)
    return width > 0 and height > 0 and 2 * width * height > box.width * box.height


def find_edges(picture: Pixels) -> Edges:
    """Return where a picture changes, frames apart from text."""
    height, width = picture.shape[:2]
    across, down = np.zeros((height, width), np.uint8), np.zeros((height, width), np.uint8)
    across[:, 1:] = _most(cv2.absdiff(picture[:, 1:], picture[:, :-1]))
    down[1:] = _most(cv2.absdiff(picture[1:], picture[:-1]))
    upright = cv2.morphologyEx(_over(across, FAINT), cv2.MORPH_OPEN, np.ones((FRAME_RUN, 1), np.uint8))
    level = cv2.morphologyEx(_over(down, EDGE), cv2.MORPH_OPEN, np.ones((1, FRAME_RUN), np.uint8))
    every = cv2.bitwise_or(_over(across, EDGE), _over(down, EDGE))
    return Edges(every, upright, cv2.subtract(every, cv2.bitwise_or(upright, level)))


def _over(changes: Mask, least: int) -> Mask:
    return cv2.threshold(changes, least, 1, cv2.THRESH_BINARY)[1]


def _most(channels: Pixels) -> Mask:
    red, green, blue = cv2.split(channels)
    return cv2.max(cv2.max(red, green), blue)


def _pieces(edges: Edges) -> list[Box]:
    """Return the connected pieces of text. What frames left goes to the frames."""
    _, of_all = cv2.connectedComponents(edges.every, connectivity=8)
    framed = frozenset(np.unique(of_all[edges.every > edges.text]).tolist())
    found = _connected(edges.text)
    usual = float(np.median([piece.height for piece in found if piece.height >= LEAST_HEIGHT] or [0]))
    pieces = []
    for piece in found:
        thin = min(piece.width, piece.height) <= THIN < max(piece.width, piece.height)
        if (thin or piece.height > 1.5 * usual) and _label(piece, edges.text, of_all) in framed:
            pieces += _without_frame(piece, edges, usual)
        else:
            pieces.append(piece)
    return pieces


def _connected(mask: Mask) -> list[Box]:
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    return [Box(x, y, width, height) for x, y, width, height, _ in stats[1:].tolist()]


def _label(piece: Box, text: Mask, labels: npt.NDArray[Any]) -> int:
    top = text[piece.y, piece.x : piece.right]
    return int(labels[piece.y, piece.x + int(top.argmax())])


def _without_frame(piece: Box, edges: Edges, usual: float) -> list[Box]:
    """Return what is text in a piece of a frame: what touches it. Its strokes are longer than those of text here."""
    if piece.height <= THIN < piece.width:
        return []
    inside = edges.text[piece.y : piece.bottom, piece.x : piece.right]
    run = max(LEAST_HEIGHT, round(1.4 * usual))
    frame = cv2.morphologyEx(inside, cv2.MORPH_OPEN, np.ones((run, 1), np.uint8))
    if piece.width <= THIN:
        frame = inside.copy()
    edges.upright[piece.y : piece.bottom, piece.x : piece.right] |= frame
    rest = _connected(cv2.subtract(inside, frame))
    return [Box(piece.x + part.x, piece.y + part.y, part.width, part.height) for part in rest if part.width > 2]


def _beside(boxes: list[Box], upright: Mask) -> list[list[Box]]:
    """Put boxes together that stand beside each other as glyphs do in a line."""
    groups = [[number] for number in range(len(boxes))]
    for one, other in _neighbours(boxes):
        if groups[one] is not groups[other] and not _is_between(boxes[one], boxes[other], upright):
            more, less = sorted((groups[one], groups[other]), key=len, reverse=True)
            more += less
            for number in less:
                groups[number] = more
    distinct = {id(group): group for group in groups}
    return [[boxes[number] for number in group] for group in distinct.values()]


def _neighbours(boxes: list[Box]) -> Iterator[tuple[int, int]]:
    """Yield the pairs (left, right) that are near enough, and of one height, to stand in one line."""
    if not boxes:
        return
    x, y, width, height = np.array(boxes).T
    order = np.argsort(y, kind="stable")
    for at in range(0, len(order), 500):  # bounded memory: rows of boxes against those that they can touch
        rows = order[at : at + 500]
        low, high = y[rows].min(), (y[rows] + height[rows]).max()
        near = np.flatnonzero((y < high) & (y + height > low))
        left, right = rows[:, None], near[None]
        least, most = np.minimum(height[left], height[right]), np.maximum(height[left], height[right])
        shared = np.minimum(y[left] + height[left], y[right] + height[right]) - np.maximum(y[left], y[right])
        gap = x[right] - (x[left] + width[left])
        wide = np.maximum(4, GAP * np.minimum(most, 1.6 * least))
        fits = (2 * shared >= least) & (most <= 2.6 * least) & (gap <= wide) & (gap > -most)
        fits &= (x[right] >= x[left]) & (left != right)
        for one, other in zip(*np.nonzero(fits), strict=True):
            yield int(rows[one]), int(near[other])


def _is_between(left: Box, right: Box, upright: Mask) -> bool:
    """Whether an upright frame stands between two boxes."""
    if right.x - left.right < 2:
        return False
    middle = (max(left.y, right.y) + min(left.bottom, right.bottom)) // 2
    return bool(upright[middle, left.right : right.x + 1].any())


def _usual_height(lines: list[_Line]) -> float:
    return float(np.median([line.box.height for line in lines])) if lines else 0.0


def _split(line: _Line, text: Mask, usual: float) -> Iterator[_Line]:
    """Yield the lines in what touches from one line of text to the next: small print set tight."""
    box = line.box
    valley = _valley(text[box.y : box.bottom, box.x : box.right]) if box.height > 1.5 * usual else None
    if valley is None:
        yield line
        return
    for top, bottom in ((box.y, box.y + valley), (box.y + valley, box.bottom)):
        parts = [part for piece in line.pieces if (part := _clipped(piece, top, bottom)).height > 1]
        if parts:
            yield from _split(_Line(union(parts), parts), text, usual)


def _valley(text: Mask) -> int | None:
    """Return the emptiest row between two that are full, None where there is no such."""
    rows = text.sum(axis=1)
    inside = rows[LEAST_HEIGHT:-LEAST_HEIGHT]
    if not inside.size:
        return None
    at = LEAST_HEIGHT + int(np.argmin(inside))
    return at if rows[at] < 0.25 * min(rows[:at].max(), rows[at:].max()) else None


def _clipped(box: Box, top: int, bottom: int) -> Box:
    y = max(box.y, top)
    return Box(box.x, y, box.width, min(box.bottom, bottom) - y)


def _attached(small: Iterable[Box], lines: list[_Line]) -> list[_Line]:
    """Return lines with dots, commas and level strokes in them; what is small and near to none is no text."""
    if not lines:
        return []
    boxes = np.array([line.box for line in lines])
    for piece in small:
        nearest = _nearest(piece, boxes, least_height=piece.height / 1.2)
        if nearest is not None:
            lines[nearest].pieces.append(piece)
    kept = []
    for line in lines:  # the dots of large letters are as high as small letters
        is_low = len(line.pieces) <= 2 and line.box.width <= 3 * line.box.height
        nearest = _nearest(line.box, boxes, least_height=1.8 * line.box.height) if is_low else None
        if nearest is None:
            kept.append(line)
        else:
            lines[nearest].pieces += line.pieces
    for line in kept:
        line.box = union(line.pieces)
    return kept


def _nearest(piece: Box, boxes: npt.NDArray[Any], least_height: float) -> int | None:
    """Return the line, of at least this height, that a piece is nearest to and may belong to."""
    x, y, width, height = boxes.T
    off = np.maximum(np.maximum(y - piece.y, piece.bottom - (y + height)), 0)
    beside = np.maximum(np.maximum(x - piece.right, piece.x - (x + width)), 0)
    fits = (off <= NEAR * height) & (beside <= NEAR * height) & (height >= least_height)
    return int(np.argmin(np.where(fits, beside + off, np.inf))) if fits.any() else None


def _without_marks(pieces: list[Box], every: Mask, usual: float) -> list[Box]:
    """Return a line's pieces without the tick box, radio button or icon at either end; none for a mark alone."""
    kept = sorted(pieces)
    while len(kept) > 1 and _is_mark(kept[0], kept[1:], every):
        kept = kept[1:]
    while len(kept) > 1 and _is_mark(kept[-1], kept[:-1], every):
        kept = kept[:-1]
    alone = kept[0]
    is_mark = (_is_square(alone, every) and alone.height > 9) or (_is_even(alone) and alone.height > ICON * usual)
    return [] if len(kept) == 1 and is_mark else kept


def _is_mark(piece: Box, rest: list[Box], every: Mask) -> bool:
    line = union(rest)
    gap = max(line.x - piece.right, piece.x - line.right)
    tall = max(other.height for other in rest)
    is_icon = _is_even(piece) and piece.height >= max(12, 1.2 * tall)
    return gap >= max(3, 0.25 * tall) and (is_icon or (piece.height >= 0.6 * tall and _is_square(piece, every)))


def _is_even(box: Box) -> bool:
    return abs(box.width - box.height) <= 2


def _is_square(box: Box, every: Mask) -> bool:
    """Whether a piece is a square with all four sides drawn, as a tick box is (and 口, which has other glyphs near)."""
    if box.height < 8 or not _is_even(box):
        return False
    inside = every[box.y : box.bottom, box.x : box.right]
    sides = (inside[:2].max(axis=0), inside[-2:].max(axis=0), inside[:, :2].max(axis=1), inside[:, -2:].max(axis=1))
    return all(side.mean() >= 0.8 for side in sides)
