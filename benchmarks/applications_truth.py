"""What is to be seen in a window, from what its accessibility tree tells: pure rules, each with its reason.

The rules were made by looking at pictures with the trees' boxes drawn into them, never at what was read from pixels.
A control that is there but that nobody can ask for by name stays in the truth without one: it is not looked for, and
whoever finds it has invented nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import count, pairwise
from typing import Literal
from zlib import crc32

import numpy as np
import numpy.typing as npt

from assistant.scene import Box, Element, Picture, Scene

Half = Literal["seen", "blind"]
Pixels = npt.NDArray[np.uint8]

SMALLEST = 4
"""Pixels: what is narrower or lower cannot be read by anybody."""
INSIDE = 0.6
"""How much of a control must lie in the picture, and in the list that scrolls it."""
COVERED = 0.5
"""The share of a control that another lies over, from which on one of the two is hidden: the tree says not which."""
LIKE_A_BUTTON = frozenset({"check box", "radio button"})
CONTROLS = frozenset(
    {"push button", "toggle button", "entry", "text", "spin button", "password text", "check box", "switch"}
    | {"radio button", "combo box", "page tab", "slider", "progress bar", "list item", "menu item", "menu", "link"}
)
_FIELDS = frozenset({"entry", "text", "spin button", "password text", "combo box", "slider", "progress bar"})
_NAMED_BY_FRAME = frozenset({"entry", "text", "spin button", "password text", "slider", "progress bar", "combo box"})
_SCROLLS = frozenset({"list", "list box", "tree", "tree table", "table", "tool bar", "menu bar"})
_DRAWN_AS = {
    "table cell": "list item",
    "tree item": "list item",
    "table row": "list item",
    "column header": "push button",
    "table column header": "push button",
    "check menu item": "menu item",
    "radio menu item": "menu item",
    "level bar": "progress bar",
}
"""Roles that are not asked for, and what their pixels look like: who finds a row in a table has invented nothing."""
_TITLE_BAR = 60
"""Logical pixels from the top in which a window's own title bar ends; Adwaita's is 46 high, its border included 52."""
_WINDOW_BUTTON = 20
"""Logical pixels: narrower is no button of a title bar."""
_CROSS = 40
"""Logical pixels: a wider button at the end of a title bar has words."""
_SQUARE = 1.5
"""A button wider than this, in its height, has room for words."""
_INDICATOR = slice(3, 20)
"""Logical pixels from the left edge of a check box or radio button in which its mark begins, in every theme seen."""
_FLAT = 6
"""How far the colours of one row may be apart where nothing is drawn: less than the faintest frame of a mark."""
_MENU = frozenset({"Menu", "菜单"})
"""GTK 3's name for a button that opens a menu and has no words."""
_NAMED_INSIDE = frozenset({"push button", "toggle button", "check box", "radio button", "switch"})
_NARROW = frozenset("ijltfrI1.,:;'|!()[]/ -")
_WIDE = frozenset("mwMWQOG@%&")


@dataclass(frozen=True)
class Truth:
    """What is to be seen in a window. `nameless` are the ids of named controls whose name no pixel shows."""

    scene: Scene
    nameless: frozenset[int] = frozenset()

    @property
    def with_shown_names(self) -> Scene:
        """Only controls whose name is drawn have one."""
        elements = (replace(e, name="") if e.id in self.nameless else e for e in self.scene.elements)
        return replace(self.scene, elements=tuple(elements))


def half_of(program: str) -> Half:
    """Return in which half a program is: "seen" by who mends the rules, or "blind". It depends on the name alone."""
    return "blind" if crc32(program.encode()) % 2 else "seen"


def truth_of(tree: Scene, picture: Picture, *, icons: Iterable[str] = (), has_own_title_bar: bool = False) -> Truth:
    """Return what is to be seen of a window.

    `icons` are names that a person did not find in the picture: the buttons show a picture instead.
    """
    pixels = np.frombuffer(picture.rgb, np.uint8).reshape(picture.height, picture.width, 3)
    shown = [element for element in tree.elements if _is_shown(element, tree, pixels)]
    shown = [_as_drawn(element, tree, pixels, picture.scale) for element in shown]
    shown = [_without_wrong_name(element, tree) for element in shown]
    shown = [e for e in shown if _is_control(e, tree) or not _is_covered(e, shown, tree)]
    shown = [replace(e, name="") if _is_covered(e, shown, tree) else e for e in shown]
    if has_own_title_bar:
        shown += _window_buttons(shown, picture)
    elements = tuple(replace(e, id=number, parent=None, labels=()) for number, e in zip(count(1), shown, strict=False))
    names = frozenset(icons)
    nameless = frozenset(e.id for e in elements if _is_icon(e, names, picture.scale))
    if has_own_title_bar:
        nameless |= _closes(elements, picture.scale)
    return Truth(replace(tree, elements=elements, focus=None, default=None), nameless)


