"""Merge: what was read from the pixels becomes elements, alone or beside those of the accessibility tree. Pure.

The tree wins on names, roles and states; pixels fill what it lacks. Every element from pixels says so (`source`) and
how sure it is (`confidence`, below 1), so that whoever words it can be as careful.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.host.seeing import UNKNOWN, IconGuess, Region, Seen, TextLine, Wanted
from assistant.look.grouped import grouped
from assistant.look.lines import MOST_SURE, STARS, ends_in_han, letters_of, without_mark
from assistant.look.order import around
from assistant.look.overlap import area, covers, shared
from assistant.look.place_of_label import label_of
from assistant.look.unlabelled import icons_of, likeness_of, smallest_around, unlabelled, views_of, with_likenesses
from assistant.reading_order import in_reading_order
from assistant.scene import Box, Element, Scene

SAME = 0.5  # the share of the smaller box that two views of one thing have in common
HOLDS_WORDS = Box(0, 0, 64, 14)
"""A picture smaller than this is an icon, and holds no words."""

_HOLDS_TEXT = frozenset({"entry", "text", "combo box", "spin button", "password text"})
_HAS_WORDS_OF_ITS_OWN = frozenset({"check box", "radio button", "switch"})
_DRAWN = frozenset({"image", "canvas", "drawing area", "icon", "animation", "video", "embedded", "document frame"})
_ACCELERATOR = re.compile(r"\s((?:(?:Ctrl|Alt|Shift|Super) ?\+ ?)+\S+|F\d{1,2})$", re.IGNORECASE)
"""The keys at the end of a menu's line."""
_SENTENCE_ENDS = (".", "!", "?", ":", "。", "！", "？", "：", ";", "；")


@dataclass
class _Found:
    """A control that was found in the picture, and the lines that belong to it."""

    region: Region
    lines: list[TextLine] = field(default_factory=list)
    icon: IconGuess | None = None


def scene_of(scene: Scene, seen: Seen) -> Scene:
    """Return a scene that has no tree with what was read from its picture: controls and texts in reading order."""
    found, free = _owned([_Found(region) for region in _apart(seen.regions)], seen.lines)
    for one in found:
        one.icon = next((icon for icon in seen.icons if covers(one.region.box, icon.box)), None)
    labels, free = _labels(found, free)
    free = _paragraphs(free, labels)
    every: list[_Found | TextLine] = [*found, *free]
    things = in_reading_order(every, _box_of)
    elements, focus, default = _elements(things, labels)
    timing = {**scene.timing_ms, **{f"sight {name}": took for name, took in seen.timing_ms.items()}}
    return replace(scene, elements=tuple(elements), focus=focus, default=default, unread=seen.unread, timing_ms=timing)


def with_pictures_read(scene: Scene, seen: Seen) -> Scene:
    """Return an accessible scene with the texts in its pictures, and what its controls without a name show.

    What was read stands behind all that the application says, so that no element changes its id.
    """
    elements, free = with_likenesses(scene, seen.lines, seen.icons)
    for line in free:
        holder = smallest_around((element for element in scene.elements if element.role in _DRAWN), line.box)
        if holder is not None and not _is_told(scene.elements, line):
            elements.append(replace(_text(line, len(elements) + 1), parent=holder.id))
    return replace(scene, elements=tuple(elements))


def to_read(scene: Scene, window: str) -> Wanted | None:
    """Return what of a scene's picture is worth reading, None for nothing: all of it where there is no tree."""
    picture = scene.picture
    if picture is None:
        return None
    wanted = Wanted(picture.width, picture.height, window, picture.scale)
    if not any(element.source == "tree" for element in scene.elements):
        return wanted
    controls = unlabelled(scene)
    within = (*unread_pictures(scene), *views_of(controls, scene))
    if not within:
        return None
    focus = scene.focused.box if scene.focused else None
    return replace(wanted, focus=focus, controls=False, icons=icons_of(controls), within=within)


