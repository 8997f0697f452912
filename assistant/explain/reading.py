"""What matters in a Scene, before any word is chosen: its message, its choices, its parts. Pure.

The message is found as the best readers find it: the description, then labels that label nothing, in reading
order (Orca's `unrelated_labels`, NVDA's `getDialogText`); but short messages of dialogs are not lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.explain.roles import (
    ATOMS,
    BUTTONS,
    CONTROLS,
    DOCUMENTS,
    DRAWN,
    FIELDS,
    HOLDERS,
    ITEMS,
    MENU_ITEMS,
    STRUCTURES,
    TEXTS,
    TICKED,
    is_secret,
    role_of,
)
from assistant.explain.shown import WHOLE_CHARACTERS, clean, folded, says_something, word_count
from assistant.scene import Element, Picture, Scene

SMALL_WINDOW_CONTROLS = 8
_MOST_TEXTS = 100
"""No window is listened to for so long that more would be said."""
_Text = tuple[str, tuple[int, ...]]
_ASKING = frozenset({"dialog", "alert", "file chooser", "color chooser", "font chooser"})
_COUNTED_WITH_THEIR_LIST = ITEMS | MENU_ITEMS | {"terminal"}
_ROWS = frozenset({"list item", "tree item", "table row", "table cell"})
_IN_ROWS = BUTTONS | TICKED | {"link"}
_CLOSE = frozenset({"close", "关闭"})
_CAPTIONED = FIELDS | {"text area", "list", "tree", "table", "level bar", "calendar"}
"""What a short text before it is the caption of; before a progress bar it says what is being done."""
_LISTED = frozenset({"list", "tree", "table"})
_WINDOW_BUTTONS = frozenset({"minimize", "minimise", "maximize", "maximise", "restore", "最小化", "最大化", "还原"})


@dataclass(frozen=True)
class Reading:
    """A window, or the dialog drawn inside it that holds the focus, as someone explains it."""

    scene: Scene
    root: Element | None = None
    is_page: bool = False
    """Whether `root` is a web page that asks something, and no dialog."""

    @cached_property
    def elements(self) -> tuple[Element, ...]:
        """What is in it, in reading order."""
        if self.root is None:
            return self.scene.elements
        below = {element.id for element in _below(self.scene, self.root)}
        return tuple(element for element in self.scene.elements if element.id in below)

    @property
    def is_dialog(self) -> bool:
        """Whether it asks or tells something and waits."""
        window = self.scene.window
        if self.is_page:
            return False
        return self.root is not None or window.kind in ("dialog", "alert", "notification") or window.is_modal

    @cached_property
    def title(self) -> str:
        if self.root is None or self.is_page:
            return clean(self.scene.window.title)
        return clean(self.root.name)

    @cached_property
    def description(self) -> str:
        return self.root.description if self.root else self.scene.window.description

    @cached_property
    def controls(self) -> tuple[Element, ...]:
        """Everything that can be used, but not what stands inside another control."""
        apart = self._in_atoms | self._of_frame
        return tuple(element for element in self.elements if role_of(element) in CONTROLS and element.id not in apart)

    @cached_property
    def choices(self) -> tuple[Element, ...]:
        """The buttons that answer a dialog, in reading order, those that can't be pressed now included."""
        return tuple(
            element
            for element in self.elements
            if role_of(element) in BUTTONS
            and not self._held(element)
            and element.id not in self._of_frame | self._of_path
        )

    @cached_property
    def message(self) -> tuple[_Text, ...]:
        """The texts that say what the window wants, each with the ids it was read from; no doubles."""
        found: list[_Text] = []
        if says_something(self.description):
            found.append((self.description, ()))
        found += [(_words_of(element), (element.id,)) for element in self.elements if self._is_message(element)]
        told_elsewhere = {folded(element.error) for element in self.elements if element.error}
        return _without_doubles([text for text in found if folded(text[0]) not in told_elsewhere], self.title)

    @cached_property
    def is_drawn(self) -> bool:
        """Whether all that there is are pictures without a name."""
        return bool(self.elements) and not any(
            says_something(element.name) or says_something(element.text) or role_of(element) in CONTROLS
            for element in self.elements
        )

    @cached_property
    def shows_picture(self) -> bool:
        return any(role_of(element) in DRAWN for element in self.elements)

    @cached_property
    def has_secret(self) -> bool:
        return any(is_secret(element) for element in self.elements)

    @cached_property
    def structures(self) -> tuple[Element, ...]:
        """Lists, trees, tables, rows of tabs, menu bars and documents, the outermost of each."""
        kinds = STRUCTURES | DOCUMENTS | {"text area"}
        return tuple(element for element in self.elements if role_of(element) in kinds and not self._held(element))

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many controls of each role there are outside lists, tables, trees, tabs and menus."""
        found: dict[str, int] = {}
        for element in self.controls:
            role = role_of(element)
            if role not in _COUNTED_WITH_THEIR_LIST:
                found[role] = found.get(role, 0) + 1
        return found

    def items(self, element: Element) -> tuple[Element, ...]:
        """Return the items of a list, tree or row of tabs, those in branches included."""
        wanted = {"list item", "tree item", "page tab", "icon", "menu", "menu item", "table cell"}
        return tuple(inside for inside in _below(self.scene, element) if role_of(inside) in wanted)

    def is_inside(self, element: Element, roles: frozenset[str]) -> bool:
        """Say whether an element stands in a container of one of these roles."""
        return any(role_of(around) in roles for around in self.scene.ancestors(element))

    @cached_property
    def _of_frame(self) -> frozenset[int]:
        """The buttons of a window's title bar, as GTK draws them itself: minimise, maximise, and close beside them."""
        buttons = [element for element in self.elements if role_of(element) in BUTTONS and len(element.name) <= 12]
        sizing = {element.id for element in buttons if folded(element.name) in _WINDOW_BUTTONS}
        closing = {element.id for element in buttons if folded(element.name) in _CLOSE} if sizing else set[int]()
        return frozenset({*sizing, *(number for number in closing if sizing & set(range(number - 3, number + 4)))})

    @cached_property
    def _of_path(self) -> frozenset[int]:
        """The buttons inside a file chooser, which lead from folder to folder; those below it answer."""
        choosers = (element for element in self.elements if element.role == "file chooser")
        return frozenset(inside.id for chooser in choosers for inside in _below(self.scene, chooser))

    @cached_property
    def _in_atoms(self) -> frozenset[int]:
        return _inside(self.scene, ATOMS)

    @cached_property
    def _in_holders(self) -> frozenset[int]:
        return _inside(self.scene, HOLDERS)

    def _held(self, element: Element) -> bool:
        return element.id in self._in_holders

    def _is_message(self, element: Element) -> bool:
        if element.labels or not says_something(_words_of(element)) or self._held(element):
            return False
        role = role_of(element)
        if role in ("text", "text area"):
            return self.is_dialog and not element.has("editable") and bool(element.states)
        if role not in TEXTS or (role == "section" and element.id in self.scene.children):
            return False
        return self._stands_alone(element)

    def _stands_alone(self, element: Element) -> bool:
        """Say whether a text is a message and no caption of the control after it."""
        words = _words_of(element)
        end = words.rstrip()[-1:]
        if end in ("?", "？") or (word_count(words) >= 3 and end not in (":", "：")):
            return True
        following = self.scene.elements[element.id] if element.id < len(self.scene.elements) else None
        if following is None or not self.is_dialog:
            return self.is_dialog
        if folded(following.name) == folded(words):
            return False
        if role_of(following) in _LISTED and not says_something(following.name):
            return True  # nobody else would say it
        return role_of(following) not in _CAPTIONED


