"""One control: when the focus comes to it, when it changes, when it is asked about. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from assistant.explain import unlabelled
from assistant.explain.care import is_for_adults
from assistant.explain.control import (
    capital,
    checked_state,
    content_of,
    hint,
    name_of,
    opening,
    telegram,
    value_of,
)
from assistant.explain.knowledge import recognise
from assistant.explain.parts import structure
from assistant.explain.reading import Reading, focus_of, row_around
from assistant.explain.recognition import Recognition
from assistant.explain.roles import CHOSEN, GROUPS, ITEMS, TICKED, is_secret, is_unavailable, role_of
from assistant.explain.shown import clean, folded, says_something
from assistant.explain.wording import Wording, wording
from assistant.profile import Profile
from assistant.scene import Cell, Element, Scene
from assistant.sentence import Sentence

_NAMED_CONTAINERS = GROUPS | {
    "list",
    "tree",
    "table",
    "tool bar",
    "menu",
    "menu bar",
    "page tab list",
    "dialog",
    "alert",
}
_MOST_TO_RECOGNISE = 300
"""Larger windows ask nothing that we know; matching them would cost a focus move milliseconds."""
_UNNAMED_CONTAINERS = frozenset({"menu bar", "tool bar", "table", "tree"})


def explain_focus(scene: Scene, profile: Profile, language: str, before: Scene | None = None) -> tuple[Sentence, ...]:
    """Say which control has the focus and how to use it; the containers that were entered first.

    `before` is the scene with the earlier focus: what both share is not repeated.
    """
    told = wording(profile, language)
    element = focus_of(scene)
    if element is None:
        return (told.sentence("no_focus"),)
    is_pressed = role_of(element) in ("push button", "link") and len(scene.elements) <= _MOST_TO_RECOGNISE
    known = recognise(scene) if is_pressed else None
    around = (*_containers(scene, element, before, told), *_row(scene, element, before, told))
    if whole := structure(element, Reading(scene), told):
        return (
            *around,
            told.ended(capital(whole) if not says_something(element.name) else whole, mentions=(element.id,)),
        )
    return (*around, _focused(element, known, _cell_before(scene, before), told))


def explain_likeness(element: Element, profile: Profile, language: str) -> tuple[Sentence, ...]:
    """Say which words a control without a name shows, or what its icon looks like, where that is known."""
    if element.looks_like is None:
        return ()
    return (unlabelled.sentence_of(element, element.looks_like, wording(profile, language)),)


def explain_likenesses(scene: Scene, profile: Profile, language: str) -> tuple[Sentence, ...]:
    """Say which words the controls without a name show, and what their icons look like, as far as that is known."""
    return unlabelled.sentences_of(scene.elements, wording(profile, language))


def explain_change(before: Element | None, after: Element, profile: Profile, language: str) -> tuple[Sentence, ...]:
    """Say what has changed in the focused control ("Ticked.", "70 percent."); nothing if nothing worth hearing has."""
    told = wording(profile, language)
    changes = [change for change in _changes(before, after, told) if says_something(change)]
    if not changes:
        return ()
    return (told.ended(capital(told.words.separated(changes)), mentions=(after.id,)),)


def _focused(element: Element, known: Recognition | None, before: Cell | None, wording: Wording) -> Sentence:
    ids = (element.id,)
    control = _cell(element, before, wording) if element.cell else opening(element, wording, is_hinted=True)
    is_bait = known is not None and known.is_claim and known.choice(element.id) is None and not is_secret(element)
    how = "" if is_bait else hint(element, wording)
    if wording.is_for_child and not is_secret(element) and is_for_adults(element, known):
        return wording.sentence(
            "with_hint", control=control, hint=wording.words.hint("grown-up", "child"), mentions=ids
        )
    choice = known.choice(element.id) if known else None
    does = choice.does.text(wording.style, wording.words.language) if choice else ""
    if choice and does:
        suffix = "_hint" if how else ""
        slots = {"control": control, "does": does, "hint": how}
        if choice.is_irreversible:
            warning = choice.warning.text(wording.style, wording.words.language) or wording.text("irreversible")
            return wording.sentence(f"focus_warned{suffix}", warning=warning, origin="knowledge", mentions=ids, **slots)
        return wording.sentence(f"focus_does{suffix}", origin="knowledge", mentions=ids, **slots)
    if how:
        return wording.sentence("with_hint", control=control, hint=how, mentions=ids)
    return wording.ended(control, mentions=ids)


def _containers(scene: Scene, element: Element, before: Scene | None, wording: Wording) -> Iterator[Sentence]:
    """Name the containers that the focus has entered, outermost first."""
    if wording.is_for_child:
        return
    around = tuple(reversed(tuple(scene.ancestors(element))))
    already = _around_focus(before) if before is not None and _is_same_window(scene, before) else ()
    shared = sum(1 for _ in takewhile(lambda pair: _same(*pair), zip(around, already, strict=False)))
    said = {folded(element.name), folded(scene.window.title)}
    for container in around[shared:]:
        role, name = role_of(container), clean(container.name)
        kind = wording.words.role(role, wording.style)
        if says_something(name) and role in _NAMED_CONTAINERS and folded(name) not in said:
            said.add(folded(name))
            yield wording.sentence("in_container", name=wording.name(name), role=kind, mentions=(container.id,))
        elif not says_something(name) and role in _UNNAMED_CONTAINERS:
            yield wording.sentence("in_unnamed_container", role=capital(kind), mentions=(container.id,))


def _row(scene: Scene, element: Element, before: Scene | None, wording: Wording) -> Iterator[Sentence]:
    """Name the row that a button stands in: every row may have one of its name."""
    row = row_around(scene, element)
    focused = focus_of(before) if before is not None and _is_same_window(scene, before) else None
    is_told = focused is not None and focused.id != element.id and before and row_around(before, focused) == row
    if row and not is_told:
        yield wording.sentence("in_row", row=wording.name(row), mentions=(element.id,))


def _around_focus(scene: Scene) -> tuple[Element, ...]:
    focused = focus_of(scene)
    return () if focused is None else tuple(reversed((focused, *scene.ancestors(focused))))


def _is_same_window(scene: Scene, before: Scene) -> bool:
    now, then = scene.window, before.window
    return (now.application, now.pid, now.kind) == (then.application, then.pid, then.kind) and (
        now.title == then.title or len(scene.elements) == len(before.elements)
    )


def _same(one: Element, other: Element) -> bool:
    """Say whether two containers of two looks are one: the ids differ when something above has come or gone."""
    named = says_something(one.name)
    return (one.role, one.name) == (other.role, other.name) and (named or one.id == other.id)


def _cell_before(scene: Scene, before: Scene | None) -> Cell | None:
    focused = focus_of(before) if before is not None and _is_same_window(scene, before) else None
    return focused.cell if focused is not None else None


def _cell(element: Element, before: Cell | None, wording: Wording) -> str:
    """Return a table cell: what it holds first, then the headers and numbers that are new."""
    cell = element.cell
    assert cell is not None
    parts = [telegram(element, wording, with_position=False)] if _has_words(element) else [wording.state("empty")]
    if says_something(element.name) and role_of(element) in ("table cell", "tree item"):
        parts[0] = wording.words.separated([wording.name(element.name), *_cell_states(element, wording)])
    is_new_row, is_new_column = before is None or before.row != cell.row, before is None or before.column != cell.column
    if is_new_column:
        parts.append(_header(cell.column_header, wording) or (_column(cell, wording) if cell.columns > 1 else ""))
    if is_new_row:
        parts.append(_header(cell.row_header, wording))
        parts.append(wording.text("row", row=cell.row, rows=cell.rows) if wording.profile.say.positions else "")
    heard: list[str] = []
    for part in parts:
        if part and folded(part) not in map(folded, heard):
            heard.append(part)
    text = wording.words.separated(heard)
    return text if says_something(element.name) else capital(text)


def _cell_states(element: Element, wording: Wording) -> Iterator[str]:
    if element.states & {"checkable", "checked"}:
        yield wording.state(checked_state(element))
    if element.has("selectable") and not element.has("selected"):
        yield wording.state("not-selected")
    if element.states & {"expandable", "expanded"}:
        yield wording.state("expanded" if element.has("expanded") else "collapsed")
    if is_unavailable(element):
        yield wording.state("unavailable")


def _has_words(element: Element) -> bool:
    return says_something(element.name) or says_something(element.text)


def _header(header: str, wording: Wording) -> str:
    return wording.name(header) if says_something(header) else ""


def _column(cell: Cell, wording: Wording) -> str:
    return wording.text("column", column=cell.column, columns=cell.columns)


# ---- changes ------------------------------------------------------------------------------------------------------


def _changes(before: Element | None, after: Element, wording: Wording) -> Iterator[str]:
    role = role_of(after)
    changed = after.states ^ (before.states if before is not None else frozenset[str]())
    can_be_ticked = role in TICKED or role in CHOSEN or after.has("checkable")
    if can_be_ticked and (before is None or checked_state(before) != checked_state(after)):
        yield wording.state(checked_state(after))
    if "expanded" in changed:
        yield wording.state("expanded" if after.has("expanded") else "collapsed")
    if "selected" in changed and role in ITEMS:
        yield wording.state("selected" if after.has("selected") else "not-selected")
    if before is not None:
        yield from _content_changes(before, after, wording)
        yield from _state_changes(before, after, wording)


def _content_changes(before: Element, after: Element, wording: Wording) -> Iterator[str]:
    role = role_of(after)
    if after.value and before.value != after.value and not is_secret(after):
        yield value_of(after.value, role, wording)
    if role == "combo box" and before.text != after.text:
        yield content_of(after, wording)
    if before.name != after.name and says_something(after.name) and role not in ("text", "text area"):
        yield wording.name(name_of(after))


def _state_changes(before: Element, after: Element, wording: Wording) -> Iterator[str]:
    if before.has("invalid-entry") != after.has("invalid-entry"):
        yield wording.state("invalid" if after.has("invalid-entry") else "valid")
        yield clean(after.error) if after.has("invalid-entry") else ""
    if is_unavailable(before) != is_unavailable(after):
        yield wording.state("unavailable" if is_unavailable(after) else "available")
    if before.has("busy") != after.has("busy"):
        yield wording.state("busy" if after.has("busy") else "ready")