def unlabelled_to_read(scene: Scene, only: int | None = None) -> Wanted | None:
    """Return where controls of an accessible scene have no name, so that their words and icons are worth reading.

    With `only`, of one element; None where there are none.
    """
    picture = scene.picture
    controls = [element for element in unlabelled(scene) if only in (None, element.id)]
    if picture is None or not controls:
        return None
    icons, within = icons_of(controls), views_of(controls, scene)
    return Wanted(picture.width, picture.height, "", picture.scale, controls=False, icons=icons, within=within)


def tells_nothing(scene: Scene) -> bool:
    """Say whether there is no tree, or all that it holds are drawings and layout without a word."""
    if not scene.elements:
        return not scene.window.toolkit
    return not scene.unread and not any(
        element.name.strip() or element.text.strip() or element.description.strip() or _is_used(element)
        for element in scene.elements
    )


def _is_used(element: Element) -> bool:
    return bool(element.actions) or element.role in _HOLDS_TEXT | _HAS_WORDS_OF_ITS_OWN | {"push button", "slider"}


def merged(scene: Scene, seen: Seen) -> Scene:
    """Return a scene with what was read from its picture."""
    has_tree = any(element.source == "tree" for element in scene.elements)
    return with_pictures_read(scene, seen) if has_tree else scene_of(scene, seen)


def unread_pictures(scene: Scene) -> tuple[Box, ...]:
    """Return where a window shows pictures that may hold words which its tree does not tell."""
    return tuple(
        element.box
        for element in scene.elements
        if element.role in _DRAWN
        and element.box is not None
        and element.box.width >= HOLDS_WORDS.width
        and element.box.height >= HOLDS_WORDS.height
        and not scene.children.get(element.id)
    )


# ---- which line belongs to which control ----------------------------------------------------------------------------


def _apart(regions: Iterable[Region]) -> list[Region]:
    """Leave out what was found twice: of two that lie over each other, the surer one stays."""
    kept: list[Region] = []
    for region in sorted(regions, key=lambda region: -region.confidence):
        if region.box.is_empty or any(_is_same(region, other) for other in kept):
            continue
        kept.append(region)
    return kept


def _is_same(one: Region, other: Region) -> bool:
    if {one.role, other.role} & {"list item", "page tab", "menu item", "menu"} and one.role != other.role:
        return covers(one.box, other.box) and covers(other.box, one.box)
    return shared(one.box, other.box) >= SAME * min(area(one.box), area(other.box))


def _owned(found: list[_Found], lines: Iterable[TextLine]) -> tuple[list[_Found], list[TextLine]]:
    """Give every line that lies in a control to the smallest such control; return the lines that are left."""
    free: list[TextLine] = []
    for line in lines:
        holders = [one for one in found if covers(one.region.box, line.box)]
        if holders:
            min(holders, key=lambda one: area(one.region.box)).lines.append(line)
        else:
            free.append(line)
    return found, free


def _labels(found: list[_Found], free: Sequence[TextLine]) -> tuple[dict[int, int], list[TextLine]]:
    """Find the lines beside controls that are their words; return label lines by `id` of line to that of control.

    A check box's and a radio button's words are its name; the label of a field stays an element that labels it.
    """
    left = list(free)
    for one in found:
        if one.region.role in _HAS_WORDS_OF_ITS_OWN and not one.lines:
            words = label_of(one.region, left, behind=True)
            if words is not None:
                one.lines.append(without_mark(words, one.region.box))
                left = [line for line in left if line is not words]
    labels: dict[int, int] = {}
    for one in found:
        if one.region.role in _HOLDS_TEXT | {"slider", "progress bar"}:
            words = label_of(one.region, [line for line in left if id(line) not in labels], behind=False)
            if words is not None:
                labels[id(words)] = id(one)
    return labels, left


def _paragraphs(lines: Sequence[TextLine], labels: Mapping[int, int]) -> list[TextLine]:
    """Join lines that go on in the next: right below, equally high, and the sentence has not ended."""
    joined: list[TextLine] = []
    for line in lines:
        before = joined[-1] if joined else None
        if before is None or id(line) in labels or id(before) in labels or not _goes_on(before, line):
            joined.append(line)
            continue
        box = around([before.box, line.box])
        assert box is not None
        space = "" if ends_in_han(before.text) else " "
        text = f"{before.text}{space}{line.text}"
        joined[-1] = replace(before, text=text, box=box, confidence=min(before.confidence, line.confidence))
    return joined