def read(scene: Scene) -> Reading:
    """Return the reading of a scene: of the dialog inside the window that holds the focus, if there is one."""
    focused = scene.focused
    if focused is None or scene.window.kind not in ("window", "unknown"):
        return Reading(scene)
    around = (focused, *scene.ancestors(focused))
    return Reading(scene, next((element for element in around if element.role in _ASKING), None))


def is_one_colour(picture: Picture | None) -> bool:
    """Say whether a picture shows nothing at all."""
    return picture is not None and picture.rgb == picture.rgb[:3] * (len(picture.rgb) // 3)


def focus_of(scene: Scene) -> Element | None:
    """Return what has the focus; of a list, table or row of tabs that has it, the item that is selected in it."""
    focused = scene.focused
    if focused is None or role_of(focused) not in STRUCTURES - {"menu bar"}:
        return focused
    chosen = (item for item in _below(scene, focused) if item.has("selected") and says_something(item.name))
    return next(chosen, focused)


def row_of(scene: Scene, element: Element) -> str:
    """Return what tells a button from others of its name: its row, or the text before it; "" if nothing does."""
    for around in scene.ancestors(element):
        if role_of(around) in _ROWS:
            inside = (around, *_below(scene, around))
            return next((text for one in inside if one is not element and (text := _row_text(one, element))), "")
    for before in reversed(scene.children[element.parent][: scene.children[element.parent].index(element)]):
        if role_of(before) in TEXTS and (text := _row_text(before, element)):
            return text
    return ""


def row_around(scene: Scene, element: Element) -> str:
    """Return the name of the row that a button, box or link stands in, "" if in none: each row may have its like."""
    if role_of(element) not in _IN_ROWS or not any(role_of(around) in _ROWS for around in scene.ancestors(element)):
        return ""
    row = row_of(scene, element)
    return "" if folded(row) in folded(element.name) else row


def _row_text(one: Element, element: Element) -> str:
    text = clean(_words_of(one))
    is_name = role_of(one) in TEXTS | ITEMS | {"table row"} and says_something(text)
    return text if is_name and folded(text) != folded(element.name) else ""


def page_of(scene: Scene) -> Reading | None:
    """Return the reading of the web page that a window shows, without the browser around it."""
    page = next((element for element in scene.elements if element.role == "document web"), None)
    return Reading(scene, page, is_page=True) if page is not None else None


def _below(scene: Scene, root: Element) -> Iterator[Element]:
    waiting = list(reversed(scene.children.get(root.id, ())))
    while waiting:
        element = waiting.pop()
        yield element
        waiting.extend(reversed(scene.children.get(element.id, ())))


def _inside(scene: Scene, roles: frozenset[str]) -> frozenset[int]:
    """Return the ids of all that stands, however deep, in something of these roles."""
    found: set[int] = set()
    waiting = [child for element in scene.elements if role_of(element) in roles for child in _children(scene, element)]
    while waiting:
        element = waiting.pop()
        if element.id not in found:
            found.add(element.id)
            waiting += _children(scene, element)
    return frozenset(found)


def _children(scene: Scene, element: Element) -> tuple[Element, ...]:
    return scene.children.get(element.id, ())


def _words_of(element: Element) -> str:
    return element.name if says_something(element.name) else element.text


def _without_doubles(found: Sequence[_Text], title: str) -> tuple[_Text, ...]:
    """Leave out what the title or another text says already."""
    heard = folded(title)
    texts = [(folded(text), text, ids) for text, ids in found[:_MOST_TEXTS]]
    kept: list[tuple[str, str, tuple[int, ...]]] = []
    for same, text, ids in texts:
        words = word_count(same)
        if same == heard or (words >= 2 and same in heard):
            continue
        if any(same == other or (words >= 3 and same in other) for other, _, _ in kept):
            continue
        kept = [entry for entry in kept if not (entry[0] in same and word_count(entry[0]) >= 3)]
        kept.append((same, text, ids))
    return tuple((clean(text, WHOLE_CHARACTERS), ids) for _, text, ids in kept)
