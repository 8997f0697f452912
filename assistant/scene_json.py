"""Scene ⇄ JSON: what `--json` prints, and what everything after look is tested from. The picture is left out.

What an element does not have is left out as well, but the keys that DESIGN.md names are always there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import msgspec

from assistant.errors import WrongSettings
from assistant.scene import Cell, Element, Likeness, Position, Scene, Value, Window
from assistant.settings import mistake_in

_ALWAYS = frozenset({"id", "role", "name", "states", "box", "keys", "source", "confidence"})
_NOT_HERE = frozenset({"picture", "timing_ms"})


def scene_to_json(scene: Scene) -> dict[str, Any]:
    """Return a Scene as plain data for `json.dumps`."""
    return {
        "window": _plain(scene.window),
        "focus": scene.focus,
        "default": scene.default,
        "unread": scene.unread,
        "elements": [_element(element) for element in scene.elements],
    }


def scene_from_json(mapping: Mapping[str, Any]) -> Scene:
    """Return the Scene that `scene_to_json` wrote; WrongSettings, which names the key, for anything else."""
    _refuse_unknown(mapping)
    try:
        scene = msgspec.convert(mapping, Scene)
    except msgspec.ValidationError:
        wrong = mistake_in(Scene, mapping)
        assert wrong is not None
        raise WrongSettings(
            f"this is no recorded Scene: {wrong.problem}", key=".".join(wrong.place)
        ) from None  # msgspec's own text would carry words from a screen
    _check_references(scene)
    return scene


def _element(element: Element) -> dict[str, Any]:
    return {key: value for key, value in _plain(element).items() if key in _ALWAYS or value not in ("", None, [], ())}


def _plain(thing: object) -> Any:
    if isinstance(thing, Value | Position | Cell | Likeness | Window | Element):
        return {field.name: _plain(getattr(thing, field.name)) for field in dataclasses.fields(thing)}
    if isinstance(thing, frozenset):
        return sorted(thing)
    if isinstance(thing, tuple):
        return [_plain(part) for part in thing]
    return thing


def _refuse_unknown(mapping: Mapping[str, Any]) -> None:
    _check_keys(mapping, Scene, "")
    _check_keys(mapping.get("window"), Window, "window")
    elements = mapping.get("elements", [])
    for number, element in enumerate(elements if isinstance(elements, list) else []):
        _check_keys(element, Element, f"elements.{number}")


def _check_keys(mapping: object, kind: type[Scene | Window | Element], place: str) -> None:
    if not isinstance(mapping, Mapping):
        return  # the adapter says what is wrong
    known = {field.name for field in dataclasses.fields(kind)} - _NOT_HERE
    for key in mapping:
        if key not in known:
            raise WrongSettings(
                f"a Scene has no such key. Known here: {', '.join(sorted(known))}.",
                key=f"{place}.{key}" if place else str(key),
            )


def _check_references(scene: Scene) -> None:
    last = len(scene.elements)
    for key, number in (("focus", scene.focus), ("default", scene.default)):
        _check_id(number, last, key)
    for index, element in enumerate(scene.elements):
        _check_id(element.parent, element.id - 1, f"elements.{index}.parent")
        for number in element.labels:
            _check_id(number, last, f"elements.{index}.labels")


def _check_id(number: int | None, last: int, key: str) -> None:
    if number is not None and not 1 <= number <= last:
        raise WrongSettings(f"this must be the id of an element, from 1 to {last}.", key=key)