# What can be seen


def _is_shown(element: Element, tree: Scene, pixels: Pixels) -> bool:
    """Say whether there is something to be seen of an element."""
    box = element.box
    if box is None or not element.has("showing") or box.width < SMALLEST or box.height < SMALLEST:
        return False  # GTK 3 tells -1, -1 of the tab of a notebook that shows none
    height, width, _ = pixels.shape
    if _common(box, Box(0, 0, width, height)) < INSIDE * _area(box):
        return False  # GTK 4.8 says of all that it is showing, also of what has been scrolled away
    ancestors = tuple(tree.ancestors(element))
    if element.role not in _FIELDS and any(one.role == "combo box" for one in ancestors):
        return False  # Qt tells the items of a closed combo box, at places where they are not
    scrolling = [one.box for one in ancestors if one.role in _SCROLLS and one.box and not one.box.is_empty]
    if any(_common(box, around) < INSIDE * _area(box) for around in scrolling):
        return False
    is_blackened = element.role == "password text"  # by us, in every picture
    return is_blackened or not _is_blank(pixels[max(box.y, 0) : box.bottom, max(box.x, 0) : box.right])


def _is_blank(part: Pixels) -> bool:
    """Say whether nothing is drawn: a button that is invisible until it is wanted, or whose icon no theme has.

    What is behind it may be shaded from top to bottom.
    """
    return bool((part == part[:, :1]).all())


def _is_control(element: Element, tree: Scene) -> bool:
    """Say whether it is one of its own, not a cell or a text that looks like one."""
    return element.role not in CONTROLS or tree.element(element.id).role in CONTROLS


def _is_covered(element: Element, others: list[Element], tree: Scene) -> bool:
    """Say whether another control lies over this one, or under it.

    Qt's path bars keep buttons under their arrows; GTK 3 tells of rows where they would be if the table did not scroll.
    What stands in a field or is part of it does not cover it.
    """
    if element.role not in CONTROLS or element.box is None:
        return False
    related = {one.id for one in tree.ancestors(tree.element(element.id))}
    return any(
        other.box is not None
        and other.id != element.id
        and other.role in CONTROLS - _FIELDS
        and _is_control(other, tree)
        and element.role not in _FIELDS
        and other.id not in related
        and all(one.id != element.id for one in tree.ancestors(tree.element(other.id)))
        and _common(element.box, other.box) > COVERED * min(_area(element.box), _area(other.box))
        for other in others
    )


# What it looks like


def _as_drawn(element: Element, tree: Scene, pixels: Pixels, scale: float) -> Element:
    """Return an element with the role that its pixels have."""
    if element.role in _DRAWN_AS:
        return replace(element, role=_DRAWN_AS[element.role], name="")
    parent = None if element.parent is None else tree.element(element.parent)
    if element.role == "label" and parent is not None and parent.role == "table row" and parent.box is None:
        return replace(element, role="list item", name="")  # GTK 4.8 does not say where the rows of a list box are
    if element.role in LIKE_A_BUTTON:
        if parent is not None and parent.role == "tool bar" and tree.window.toolkit.startswith("Qt"):
            return replace(element, role="toggle button")  # Qt calls every button that stays down a check box
        if not _has_indicator(element, pixels, scale):
            return replace(element, role="toggle button")  # GTK can draw check boxes and radio buttons as buttons
    return element


def _has_indicator(element: Element, pixels: Pixels, scale: float) -> bool:
    """Say whether something is drawn where the mark of a check box is. A switch or a box without words is all mark."""
    assert element.box is not None
    box = element.box
    if not element.name or _has_no_room(element, scale):
        return True
    left, right = (box.x + round(edge * scale) for edge in (_INDICATOR.start, _INDICATOR.stop))
    middle, reach = box.y + box.height // 2, round(6 * scale)
    strip = pixels[max(middle - reach, 0) : middle + reach, max(left, 0) : right].astype(np.int16)
    return bool(strip.size and (strip.max(axis=1) - strip.min(axis=1)).max() > _FLAT)


