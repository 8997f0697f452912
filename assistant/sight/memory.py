"""What the worker remembers, in memory alone: the last picture of each window, and what lines of text say.

Both are bounded. A picture that comes again is compared tile by tile with the one before it.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field

import cv2
import numpy as np

from assistant.host.seeing import IconGuess, Region, TextLine, union
from assistant.scene import Box
from assistant.sight.boards import without_boards
from assistant.sight.parts import Pixels
from assistant.sight.reader import Reading

TILE = 32  # pixels
REACH = 16  # pixels to either side of a line: what comes nearer may belong to it
MOST_READINGS = 20_000  # some 100 windows
MOST_WINDOWS = 8
MOST_BYTES = 128 << 20  # of pictures

Key = bytes


@dataclass(frozen=True, slots=True)
class Place:
    """A line that was found: where, and what was cut out to be read."""

    box: Box
    key: Key
    usual: float = 0.0
    """How high lines are around it, in pixels."""


@dataclass(frozen=True, slots=True)
class Controls:
    """What was found in one picture."""

    learnt: tuple[Region, ...] = ()
    """What the network found by itself."""
    plain: tuple[Region, ...] = ()
    """What has the shape of a control, and what the network bears out of it."""

    @property
    def all(self) -> tuple[Region, ...]:
        """Everything, the plain ones first; of two for one thing the plain one."""
        beside = (one for one in self.learnt if not any(meet(one.box, other.box) for other in self.plain))
        return without_boards((*self.plain, *beside))


@dataclass
class Look:
    """What was found in one picture."""

    picture: Pixels
    places: list[Place] = field(default_factory=list)
    regions: tuple[Region, ...] = ()
    controls: Controls | None = None
    """What the regions were made of, None where they were not looked for to the end."""
    usual: float = 0.0
    """How high a line of text is, in pixels; 0 where there is none."""
    icons: dict[Box, IconGuess] = field(default_factory=dict)
    keys: dict[Box, TextLine | None] = field(default_factory=dict)
    """What single sign each key has, None where it has none that is known."""
    signs: dict[Box, TextLine] = field(default_factory=dict)
    """Those of them that are told as text, by their keys."""
    has_text: bool = False


class Memory:
    """The last look at each of a few windows, and readings by what their crops hold."""

    def __init__(self) -> None:
        self._looks: OrderedDict[str, Look] = OrderedDict()
        self._readings: OrderedDict[Key, Reading] = OrderedDict()

    def last(self, window: str, picture: Pixels) -> Look | None:
        """Return the last look at a window, if it has the size of this picture."""
        look = self._looks.get(window)
        return look if look is not None and look.picture.shape == picture.shape else None

    def keep(self, window: str, look: Look) -> None:
        """Remember a look; the oldest are forgotten."""
        self._looks[window] = look
        self._looks.move_to_end(window)
        while len(self._looks) > 1 and (
            len(self._looks) > MOST_WINDOWS or sum(kept.picture.nbytes for kept in self._looks.values()) > MOST_BYTES
        ):
            self._looks.popitem(last=False)

    def reading(self, key: Key) -> Reading | None:
        """Return what a crop with this key says, None where it was never read."""
        found = self._readings.get(key)
        if found is not None:
            self._readings.move_to_end(key)
        return found

    def learn(self, key: Key, reading: Reading) -> None:
        """Remember what a crop says."""
        self._readings[key] = reading
        if len(self._readings) > MOST_READINGS:
            self._readings.popitem(last=False)


def key_of(crop: Pixels) -> Key:
    """Return what tells a crop from all others."""
    return hashlib.blake2b(repr(crop.shape).encode() + crop.tobytes(), digest_size=16).digest()


def changed_parts(before: Pixels, now: Pixels) -> list[Box]:
    """Return boxes around all pixels in which two pictures of one size differ, in whole tiles, none meeting another."""
    height, width = now.shape[:2]
    rows = np.flatnonzero((before.reshape(height, -1) != now.reshape(height, -1)).any(axis=1))
    tiles = np.zeros((-(-height // TILE), -(-width // TILE)), np.uint8)
    for row in np.unique(rows // TILE):
        strip = slice(row * TILE, (row + 1) * TILE)
        columns = (before[strip] != now[strip]).any(axis=(0, 2))
        tiles[row, np.unique(np.flatnonzero(columns) // TILE)] = 1
    _, _, stats, _ = cv2.connectedComponentsWithStats(tiles, connectivity=8)
    return apart(Box(*(int(part) * TILE for part in found[:4])) for found in stats[1:])


def grown(parts: Iterable[Box], boxes: Iterable[Box], across: int = REACH, down: int = 2) -> list[Box]:
    """Return parts of a picture grown by the boxes that reach into them, and by what may join those."""
    whole = apart(_around(part, across, down) for part in parts)
    boxes = list(boxes)
    while True:
        reached = (_around(box, across, down) for box in boxes if any(meet(box, part) for part in whole))
        larger = apart([*whole, *reached])
        if larger == whole:
            return whole
        whole = larger


def apart(boxes: Iterable[Box]) -> list[Box]:
    """Return boxes joined until none meets another."""
    found: list[Box] = []
    for box in boxes:
        joined = box
        while meeting := [other for other in found if meet(other, joined)]:
            joined = union([joined, *meeting])
            found = [other for other in found if other not in meeting]
        found.append(joined)
    return sorted(found)


def meet(one: Box, other: Box) -> bool:
    """Whether two boxes have a pixel in common."""
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def _around(box: Box, across: int, down: int) -> Box:
    return Box(box.x - across, box.y - down, box.width + 2 * across, box.height + 2 * down)