def _goes_on(before: TextLine, line: TextLine) -> bool:
    if before.text.rstrip().endswith(_SENTENCE_ENDS):
        return False
    height = line.box.height
    gap = line.box.y - before.box.bottom
    starts_alike = abs(before.box.x - line.box.x) <= height
    is_centred = abs(before.box.x + before.box.right - line.box.x - line.box.right) <= 2 * height
    is_narrower = line.box.width <= before.box.width + 2 * height
    return -0.4 * height <= gap <= 0.9 * height and (starts_alike or is_centred) and is_narrower


# ---- elements -----------------------------------------------------------------------------------------------------


def _elements(
    things: Sequence[_Found | TextLine], labels: dict[int, int]
) -> tuple[list[Element], int | None, int | None]:
    number_of = {id(thing): number for number, thing in enumerate(things, start=1)}
    label_lines = {control: line for line, control in labels.items()}
    elements: list[Element] = []
    for number, thing in enumerate(things, start=1):
        if isinstance(thing, TextLine):
            control = labels.get(id(thing))
            own = _text(thing, number)
            elements.append(replace(own, labels=(number_of[control],)) if control is not None else own)
        else:
            line = next((line for line in things if id(line) == label_lines.get(id(thing))), None)
            elements.append(_control(thing, number, line if isinstance(line, TextLine) else None))
    elements = grouped(elements)
    focus = next((element.id for element in elements if element.has("focused")), None)
    default = next((element.id for element in elements if element.has("is-default")), None)
    return elements, focus, default


def _control(found: _Found, number: int, label: TextLine | None) -> Element:
    region = found.region
    lines = in_reading_order(found.lines, lambda line: line.box)
    text = " ".join(line.text for line in lines)
    sure = min([region.confidence, *(line.confidence for line in lines), MOST_SURE])
    made = Element(number, region.role, states=region.states, box=region.box, source="widget", confidence=sure)
    if region.role in _HOLDS_TEXT:
        return _field(made, text, label)
    if label is not None:
        return replace(made, name=_label_text(label))
    if not text and found.icon is not None and found.icon.meaning != UNKNOWN:
        return replace(made, looks_like=likeness_of(found.icon))
    if region.role == "menu item" and (keys := _ACCELERATOR.search(text)) and keys.start():
        return replace(made, name=text[: keys.start()].rstrip(), keys=(keys[1].replace(" ", ""),))
    return replace(made, name=text)


def _field(made: Element, text: str, label: TextLine | None) -> Element:
    """Return a field with what it holds; one that shows nothing but dots is a password, and holds nothing for us."""
    name = _label_text(label) if label is not None else ""
    bare = text.replace(" ", "")
    if made.role == "password text" or (len(bare) > 1 and not bare.strip(STARS)):
        return replace(made, role="password text", name=name, is_filled=bool(bare))
    return replace(made, name=name, text=text, is_filled=bool(text))


def _label_text(line: TextLine) -> str:
    return line.text.rstrip(" :：*")


def _text(line: TextLine, number: int) -> Element:
    sure = min(line.confidence, MOST_SURE)
    return Element(number, "label", line.text, box=line.box, source="ocr", confidence=sure)


# ---- beside a tree --------------------------------------------------------------------------------------------------


def _is_told(elements: Iterable[Element], line: TextLine) -> bool:
    """Say whether the tree tells these words where they stand already."""
    wanted = letters_of(line.text)
    return any(
        element.box is not None
        and covers(element.box, line.box)
        and wanted in letters_of(f"{element.name} {element.text} {element.description}")
        for element in elements
    )


# ---- boxes --------------------------------------------------------------------------------------------------------


def _box_of(thing: _Found | TextLine) -> Box:
    if isinstance(thing, TextLine):
        return thing.box
    return around([thing.region.box, *(line.box for line in thing.lines)]) or thing.region.box
