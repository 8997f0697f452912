"""The parts of a window: lists, tables, tabs, fields and counts, never every control. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.explain.control import capital, has_name, name_of, opening
from assistant.explain.reading import Reading, focus_of
from assistant.explain.roles import DOCUMENTS, is_secret, role_of
from assistant.explain.shown import clean, folded, says_something
from assistant.explain.wording import Wording
from assistant.scene import Element
from assistant.sentence import Sentence

_MOST_STRUCTURES = 5
_MOST_NAMES = 8


def tell_wrong(reading: Reading, wording: Wording) -> Iterator[Sentence]:
    """Say which fields are not accepted, with the window's reason, and which must still be filled in."""
    for element in reading.elements:
        if element.has("invalid-entry"):
            name = wording.name(name_of(element)) if name_of(element) else _unnamed(element, wording)
            if says_something(element.error):
                yield wording.sentence("wrong", name=name, error=clean(element.error), mentions=(element.id,))
            else:
                yield wording.sentence("wrong_only", name=name, mentions=(element.id,))
    missing = [element for element in reading.elements if _is_missing(element) and element.id != reading.scene.focus]
    if missing:
        names = [wording.name(name_of(element)) for element in missing[:_MOST_NAMES]]
        ids = tuple(element.id for element in missing[:_MOST_NAMES])
        yield wording.sentence("missing", names=wording.words.join(names), count=len(names), mentions=ids)


def tell_progress(reading: Reading, wording: Wording) -> Iterator[Sentence]:
    """Say how far it has got; a bar at its start is only news in a dialog."""
    for element in reading.elements:
        value = element.value if role_of(element) == "progress bar" else None
        if value is not None and (reading.is_dialog or value.current > value.minimum):
            yield wording.ended(opening(element, wording), mentions=(element.id,))


def tell_controls(elements: Sequence[Element], wording: Wording, *, most: int) -> Iterator[Sentence]:
    """Say a few controls one by one, with what they hold; of more only how many there are."""
    if len(elements) <= most:
        for element in elements:
            yield wording.ended(opening(element, wording), mentions=(element.id,))
        return
    yield from tell_counts(elements, wording)


def tell_counts(elements: Sequence[Element], wording: Wording) -> Iterator[Sentence]:
    """Say how many controls of each kind there are."""
    counts: dict[str, int] = {}
    for element in elements:
        counts[role_of(element)] = counts.get(role_of(element), 0) + 1
    parts = [wording.words.counted(role, count, wording.style) for role, count in counts.items()]
    if parts:
        yield wording.sentence("has", parts=wording.words.join(parts))


def tell_structures(reading: Reading, wording: Wording, *, smallest: int = 0) -> Iterator[Sentence]:
    """Say the lists, tables, tabs, menus and documents: how large, and what is selected; not those with fewer items."""
    focused = reading.scene.focus
    for element in reading.structures[:_MOST_STRUCTURES]:
        if role_of(element) == "list" and len(reading.items(element)) < smallest:
            continue
        if element.id == focused and focus_of(reading.scene) == element:
            continue  # the focus is told by itself
        told = _structure(element, reading, wording)
        if told is not None:
            yield told


def _structure(element: Element, reading: Reading, wording: Wording) -> Sentence | None:
    role = role_of(element)
    if role == "page tab list":
        return _tabs(element, reading, wording)
    if role == "menu bar":
        return _menus(element, reading, wording)
    if role in DOCUMENTS or role == "text area":
        return _document(element, reading, wording)
    return _collection(element, reading, wording)


def _document(element: Element, reading: Reading, wording: Wording) -> Sentence:
    role = role_of(element)
    if role in DOCUMENTS and folded(element.name) in folded(reading.title):
        kind = capital(wording.words.role(role, wording.style))  # its name is in the title already
        return wording.ended(kind, mentions=(element.id,))
    return wording.ended(opening(element, wording), mentions=(element.id,))


def _collection(element: Element, reading: Reading, wording: Wording) -> Sentence | None:
    part = structure(element, reading, wording)
    if not part:
        return None
    if not says_something(element.name):
        part = capital(part)
    chosen = next((item for item in reading.items(element) if item.has("selected") and name_of(item)), None)
    if chosen is None:
        return wording.sentence("part", part=part, mentions=(element.id,))
    item = wording.name(name_of(chosen))
    return wording.sentence("is_selected", part=part, item=item, mentions=(element.id, chosen.id))


