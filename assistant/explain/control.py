"""One control as a telegram: name, kind, state, value, position, key; and how to use it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.explain import unlabelled
from assistant.explain.language import is_sign, labels
from assistant.explain.roles import (
    BUTTONS,
    CHOSEN,
    CONTROLS,
    ITEMS,
    MEASURES,
    MENU_ITEMS,
    TEXT_FIELDS,
    TICKED,
    is_secret,
    is_unavailable,
    role_of,
)
from assistant.explain.shown import clean, folded, says_something
from assistant.explain.wording import Wording
from assistant.scene import Element, Value

WELL_READ = 0.75  # less sure than this, a name from the picture is only likely

_CONTENT_CHARACTERS = 120
_PERCENT = ("%", "％")
_UNIT_OF_PERCENT = 1000
"""A range this wide is a machine's, not a person's (PulseAudio's volume goes to 65,536): told as a share."""
_HINTS = {
    "combo box": "pull-down",
    "spin button": "up-down",
    "password text": "password",
    "menu": "enter-menu",
    "page tab": "change-tab",
    "link": "open",
    "text": "type",
    "text area": "type",
    "date editor": "type",
}
_CAPTION_END = re.compile(r"(?<=\w)\s*[:：]$")
_CHINESE_MNEMONIC = re.compile(r"(?<=[\u3400-\u9fff])\s?[(（][A-Z0-9][)）](?=\s*(?:[:：…]|\.\.\.|$))")
"""“保存(S)…”: which key the mnemonic is, `keys` says."""
_KEY_IN_NAME = re.compile(
    r"(?<=\w)\s*[(（](?:(?:(?:Ctrl|Control|Alt|Shift|Super|Meta)\+)+[^()（）]{1,12}|F\d{1,2})[)）]$"
)
"""“New tab (Ctrl+T)”: the key is no part of a name."""
_SAY_ENOUGH = frozenset({"password text", "calendar", "terminal", "color chooser"})
"""A window seldom has two of these: their kind is name enough."""
_TURNED = frozenset({"slider", "dial", "rating"})
_ALWAYS_SAID = {"required": "required", "invalid-entry": "invalid", "busy": "busy"}
_WRITTEN = frozenset({"text", "text area", "date editor"})
_NAMED_AT_WILL = BUTTONS | ITEMS | MENU_ITEMS | {"link"}
"""Their names are the window's words, even where they happen to be ours: a button called “Button”."""
_ON_KEYS = frozenset({"push button", "toggle button"})
_OWN_NAMED = frozenset({"label", "heading", "paragraph", "section", "block quote"})


def telegram(
    element: Element,
    wording: Wording,
    *,
    as_focus: bool = False,
    with_position: bool = True,
    is_hinted: bool = False,
) -> str:
    """Return "Compression, slider, 70 percent", to stand inside a sentence.

    With `is_hinted` a hint follows, which tells a child whether the control is ticked.
    """
    parts = [
        _named(element, wording),
        *_facts(element, wording, as_focus=as_focus, is_hinted=is_hinted),
        *(_place(element, wording) if with_position else ()),
        *_keys(element, wording),
    ]
    return wording.words.separated(parts)


def opening(element: Element, wording: Wording, *, as_focus: bool = False, is_hinted: bool = False) -> str:
    """Return the telegram as it stands at the start of a sentence."""
    text = telegram(element, wording, as_focus=as_focus, is_hinted=is_hinted)
    return text if starts_with_its_name(element, wording) else capital(text)


def capital(text: str) -> str:
    """Return text of ours with its first letter large."""
    return text[:1].upper() + text[1:]


def hint(element: Element, wording: Wording) -> str:
    """Return how to use a control, as a sentence, "" if that is not wanted or not known."""
    key = hint_key(element)
    return wording.words.hint(key, wording.style) if key and wording.profile.say.hints else ""


def hint_key(element: Element) -> str:
    """Return which hint fits a control, "" for none."""
    role = role_of(element)
    if is_unavailable(element) or (role in _WRITTEN and (element.text or not element.has("editable"))):
        return ""
    if role in TICKED or role in CHOSEN:
        return _hint_of_ticked(element, role)
    if role in ITEMS and element.has("expandable"):
        return "branch-close" if element.has("expanded") else "branch-open"
    if role in ("push button", "menu item"):
        return "open" if _opens(element) else "press"
    if role in _TURNED:
        return "up-down" if element.has("vertical") else "sideways"
    return _HINTS.get(role, "")


def name_of(element: Element) -> str:
    """Return the name a control goes by, cleaned; "" if it has none."""
    if role_of(element) in _ON_KEYS and is_sign(element.name):
        return element.name.strip()
    for text in (element.name, element.description, element.text if role_of(element) in _OWN_NAMED else ""):
        if says_something(text):
            return _CAPTION_END.sub("", _KEY_IN_NAME.sub("", _CHINESE_MNEMONIC.sub("", clean(text))))
    return ""


def has_name(element: Element) -> bool:
    """Say whether a control has a name that can be told."""
    name = name_of(element)
    return says_something(name) or is_sign(name)


def states_of(element: Element, wording: Wording, *, is_hinted: bool = False) -> tuple[str, ...]:
    """Return the states worth saying, in the order in which they are always said."""
    return tuple(said for state in _states(element, wording, is_hinted=is_hinted) if (said := wording.state(state)))


def value_of(value: Value, role: str, wording: Wording) -> str:
    """Return "70 percent", or the value as the application writes it."""
    words = wording.words
    text = clean(value.text)
    if text.endswith(_PERCENT) and _is_number(text.rstrip("%％ ")):
        return words.text("units", "percent", number=text.rstrip("%％ "))
    if says_something(text):
        return text
    percent = value.percent
    if percent is not None and _is_share(value, role):
        return words.percent(percent)
    return words.number(value.current)


def checked_state(element: Element) -> str:
    """Return "checked", "not-pressed", "on" …: what a control that can be ticked is now."""
    role = role_of(element)
    is_on = bool(element.states & {"checked", "pressed"})
    if role in TICKED and element.has("indeterminate"):
        return "indeterminate"
    if role in CHOSEN:
        return "chosen" if is_on else "not-chosen"
    pairs = {"toggle button": ("pressed", "not-pressed"), "switch": ("on", "off")}
    yes, no = pairs.get(role, ("checked", "not-checked"))
    return yes if is_on else no


def content_of(element: Element, wording: Wording) -> str:
    """Return what a field holds; of a password, whether it holds anything."""
    role = role_of(element)
    if is_secret(element):
        return "" if element.is_filled is None else wording.state("filled" if element.is_filled else "empty")
    if role == "terminal" or (role not in TEXT_FIELDS and role not in ("text area", "combo box", "spin button")):
        return ""
    if not says_something(element.text):
        return _empty(element, role, wording)
    if folded(element.text) == folded(element.name):
        return ""
    lines = [line for line in element.text.splitlines() if line.strip()]
    first = clean(lines[0] if lines else element.text, _CONTENT_CHARACTERS)
    if len(lines) > 1:
        more = len(lines) - 1
        return wording.text("lines", text=first, count=more, number=more)
    return wording.text("content", text=first) if role in TEXT_FIELDS or role == "text area" else first


def _named(element: Element, wording: Wording) -> str:
    role = role_of(element)
    name, kind = name_of(element), wording.words.role(role, wording.style)
    if not has_name(element):
        if element.looks_like is not None:
            return unlabelled.telegram_of(element.looks_like, kind, wording)
        return kind if role in _SAY_ENOUGH or role not in CONTROLS else wording.text("telegram_unnamed", role=kind)
    if _is_called_by_kind(name, role, kind):
        return kind
    if _is_inferred(element):
        return wording.text("telegram_beside", role=kind, name=wording.name(name))
    if not wording.profile.say.roles or role in ("label", "paragraph"):
        return wording.name(name)
    return wording.text("telegram_named", name=wording.name(name), role=_levelled(element, kind, wording))


def _levelled(element: Element, kind: str, wording: Wording) -> str:
    if role_of(element) == "heading" and element.level:
        return wording.words.separated([kind, wording.text("level", level=element.level)])
    return kind


def _facts(element: Element, wording: Wording, *, as_focus: bool, is_hinted: bool) -> Iterator[str]:
    if as_focus:
        yield wording.state("focused")
    yield from states_of(element, wording, is_hinted=is_hinted)
    role = role_of(element)
    if element.value is not None and role in MEASURES and not (role == "spin button" and element.text):
        yield value_of(element.value, role, wording)
        if wording.is_technical and role != "progress bar" and element.value.maximum > element.value.minimum:
            words = wording.words
            low, high = words.number(element.value.minimum), words.number(element.value.maximum)
            yield words.text("units", "range", low=low, high=high)
    yield content_of(element, wording)
    if element.has("invalid-entry") and says_something(element.error):
        yield clean(element.error)


def _place(element: Element, wording: Wording) -> Iterator[str]:
    if role_of(element) == "tree item" and element.level:
        yield wording.text("level", level=element.level)
    if element.position and element.position.size > 1 and wording.profile.say.positions:
        yield wording.text("position", index=element.position.index, size=element.position.size)


def _keys(element: Element, wording: Wording) -> Iterator[str]:
    if element.keys and wording.profile.say.keys == "always":
        yield wording.key(element.keys[0])


def _states(element: Element, wording: Wording, *, is_hinted: bool) -> Iterator[str]:
    role = role_of(element)
    is_told_by_hint = is_hinted and wording.is_for_child and bool(hint(element, wording))
    if (role in TICKED or role in CHOSEN) and not is_told_by_hint:
        yield checked_state(element)
    if role in ITEMS and element.has("selectable") and not element.has("selected"):
        yield "not-selected"
    yield from _branch(element, role, wording)
    if is_unavailable(element):
        yield "unavailable"
    yield from (said for state, said in _ALWAYS_SAID.items() if element.has(state))
    if element.has("read-only") and (role in _WRITTEN or role in ("combo box", "spin button", "password text")):
        yield "read-only"
    if wording.is_technical:
        yield from (state for state in ("has-popup", "visited") if element.has(state))


def _branch(element: Element, role: str, wording: Wording) -> Iterator[str]:
    if element.has("expanded"):
        yield "expanded"
    elif element.states & {"expandable", "collapsed"} and (role != "combo box" or wording.is_technical):
        yield "collapsed"


def _empty(element: Element, role: str, wording: Wording) -> str:
    if role not in ("text", "text area", "date editor") or element.is_filled is not False:
        return ""
    said = [wording.state("empty")]
    if says_something(element.placeholder) and folded(element.placeholder) != folded(element.name):
        said.append(wording.text("placeholder", text=clean(element.placeholder)))
    return wording.words.separated(said)


def _hint_of_ticked(element: Element, role: str) -> str:
    is_on = bool(element.states & {"checked", "pressed"})
    if role in CHOSEN:
        return "choose-another" if is_on and role == "radio button" else "choose"
    if role in ("switch", "toggle button"):
        return "switch-off" if is_on else "switch-on"
    return "untick" if is_on else "tick"


def _opens(element: Element) -> bool:
    name = element.name.strip()
    if element.confidence < 1:
        return False
    return element.has("has-popup") or name.endswith(("…", "...")) or folded(name) in labels("open")


def starts_with_its_name(element: Element, wording: Wording) -> bool:
    kind = wording.words.role(role_of(element), wording.style)
    name = name_of(element)
    is_as_it_stands = has_name(element) and not is_sign(name)
    return is_as_it_stands and not _is_inferred(element) and not _is_called_by_kind(name, role_of(element), kind)


def _is_inferred(element: Element) -> bool:
    """Say whether a name is only likely: a label's that stands near, or one that was hard to read."""
    return element.confidence < (1 if element.source == "tree" else WELL_READ)


def _is_called_by_kind(name: str, role: str, kind: str) -> bool:
    """Say whether a control's name says no more than its kind, like that of a password field called “Password”."""
    if role == "password text" and folded(name) in labels("password"):
        return True
    return role not in _NAMED_AT_WILL and folded(name) == folded(kind)


def _is_share(value: Value, role: str) -> bool:
    if role in ("progress bar", "level bar"):
        return True
    span = value.maximum - value.minimum
    return role in ("slider", "dial") and (
        (value.minimum, value.maximum) in ((0, 100), (0, 1)) or span >= _UNIT_OF_PERCENT
    )


def _is_number(text: str) -> bool:
    return bool(text) and text.replace(".", "", 1).replace(",", "", 1).lstrip("-").isdigit()