def _window_buttons(shown: list[Element], picture: Picture) -> list[Element]:
    """Return where the buttons of a title bar are that the program draws and its tree does not tell (GTK 3).

    They end the bar that the other buttons in it begin, so what is right of those is theirs.
    """
    bar = [e.box for e in shown if e.box and e.role in CONTROLS and e.box.bottom <= round(_TITLE_BAR * picture.scale)]
    if not bar:
        return []
    last = max(bar, key=lambda box: box.right)
    free = Box(last.right, last.y, picture.width - last.right, last.height)
    if free.width < round(_WINDOW_BUTTON * picture.scale):
        return []
    width = round(_WINDOW_BUTTON * picture.scale)
    edges = [*range(free.x, free.right, width), free.right]
    return [Element(1, "push button", box=Box(x, free.y, end - x, free.height)) for x, end in pairwise(edges)]


def _in_title_bar(elements: Iterable[Element], scale: float) -> list[Element]:
    return [e for e in elements if e.box and e.role in CONTROLS and e.box.bottom <= round(_TITLE_BAR * scale)]


# What it is called


def _without_wrong_name(element: Element, tree: Scene) -> Element:
    """Return an element without the name that its toolkit, or our own guess, has given it."""
    name = _once(element.name)
    if element.role == "password text":
        name = ""  # it is there, but nobody can see what a black box is
    if element.role in _FIELDS and element.confidence < 1:
        name = ""  # a label beside it was taken for its own by place, and pixels would be measured by the same guess
    if element.role in _NAMED_BY_FRAME and any(one.name == element.name for one in tree.ancestors(element)):
        name = ""  # Qt 5 names a field that has no label after the group box around it
    if element.role == "combo box" and _is_value(element, tree):
        name = ""  # Qt 5 calls a combo box what it has chosen
    if element.role == "list item":
        name = name.split(", ")[0]  # rows of several texts: look joins them, and who says the first has found it
    return element if name == element.name else replace(element, name=name)


def _once(name: str) -> str:
    """GTK 4.8: a button with a key of its own is called by its words twice, "mod mod"."""
    half, odd = divmod(len(name), 2)
    return name[:half] if odd and name[half] == " " and name[:half] == name[half + 1 :] else name


def _is_value(combo: Element, tree: Scene) -> bool:
    inside = [one for one in tree.elements if any(a.id == combo.id for a in tree.ancestors(one))]
    values = {combo.text.casefold(), *(one.text.casefold() for one in inside), *(one.name.casefold() for one in inside)}
    return bool(combo.name) and combo.name.casefold() in values


def _is_icon(element: Element, names: frozenset[str], scale: float) -> bool:
    """Say whether a control shows no name: it is a tool tip, or the words are elsewhere in the row (switches)."""
    if element.role not in _NAMED_INSIDE or not element.name or element.box is None:
        return False
    is_square = element.box.width <= _SQUARE * element.box.height
    return (is_square and element.name in _MENU | names) or _has_no_room(element, scale)


def _has_no_room(element: Element, scale: float) -> bool:
    return element.box is not None and _least_width(element.name) * scale > element.box.width


def _closes(elements: Iterable[Element], scale: float) -> frozenset[int]:
    """Return the button that closes the window, the last one in its title bar: a cross, whatever it is called."""
    bar = [e for e in _in_title_bar(elements, scale) if e.role == "push button" and e.box]
    last = max(bar, key=lambda e: e.box.right if e.box else 0, default=None)
    is_cross = last is not None and last.name and last.box and last.box.width <= round(_CROSS * scale)
    return frozenset({last.id}) if last is not None and is_cross else frozenset()


def _least_width(name: str) -> float:
    """Return how many logical pixels a name takes at the least: DejaVu Sans of 8 points."""
    widths = (11 if ord(c) > 0x2E80 else 3 if c in _NARROW else 9 if c in _WIDE else 6 for c in name)
    return float(sum(widths))


def _common(one: Box, other: Box) -> int:
    width = min(one.right, other.right) - max(one.x, other.x)
    height = min(one.bottom, other.bottom) - max(one.y, other.y)
    return max(width, 0) * max(height, 0)


def _area(box: Box) -> int:
    return box.width * box.height
