"""What controls without a name show in a window that has a tree: words, or an icon. Pure.

It is a guess from pixels, kept apart from names (`Element.looks_like`), so that nothing is decided by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from assistant.host.seeing import UNKNOWN, IconGuess, Region, TextLine
from assistant.look.lines import MOST_SURE, STARS, ends_in_han, letters_of, without_mark
from assistant.look.overlap import area, covers, shared
from assistant.look.place_of_label import label_of
from assistant.reading_order import in_reading_order
from assistant.scene import Box, Element, Likeness, Scene

WELL_READ = 0.75  # less sure than this, what was read in a control without a name is more likely its icon

_HAS_AN_ICON = frozenset({"push button", "toggle button", "menu item", "page tab"})
_IS_A_MARK = frozenset({"check box", "radio button"})
"""Their box may be that of their mark alone (Qt, where the words are painted), and the words stand behind it."""
_SHOWS_WORDS = _HAS_AN_ICON | _IS_A_MARK | {"check menu item", "radio menu item"}
_HIDDEN = re.compile(rf"[{STARS}]\s?[{STARS}]")
"""What a password is shown as; one star alone stands between words, or after them."""


def is_unlabelled(element: Element) -> bool:
    """Say whether a control has no name, so that what it shows is all there is."""
    return element.role in _SHOWS_WORDS and not (
        element.name.strip() or element.description.strip() or element.text.strip()
    )


def unlabelled(scene: Scene) -> list[Element]:
    """Return the controls without a name that can be looked at: none where a secret is blacked out."""
    secrets = [element.box for element in scene.elements if element.role == "password text" and element.box]
    return [
        element
        for element in scene.elements
        if is_unlabelled(element) and element.box and not any(shared(element.box, secret) for secret in secrets)
    ]


def icons_of(elements: Sequence[Element]) -> tuple[Box, ...]:
    """Return where icons may be in controls without a name."""
    return tuple(element.box for element in elements if element.role in _HAS_AN_ICON and element.box is not None)


def views_of(elements: Sequence[Element], scene: Scene) -> tuple[Box, ...]:
    """Return where words may be in controls without a name, or behind their marks."""
    return tuple(_view(element, element.box, scene) for element in elements if element.box is not None)


def with_likenesses(
    scene: Scene, lines: Sequence[TextLine], icons: Sequence[IconGuess]
) -> tuple[list[Element], list[TextLine]]:
    """Return a scene's elements with what those without a name show, and the lines that are no control's."""
    controls = unlabelled(scene)
    shown, free = _inside(controls, lines)
    for control in controls:
        words = _behind(control, free, scene) if control.id not in shown else None
        if words is not None:
            shown[control.id] = [words]
            free = [line for line in free if line.box != words.box]
    with_words = {number: _words(scene, scene.element(number), own) for number, own in shown.items()}
    seen = {control.id: _seen(control, with_words.get(control.id), icons) for control in controls}
    return [replace(element, looks_like=seen.get(element.id)) for element in scene.elements], free


def smallest_around(elements: Iterable[Element], box: Box) -> Element | None:
    """Return the smallest of the elements in which a box lies."""
    holders = [element for element in elements if element.box and covers(element.box, box)]
    return min(holders, key=lambda element: area(element.box or box), default=None)


def _view(element: Element, box: Box, scene: Scene) -> Box:
    """Return a control's box; of a mark, with what stands behind it up to the next element."""
    if element.role not in _IS_A_MARK or scene.picture is None:
        return box
    row = Box(box.right, box.y, max(0, scene.picture.width - box.right), box.height)
    others = [other.box for other in scene.elements if other.box and other.box.x >= box.right - 2]
    end = min([row.right, *(other.x for other in others if shared(other, row))])
    return Box(box.x, box.y - box.height // 2, max(box.right, end) - box.x, 2 * box.height)  # letters may be higher


def _inside(controls: Sequence[Element], lines: Iterable[TextLine]) -> tuple[dict[int, list[TextLine]], list[TextLine]]:
    """Give every line that lies in a control to the smallest such control, by its id; return what is left."""
    shown: dict[int, list[TextLine]] = {}
    free: list[TextLine] = []
    for line in lines:
        holder = smallest_around(controls, line.box)
        if holder is None:
            free.append(line)
        else:
            shown.setdefault(holder.id, []).append(line)
    return shown, free


def _behind(control: Element, lines: Iterable[TextLine], scene: Scene) -> TextLine | None:
    """Return the line that stands behind a mark, None where there is none or the control is no mark."""
    box = control.box
    if control.role not in _IS_A_MARK or box is None:
        return None
    view = _view(control, box, scene)
    return label_of(Region(control.role, box), [line for line in lines if covers(view, line.box)], behind=True)


def _words(scene: Scene, control: Element, lines: Sequence[TextLine]) -> Likeness | None:
    """Return the words in a control's lines; None where the tree tells them, they are hard to read, or are stars."""
    if any(_HIDDEN.search(line.text) for line in lines):
        return None
    told = _told_in(scene, control)
    readable = [line for line in lines if line.confidence >= WELL_READ and letters_of(line.text)]
    untold = [line for line in readable if letters_of(line.text) not in told]
    if not untold:
        return None
    text = ""
    for line in in_reading_order(untold, lambda line: line.box):
        words = without_mark(line, control.box).text if control.role in _IS_A_MARK and control.box else line.text
        text += ("" if not text or ends_in_han(text) else " ") + words.strip()
    return Likeness("", min([MOST_SURE, *(line.confidence for line in untold)]), text)


def _told_in(scene: Scene, control: Element) -> str:
    """Return what the tree tells inside a control."""
    inside = [other for other in scene.elements if control.box and other.box and covers(control.box, other.box)]
    return letters_of(" ".join(f"{other.name} {other.text} {other.description}" for other in inside))


def _seen(control: Element, words: Likeness | None, icons: Sequence[IconGuess]) -> Likeness | None:
    """Return the words that a control shows; where there are none, what its icon suggests."""
    box = control.box
    known = [icon for icon in icons if box is not None and icon.meaning != UNKNOWN and covers(box, icon.box)]
    if words is not None and (len(words.text) > 1 or not known):  # an “X” may be a word, or the sign for closing
        return words
    return likeness_of(known[0]) if known and control.role in _HAS_AN_ICON else None


def likeness_of(icon: IconGuess) -> Likeness:
    """Return what an icon suggests."""
    return Likeness(icon.meaning, min(icon.confidence, MOST_SURE))