def structure(element: Element, reading: Reading, wording: Wording) -> str:
    """Return "Files, a table of 3 rows and 2 columns"; "" for what is no list, tree or table, or an empty one."""
    role = role_of(element)
    if role == "table":
        return _table(element, reading, wording)
    return _list(element, reading, wording) if role in ("list", "tree") else ""


def extent(element: Element, reading: Reading, wording: Wording) -> tuple[str, ...]:
    """Return "3 rows", "2 columns" or "14 items"; nothing for what is no list, tree or table, or an empty one."""
    role = role_of(element)
    if role == "table":
        rows, columns = _rows_and_columns(element, reading)
        return (wording.text("rows", count=rows), wording.text("columns", count=columns)) if rows and columns else ()
    count = _count(element, reading) if role in ("list", "tree") else 0
    return (wording.text("items", count=count),) if count else ()


def _count(element: Element, reading: Reading) -> int:
    items = reading.items(element)
    told = max((item.position.size for item in items if item.position), default=0)
    return max(told, len([item for item in items if item.parent == element.id]) or len(items))


def _rows_and_columns(element: Element, reading: Reading) -> tuple[int, int]:
    cells = [item.cell for item in reading.items(element) if item.cell]
    return max((cell.rows for cell in cells), default=0), max((cell.columns for cell in cells), default=0)


def _list(element: Element, reading: Reading, wording: Wording) -> str:
    count = _count(element, reading)
    if not count:
        return ""
    kind = "tree" if role_of(element) == "tree" else "list"
    size = wording.text("items", count=count)
    if says_something(element.name):
        return wording.text(f"{kind}_named", name=wording.name(element.name), items=size)
    return wording.text(f"{kind}_of", items=size)


def _table(element: Element, reading: Reading, wording: Wording) -> str:
    rows, columns = _rows_and_columns(element, reading)
    if not rows or not columns:
        return ""
    slots = {"rows": wording.text("rows", count=rows), "columns": wording.text("columns", count=columns)}
    if says_something(element.name):
        return wording.text("table_named", name=wording.name(element.name), **slots)
    return wording.text("table_of", **slots)


def _tabs(element: Element, reading: Reading, wording: Wording) -> Sentence | None:
    tabs = [item for item in reading.items(element) if role_of(item) == "page tab" and says_something(item.name)]
    if len(tabs) < 2:
        return None
    chosen = next((tab for tab in tabs if tab.has("selected")), None)
    names, ids = _names(tabs, wording), tuple(tab.id for tab in (*tabs[:_MOST_NAMES], *((chosen,) if chosen else ())))
    if chosen is None:
        return wording.sentence("tabs_only", names=names, mentions=(element.id, *ids))
    return wording.sentence("tabs", names=names, item=wording.name(name_of(chosen)), mentions=(element.id, *ids))


def _menus(element: Element, reading: Reading, wording: Wording) -> Sentence | None:
    menus = [item for item in reading.items(element) if item.parent == element.id and says_something(item.name)]
    if not menus or not wording.text("menus", names=""):
        return None
    ids = tuple(menu.id for menu in menus[:_MOST_NAMES])
    return wording.sentence("menus", names=_names(menus, wording), mentions=(element.id, *ids))


def _names(elements: Sequence[Element], wording: Wording) -> str:
    names = [wording.name(name_of(element)) for element in elements[:_MOST_NAMES]]
    if len(elements) > _MOST_NAMES:
        names.append(wording.text("more_choices", count=len(elements) - _MOST_NAMES))
    return wording.words.join(names)


def _unnamed(element: Element, wording: Wording) -> str:
    return capital(wording.text("telegram_unnamed", role=wording.words.role(role_of(element), wording.style)))


def _is_missing(element: Element) -> bool:
    if not element.has("required") or not has_name(element):
        return False
    if element.is_filled is not None:
        return not element.is_filled
    role = role_of(element)
    return role in ("text", "text area") and not is_secret(element) and not element.text
