"""Part lines of text where a control begins or ends: names in a menu bar stand so near that they look like one line."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from assistant.host.seeing import Region
from assistant.scene import Box
from assistant.sight.find import crop_of
from assistant.sight.memory import Place, key_of
from assistant.sight.parts import Pixels

MARKS = frozenset({"check box", "radio button", "switch"})
HOLD_LINES = frozenset({"list item", "menu item", "text"})
"""In these, words stand far apart that belong together."""
OVER = 4  # pixels by which a line has to reach over an edge to be cut there
REACH = 4  # pixels around an edge, in which a gap may lie
INK = 40  # of 255
CLOSE = 0.5  # of a place's sides: what fills as much of it is the word in it
SLACK = 2  # pixels
NARROW = 4  # pixels: less is no word


def parted(picture: Pixels, places: Sequence[Place], regions: Sequence[Region]) -> list[Place]:
    """Return places of which none reaches from one control into another, or over a mark, and none lies in another."""
    cutting = [region for region in regions if region.role not in HOLD_LINES]
    return _without_rings([part for place in places for part in _parts(picture, place, cutting)])


def _without_rings(places: list[Place]) -> list[Place]:
    """Leave out what lies closely around another place: a dotted ring of the focus, found as a line with its word."""
    places = list({place.box: place for place in places}.values())
    if len(places) < 2:
        return places
    x, y, width, height = np.array([place.box for place in places]).T
    size = width * height
    is_around = (
        (x[:, None] - SLACK <= x)
        & (y[:, None] - SLACK <= y)
        & (x + width <= (x + width)[:, None] + SLACK)
        & (y + height <= (y + height)[:, None] + SLACK)
        & (width >= CLOSE * width[:, None])
        & (height >= CLOSE * height[:, None])
        & ((size[:, None] > size) | ((size[:, None] == size) & np.tri(len(places), k=-1, dtype=bool)))
    )
    return [place for place, is_ring in zip(places, is_around.any(axis=1), strict=True) if not is_ring]


def _parts(picture: Pixels, place: Place, regions: Sequence[Region]) -> list[Place]:
    line = place.box
    middle = line.y + line.height // 2
    beside = [region for region in regions if region.box.y <= middle < region.box.bottom]
    wanted = {cut for region in beside for cut in _cuts(line, region)}
    cuts = sorted(cut for cut in wanted if cut[0] != cut[1] or _is_gap(picture, line, cut[0]))
    if not cuts:
        return [place]
    ends = [(line.x, line.x), *cuts, (line.right, line.right)]
    spans = [(before[1], after[0]) for before, after in pairwise(ends)]
    boxes = [_tight(picture, Box(x, line.y, right - x, line.height)) for x, right in spans if right - x >= NARROW]
    return [Place(box, key_of(crop_of(picture, box, place.usual)), place.usual) for box in boxes if box is not None]


def _cuts(line: Box, region: Region) -> list[tuple[int, int]]:
    """Return where a line is to be cut for a control: what is left out, from one column to another."""
    box = region.box
    if region.role in MARKS:
        is_inside = line.x - OVER < box.x and box.right < line.right + OVER
        return [(max(box.x, line.x), min(box.right, line.right))] if is_inside else []
    return [(edge, edge) for edge in (box.x, box.right) if line.x + OVER < edge < line.right - OVER]


def _is_gap(picture: Pixels, line: Box, column: int) -> bool:
    """Whether a line is empty near a column: no letter is cut in two, whatever was taken for a control."""
    inked = _inked(picture, Box(column - REACH, line.y, 2 * REACH, line.height))
    return any(not one and not other for one, other in pairwise(inked))


def _inked(picture: Pixels, box: Box) -> list[bool]:
    """Return for each column of a box whether something is drawn in it."""
    part = picture[box.y : box.bottom, max(box.x, 0) : box.right].astype(np.int16)
    ground = np.median(part.reshape(-1, 3), axis=0)
    found: list[bool] = (np.abs(part - ground).max(axis=2) > INK).any(axis=0).tolist()
    return found


def _tight(picture: Pixels, box: Box) -> Box | None:
    """Return a box without the empty ground at its ends, None if there is nothing else."""
    columns = np.flatnonzero(_inked(picture, box))
    if not columns.size:
        return None
    return Box(box.x + int(columns[0]), box.y, int(np.ptp(columns)) + 1, box.height)
