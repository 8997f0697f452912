"""Find the lines in a picture: by lines.py on the flat ground of windows, by a network in photographs and games."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from assistant.host.seeing import union
from assistant.scene import Box
from assistant.sight.lines import find_lines
from assistant.sight.memory import Place, apart, grown, key_of, meet
from assistant.sight.parts import Pixels
from assistant.sight.reader import TextReader
from assistant.sight.sign_crop import drawn_on

TILE = 64  # pixels
ROUGH = 0.3  # of a tile's pixels like their left neighbour: windows full of small print have 0.5, photographs 0.1
LEAST_TILES = 4  # that are rough side by side; fewer is an icon
LEAST_SIGN = 6  # pixels
AROUND = 40  # pixels around a part that is looked at again, so that frames are seen to be frames
TALL = 1.5  # of the text's height: the crop's. Tighter is wider at the reader, looser loses thin letters


def find_places(picture: Pixels, reader: TextReader) -> list[Place]:
    """Return the lines of a whole picture."""
    return _places(picture, _found(picture, reader))


def find_again(picture: Pixels, before: Iterable[Place], changed: Iterable[Box], reader: TextReader) -> list[Place]:
    """Return the lines of a picture of which only parts have changed since these were found."""
    before = list(before)
    parts = grown(changed, (place.box for place in before))
    kept = [place for place in before if not any(meet(place.box, part) for part in parts)]
    boxes: list[Box] = []
    for part in parts:
        left, top = max(0, part.x - AROUND), max(0, part.y - AROUND)
        area = picture[top : part.bottom + AROUND, left : part.right + AROUND]
        found = (Box(box.x + left, box.y + top, *box[2:]) for box in _found(area, reader))
        boxes += [box for box in found if meet(box, part)]
    fresh = _places(picture, boxes, beside=[place.box for place in kept])
    return [place for place in kept if not any(meet(place.box, box) for box in boxes)] + fresh


def sign_on(picture: Pixels, key: Box, usual: float) -> Place | None:
    """Return where something small is drawn in the middle of a key, None where nothing is, or a picture.

    A single sign beside frames is easily taken for a part of them when lines are looked for.
    """
    box = drawn_on(picture, key)
    if box is None or max(box.width, box.height) < LEAST_SIGN:
        return None
    return Place(box, key_of(crop_of(picture, box, usual)), usual)


def _found(picture: Pixels, reader: TextReader) -> list[Box]:
    lines = find_lines(picture)
    for part in rough_parts(picture):
        inside = picture[part.y : part.bottom, part.x : part.right]
        lines = [line for line in lines if not meet(line, part) or union((line, part)) != part]
        lines += [Box(box.x + part.x, box.y + part.y, *box[2:]) for box in reader.find(inside)]
    return lines


def rough_parts(picture: Pixels) -> list[Box]:
    """Return where a picture is no flat ground with something on it, but a photograph."""
    height, width = picture.shape[:2]
    if min(height, width) < TILE:
        return []
    some = picture[: height // TILE * TILE : 4, : width // TILE * TILE]  # each fourth row tells as much
    same = (some[:, 1:] == some[:, :-1]).all(axis=2)
    tiles = cv2.resize(
        same.astype(np.float32),
        (max(1, width // TILE), max(1, height // TILE)),
        interpolation=cv2.INTER_AREA,
    )
    _, _, stats, _ = cv2.connectedComponentsWithStats((tiles < ROUGH).astype(np.uint8), connectivity=4)
    parts = [Box(*(int(value) * TILE for value in found[:4])) for found in stats[1:] if int(found[4]) >= LEAST_TILES]
    return apart(parts)


def crop_of(picture: Pixels, box: Box, usual: float) -> Pixels:
    """Return a line with some ground around it: more above and below where its letters are all low."""
    height = TALL * max(box.height, usual if 0.4 * usual < box.height else 0)
    aside = round(0.2 * max(box.height, height / TALL))
    middle = box.y + box.height / 2
    top, bottom = round(middle - height / 2), round(middle + height / 2)
    left, right = box.x - aside, box.right + aside
    high, wide = picture.shape[:2]
    inside = picture[max(0, top) : min(high, bottom), max(0, left) : min(wide, right)]
    outside = (max(0, -top), max(0, bottom - high), max(0, -left), max(0, right - wide))
    if any(outside):
        return cv2.copyMakeBorder(inside, *outside, cv2.BORDER_REPLICATE)
    return inside


def _places(picture: Pixels, boxes: list[Box], beside: Iterable[Box] = ()) -> list[Place]:
    heights = [box.height for box in (*boxes, *beside)]
    usual = float(np.median(heights)) if heights else 0.0
    return [Place(box, key_of(crop_of(picture, box, usual)), usual) for box in boxes]
