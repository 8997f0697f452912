"""Seer: joins the parts that see. One picture in, `Seen` after `Seen` out, each all that is known by then.

What stays the same from one picture of a window to the next is neither looked for nor read again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from assistant.errors import NothingToLookAt
from assistant.host.seeing import IconGuess, Region, Seen, TextLine, Wanted, language_of, union
from assistant.reading_order import in_reading_order
from assistant.scene import Box
from assistant.sight.controls import Search, search
from assistant.sight.find import crop_of, find_again, find_places, sign_on
from assistant.sight.memory import Look, Memory, Place, changed_parts, meet
from assistant.sight.parted import parted
from assistant.sight.parts import Pixels, control_network, icon_reader, sign_reader
from assistant.sight.reader import NOTHING, Reading, TextReader
from assistant.sight.underlined import without_underline

AT_ONCE = 4  # lines that are read between two answers: 50 ms on two cores
LEAST_SURE, LEAST_SURE_ALONE = 0.6, 0.85  # below it is no text; a single character is mostly an icon
MARKS = "□■☐☑☒▢▣○●◯◉◎⊙"  # tick boxes and radio buttons that stood too near
SIGNS = "+−-×÷*/=.,%()√^!?#<>…±&@"  # what stands on keys
STARS = "•●∙*·⬤⚫"  # what a password is shown as
LARGEST_PIXELS = 64_000_000
ICON_ROLES = frozenset({"push button", "toggle button", "menu item", "icon"})
MOST_ICONS = 64
MOST_KEYS = 256
KEYPAD = 3  # signs that no icon looks like: with these a window has keys
SURE_ICON = 0.6  # from which an icon is no letter


class Seer:
    """Sees pictures, one at a time."""

    def __init__(self, reader: TextReader) -> None:
        self._reader = reader
        self._network = control_network()
        self._icons = icon_reader()
        self._signs = sign_reader()
        self._memory = Memory()

    def see(self, wanted: Wanted, rgb: bytes) -> Iterator[Seen]:
        """Yield what is known of a picture (height × width × 3 bytes), the last time all of it."""
        began = time.perf_counter()
        picture = _pixels(wanted, rgb)
        before = self._memory.last(wanted.window, picture)
        changed = changed_parts(before.picture, picture) if before is not None else None
        look = self._looked(wanted, picture, before, changed)
        found_ms = (time.perf_counter() - began) * 1000
        if wanted.window:
            self._memory.keep(wanted.window, look)
        looking = self._search(wanted, look, changed)
        if looking is not None:
            look.regions = looking.first(self._all_lines(look)).all
        icons = self._prepared(wanted, look, has_new_controls=looking is not None)
        timing = {"find": found_ms}
        for unread in self._read(wanted, look):
            if looking is not None and not unread:
                look.controls = looking.last(self._lines(look))
                look.regions = look.controls.all
            timing["total"] = (time.perf_counter() - began) * 1000
            yield Seen(
                self._lines(look),
                look.regions if wanted.controls else (),
                icons,
                is_complete=not unread,
                unread=unread,
                timing_ms={name: round(took, 2) for name, took in timing.items()},
            )

    def _looked(self, wanted: Wanted, picture: Pixels, before: Look | None, changed: list[Box] | None) -> Look:
        """Return a look with the places of its lines, known ones kept where nothing has changed."""
        if before is None or changed is None or (wanted.text and not before.has_text):
            places = find_places(picture, self._reader) if wanted.text else []
            return Look(picture, places, usual=_usual(places), has_text=wanted.text)
        if not changed:
            return replace(before, picture=picture)
        places = find_again(picture, before.places, changed, self._reader) if wanted.text else before.places
        icons = {box: icon for box, icon in before.icons.items() if not any(meet(box, part) for part in changed)}
        keys = {key: sign for key, sign in before.keys.items() if not any(meet(key, part) for part in changed)}
        usual = before.usual or _usual(places)
        return Look(
            picture, places, controls=before.controls, usual=usual, icons=icons, keys=keys, has_text=before.has_text
        )

    def _search(self, wanted: Wanted, look: Look, changed: list[Box] | None) -> Search | None:
        """Begin to search for controls; None where there is nothing to be searched for."""
        if not wanted.controls or (look.controls is not None and not changed):
            return None
        before, look.controls = look.controls, None  # known to the end only when the search has ended
        lines = [place.box for place in look.places]
        return search(look.picture, self._network, lines, before=before, changed=changed or ())

    def _prepared(self, wanted: Wanted, look: Look, *, has_new_controls: bool) -> tuple[IconGuess, ...]:
        """Name icons and signs, and leave the places of text alone to be read. Return the icons."""
        if has_new_controls:
            look.places = parted(look.picture, look.places, look.regions)
        icons = self._read_icons(wanted, look)
        look.places = _beside_icons(look.places, icons)
        if wanted.text and has_new_controls:
            look.signs = self._read_signs(look, icons)
            look.places = [
                place for place in look.places if not any(_is_middle_in(place.box, key) for key in look.signs)
            ]
            look.places += _on_keys(look, icons)
        return icons

    def _read_signs(self, look: Look, icons: Sequence[IconGuess]) -> dict[Box, TextLine]:
        """Return the signs on keys. One like an arrow is an icon where it stands alone, a sign among others."""
        if self._signs is None:
            return {}
        keys = [region.box for region in look.regions if region.role == "push button"][:MOST_KEYS]
        unknown = [key for key in keys if key not in look.keys]
        if unknown:
            look.keys |= {**dict.fromkeys(unknown), **self._signs.read(look.picture, unknown, look.usual)}
        signs = {key: sign for key in keys if (sign := look.keys[key]) is not None}
        known = {icon.box for icon in icons if icon.meaning and icon.confidence >= SURE_ICON}
        alone = {key: sign for key, sign in signs.items() if key not in known}
        return signs if len(alone) >= KEYPAD else alone

    def _all_lines(self, look: Look) -> list[TextLine]:
        """Return every line; those that were not read yet have no text."""
        return [TextLine((self._memory.reading(place.key) or NOTHING).text, place.box) for place in look.places]

    def _read_icons(self, wanted: Wanted, look: Look) -> tuple[IconGuess, ...]:
        """Name the icons that are asked for, and those in buttons without text."""
        boxes = [*wanted.icons, *(_bare(look) if wanted.controls else ())][:MOST_ICONS]
        unknown = [box for box in boxes if box not in look.icons]
        if self._icons is not None and unknown:
            guesses = self._icons.read([_cut(look.picture, box) for box in unknown])
            for box, guess in zip(unknown, guesses, strict=True):
                look.icons[box] = IconGuess(guess.meaning, box, guess.confidence)
        return tuple(look.icons[box] for box in boxes if box in look.icons)

    def _read(self, wanted: Wanted, look: Look) -> Iterator[int]:
        """Read what was never read before, nearest to the focus first; yield how much is left."""
        new: dict[bytes, Place] = {}
        for place in _nearest_first(look.places, wanted):
            if self._memory.reading(place.key) is None:
                new.setdefault(place.key, place)
        left = list(new.values())
        if not left or len(left) < len(look.places):
            yield len(left)
        while left:
            now, left = left[:AT_ONCE], left[AT_ONCE:]
            crops = [crop_of(look.picture, place.box, place.usual) for place in now]
            for place, reading in zip(now, _read_plain(self._reader, crops), strict=True):
                self._memory.learn(place.key, _cleaned(reading))
            yield len(left)

    def _lines(self, look: Look) -> tuple[TextLine, ...]:
        lines = []
        for place in look.places:
            said = self._memory.reading(place.key)
            is_on_key = said is not None and len(said.text) <= 2 and _is_in_button(place.box, look.regions)
            if said is not None and (_is_text(said) or (is_on_key and _is_on_key(said))):
                lines.append(TextLine(said.text, place.box, round(said.confidence, 4), language_of(said.text)))
        return tuple(in_reading_order([*lines, *look.signs.values()], lambda line: line.box))


def _pixels(wanted: Wanted, rgb: bytes) -> Pixels:
    if not 0 < wanted.width * wanted.height <= LARGEST_PIXELS or wanted.width < 1:
        raise NothingToLookAt("The picture has no pixels, or too many of them.")
    if len(rgb) != wanted.width * wanted.height * 3:
        raise NothingToLookAt("The picture is not as large as it says.")
    picture: Pixels = np.frombuffer(rgb, np.uint8).reshape(wanted.height, wanted.width, 3)
    return _only(picture, (*wanted.within, *wanted.icons)) if wanted.within else picture


def _only(picture: Pixels, parts: Sequence[Box]) -> Pixels:
    """Return a picture with only these parts of it, the rest one colour."""
    kept = np.full_like(picture, 255)
    for box in parts:
        inside = slice(max(0, box.y), max(0, box.bottom)), slice(max(0, box.x), max(0, box.right))
        kept[inside] = picture[inside]
    return kept


def _cut(picture: Pixels, box: Box) -> Pixels:
    inside: Pixels = picture[max(0, box.y) : max(0, box.bottom), max(0, box.x) : max(0, box.right)]
    return inside if inside.size else np.zeros((1, 1, 3), np.uint8)


def _bare(look: Look) -> list[Box]:
    """Return the buttons in which there are no words."""
    boxes = [region.box for region in look.regions if region.role in ICON_ROLES and region.box.width < 100]
    words = [place.box for place in look.places]
    return [box for box in boxes if not any(meet(box, word) and word.width > box.width / 2 for word in words)]


def _beside_icons(places: list[Place], icons: Sequence[IconGuess]) -> list[Place]:
    """Leave out what lies in an icon that is known: reading it would take time and find letters that are none."""
    known = [icon.box for icon in icons if icon.meaning and icon.box.width < 1.5 * icon.box.height]
    return [place for place in places if not any(union((place.box, box)) == box for box in known)]


def _on_keys(look: Look, icons: Sequence[IconGuess]) -> list[Place]:
    """Return what is drawn on buttons that no line and no known icon was found on: signs and single letters."""
    known = (icon.box for icon in icons if icon.meaning and icon.confidence >= SURE_ICON)
    taken = [*(place.box for place in look.places), *known]
    bare = [
        region.box
        for region in look.regions
        if region.role == "push button"
        and region.box not in look.signs
        and not any(_is_middle_in(box, region.box) for box in taken)
    ]
    signs = (sign_on(look.picture, box, look.usual) for box in bare[:MOST_ICONS])
    return [sign for sign in signs if sign is not None]


def _usual(places: Sequence[Place]) -> float:
    return places[0].usual if places else 0.0


def _is_middle_in(box: Box, around: Box) -> bool:
    x, y = box.x + box.width // 2, box.y + box.height // 2
    return around.x <= x <= around.right and around.y <= y <= around.bottom


def _nearest_first(places: Sequence[Place], wanted: Wanted) -> list[Place]:
    """Return places by how far they are from the focus; in reading order where nothing has it."""
    focus = wanted.focus
    if focus is None:
        return in_reading_order(places, lambda place: place.box)
    x, y = focus.x + focus.width / 2, focus.y + focus.height / 2

    def distance(place: Place) -> tuple[float, Box]:
        box = place.box
        across = max(box.x - x, x - box.right, 0.0)
        down = max(box.y - y, y - box.bottom, 0.0)
        return (across**2 + (2 * down) ** 2, box)  # a line is wider than it is high

    return sorted(places, key=distance)


def _read_plain(reader: TextReader, crops: Sequence[Pixels]) -> list[Reading]:
    """Read lines without what underlines a letter; in Chinese, such a line is a part of a character."""
    plain = [without_underline(crop) for crop in crops]
    readings = reader.read(plain)
    return [
        reading if bare is crop or language_of(reading.text) != "zh" else reader.read([crop])[0]
        for crop, bare, reading in zip(crops, plain, readings, strict=True)
    ]


def _cleaned(reading: Reading) -> Reading:
    text = reading.text.strip()
    return Reading(text.strip(MARKS).strip() or text, reading.confidence)


def _is_on_key(reading: Reading) -> bool:
    """Whether it is what stands on a key: "+", "7"; anywhere else so short a text is a scrap of a picture."""
    return reading.confidence >= LEAST_SURE and (not reading.text.strip(SIGNS) or reading.text.isalnum())


def _is_in_button(box: Box, regions: Sequence[Region]) -> bool:
    return any(region.role == "push button" and union((box, region.box)) == region.box for region in regions)


def _is_text(reading: Reading) -> bool:
    is_hidden = len(reading.text) > 1 and not reading.text.strip(STARS)
    if not is_hidden and not any(character.isalnum() for character in reading.text):
        return False
    return reading.confidence >= (LEAST_SURE_ALONE if len(reading.text) == 1 else LEAST_SURE)
