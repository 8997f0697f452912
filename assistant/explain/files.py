"""A window in which a file or folder is chosen: where one is, what is chosen, how to choose another. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.explain.control import capital, hint, name_of, starts_with_its_name, telegram
from assistant.explain.reading import Reading, focus_of
from assistant.explain.roles import is_unavailable, role_of
from assistant.explain.shown import says_something
from assistant.explain.wording import Wording
from assistant.scene import Element
from assistant.sentence import Sentence

FILE_KINDS = frozenset({"open-file", "save-file", "choose-folder", "choose-file"})
"""The kinds of `knowledge/files.yaml` that are told so."""

_FIELDS = frozenset({"text", "combo box"})
_FILES = frozenset({"table", "tree", "list"})
_TYPES_NAME = "Ctrl+L"
"""Opens a line to type in, in every file chooser of GTK 3 and 4,
https://docs.gtk.org/gtk3/signal.FileChooserWidget.location-popup.html"""


def tell_files(reading: Reading, wording: Wording) -> Iterator[Sentence]:
    """Say the folder, the field for the name if there is one, the file that has the focus, and how to go on."""
    focused = focus_of(reading.scene)
    if folder := _folder(reading):
        yield wording.sentence("folder", folder=wording.name(_name_of_folder(folder)), mentions=(folder.id,))
    is_typed = focused is not None and role_of(focused) in _FIELDS
    for field in _fields(reading):
        if field != focused:
            text = telegram(field, wording)
            yield wording.ended(text if starts_with_its_name(field, wording) else capital(text), mentions=(field.id,))
    if focused is None:
        return
    if is_typed:
        yield _focus(focused, telegram(focused, wording, is_hinted=True), wording)
        if how := wording.text("name_here"):
            yield wording.ended(how)
    elif role_of(focused) in ("table cell", "list item", "tree item", "icon", *_FILES):
        yield from _focused_file(reading, focused, wording)
    else:
        yield _focus(focused, telegram(focused, wording, is_hinted=True), wording)
        if how := hint(focused, wording):
            yield wording.ended(how, mentions=(focused.id,))


def _focus(focused: Element, text: str, wording: Wording) -> Sentence:
    key = "focus" if starts_with_its_name(focused, wording) else "focus_unnamed"
    return wording.sentence(key, control=text, mentions=(focused.id,))


def _focused_file(reading: Reading, focused: Element, wording: Wording) -> Iterator[Sentence]:
    if role_of(focused) in _FILES or not says_something(name_of(focused)):
        yield _focus(focused, telegram(focused, wording), wording)
        return
    parts = [wording.name(name_of(focused))]
    place = (focused.cell.row, focused.cell.rows) if focused.cell else None
    if focused.position:
        place = (focused.position.index, focused.position.size)
    if place and place[1] > 1 and wording.profile.say.positions:
        parts.append(wording.text("position", index=place[0], size=place[1]))
    yield wording.sentence("on_file", file=wording.words.separated(parts), mentions=(focused.id,))
    if place and place[1] > 1:
        is_gtk = reading.scene.window.toolkit.startswith("GTK")
        how = wording.text("type_name" if is_gtk else "choose_file", key=wording.key(_TYPES_NAME))
        yield wording.ended(how)


def _folder(reading: Reading) -> Element | None:
    """Return what names the current folder: the last button of a path that is down, else the place that is chosen."""
    inside = [one for one in reading.elements if not reading.is_inside(one, _FILES)]
    down = [one for one in inside if role_of(one) == "toggle button" and one.states & {"checked", "pressed"}]
    if down and says_something(name_of(down[-1])):
        return down[-1]
    paths = [one for one in inside if role_of(one) == "combo box" and one.text.startswith(("/", "~"))]
    places = (
        one
        for one in reading.elements
        if role_of(one) == "list item"
        and one.has("selected")
        and says_something(one.name)
        and one.id != reading.scene.focus
    )
    return paths[0] if paths else next(places, None)


def _name_of_folder(folder: Element) -> str:
    path = folder.text if role_of(folder) == "combo box" else ""
    return path.rstrip("/").rpartition("/")[2] or path or name_of(folder)


def _fields(reading: Reading) -> tuple[Element, ...]:
    """Return the lines to write a name in."""
    return tuple(
        one
        for one in reading.elements
        if role_of(one) == "text"
        and one.has("editable")
        and not is_unavailable(one)
        and not reading.is_inside(one, _FILES)
    )
