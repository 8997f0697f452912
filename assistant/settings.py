"""Settings that a person wrote, read from YAML and checked; an error names file, line and key."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from datetime import date, datetime
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
import yaml

from assistant.errors import WrongSettings


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Settings that stand together: what may be written, its bounds and its defaults.

    A field of another class than these and plain data is one that reads itself: its `of` takes what was written,
    and raises ValueError in words for the person who wrote it.
    """


class Mistake(NamedTuple):
    """What is wrong with a value, and where in it: the keys that lead there."""

    place: tuple[str, ...]
    problem: str


Model = TypeVar("Model")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one is ten times faster, not always there

_WORDS = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:merge")


def read_mapping(file: Path) -> dict[str, Any]:
    """Return a YAML file's mapping as plain data; WrongSettings if it is not one."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSettings(
            f"this file cannot be read ({type(error).__name__}). Save it as UTF-8 text.", file=file
        ) from error
    try:
        loaded = _load(text, file)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it is not YAML"
        raise WrongSettings(
            f"{problem}. Check the spaces and colons.", file=file, line=mark.line + 1 if mark else None
        ) from error
    except (RecursionError, ValueError) as error:  # an alias inside itself; a date that is none
        raise WrongSettings(f"this is not plain settings ({type(error).__name__}).", file=file) from error
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise WrongSettings("expected “key: value” lines at the top.", file=file, line=1)
    return loaded


def validate(model: type[Model], values: Mapping[str, Any], *, file: Path) -> Model:
    """Return the values as a model; WrongSettings for the first that is wrong, with its line in the file."""
    try:
        return msgspec.convert(values, model, dec_hook=_read)
    except msgspec.ValidationError as error:
        wrong = mistake_in(model, values)
        assert wrong is not None
        raise WrongSettings(
            wrong.problem, file=file, line=line_of(file, wrong.place), key=".".join(wrong.place)
        ) from error


def mistake_in(wanted: Any, value: object) -> Mistake | None:
    """Return the innermost mistake that keeps a value from being what is wanted, None if it has none.

    Its words are ours and tell nothing of the value but its kind. (msgspec's own tell no key of a mapping.)
    """
    try:
        msgspec.convert(value, wanted, dec_hook=_read)
    except msgspec.ValidationError as error:
        for key, part, inside in _parts(_bare(wanted), value):
            found = mistake_in(part, inside)
            if found:
                return Mistake((key, *found.place), found.problem)
        return _mistake_at(wanted, value, error)
    return None


def line_of(file: Path, place: tuple[str, ...]) -> int | None:
    """Return the line, from 1, on which the value at this path of keys starts, or its nearest outer one's."""
    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=_Loader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return None
    line = None
    for part in place:
        found = _child(node, part)
        if found is None:
            break
        mark, node = found
        line = mark.line + 1
    return line


def _load(text: str, file: Path) -> Any:
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        _check_keys(node, file)
        return None if node is None else loader.construct_document(node)
    finally:
        loader.dispose()


def _check_keys(node: Any, file: Path) -> None:
    """Refuse a key that stands twice, of which YAML would take the last, and one that YAML takes for no word."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _check_keys(item, file)
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[str] = set()
    for key, value in node.value:
        line = key.start_mark.line + 1
        if key.tag not in _WORDS:
            raise WrongSettings("put this key in quotes: YAML takes it for no word.", file=file, line=line)
        if key.value in seen and key.tag == _WORDS[0]:
            raise WrongSettings("this key stands twice.", file=file, line=line, key=key.value)
        seen.add(key.value)
        _check_keys(value, file)


def _child(node: Any, part: str) -> tuple[Any, Any] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == part:
                return key.start_mark, value
    if isinstance(node, yaml.SequenceNode) and part.isdigit() and int(part) < len(node.value):
        item = node.value[int(part)]
        return item.start_mark, item
    return None


def _read(kind: Any, value: object) -> Any:
    """Make what is no plain data: a path, or what reads itself."""
    if kind is not Path:
        return kind.of(value)
    if not isinstance(value, str):
        raise ValueError("expected the path of a file")  # noqa: TRY004 - msgspec tells where
    return Path(value)


def _parts(wanted: Any, value: object) -> Iterator[tuple[str, Any, object]]:
    """Yield the parts of a value with their keys and what each should be."""
    inside = get_args(wanted)
    if isinstance(value, Mapping) and _has_fields(wanted):
        fields = get_type_hints(wanted, include_extras=True)
        yield from ((key, fields[key], part) for key, part in value.items() if key in fields)
    elif isinstance(value, Mapping) and get_origin(wanted) is dict:
        for key, part in value.items():
            yield from ((str(key), inside[0], key), (str(key), inside[1], part))
    elif isinstance(value, list) and get_origin(wanted) in (tuple, frozenset):
        yield from ((str(number), inside[0], part) for number, part in enumerate(value))


def _bare(wanted: Any) -> Any:
    """Return a type without its bounds and without “or None”."""
    if get_origin(wanted) is Annotated:
        return _bare(get_args(wanted)[0])
    if get_origin(wanted) in (Union, UnionType):
        return _bare(next(part for part in get_args(wanted) if part is not NoneType))
    return wanted


def _has_fields(wanted: Any) -> bool:
    return isinstance(wanted, type) and (issubclass(wanted, msgspec.Struct) or is_dataclass(wanted))


def _mistake_at(wanted: Any, value: object, error: msgspec.ValidationError) -> Mistake:
    """Tell a mistake that is in none of a value's parts."""
    if error.__cause__ is not None:  # the words of the class that was to be made
        return Mistake((), f"{error.__cause__}.")
    if _has_fields(_bare(wanted)) and isinstance(value, Mapping):
        known = list(get_type_hints(_bare(wanted)))
        wrong = next((key for key in value if key not in known), None)
        return Mistake((wrong,), _no_such(wrong, known)) if wrong else Mistake((), _missing(str(error)))
    found = _FOUND.get(type(value), "this") if "got `" in str(error) else ""  # else its kind is right
    in_quotes = ": put it in quotes" if _bare(wanted) is str and not isinstance(value, NoneType | list | dict) else ""
    return Mistake((), f"expected {_expected(wanted)}" + (f", not {found}{in_quotes}." if found else "."))


def _no_such(wrong: str, known: list[str]) -> str:
    close = difflib.get_close_matches(wrong, known, n=1)
    advice = f"Did you mean “{close[0]}”?" if close else f"Known here: {', '.join(known)}."
    return f"there is no such setting. {advice}"


def _missing(message: str) -> str:
    return f"“{message.split('`')[1]}” is missing here."


_PLAIN = {str: "text", bool: "“yes” or “no”", int: "a whole number", float: "a number", Path: "the path of a file"}
_FOUND = {
    str: "text",
    bool: "“yes” or “no”",
    int: "a number",
    float: "a fraction",
    list: "a list",
    dict: "settings below it",
    date: "a date",
    datetime: "a date",
    NoneType: "nothing",
}


def _expected(wanted: Any) -> str:
    """Say what a type takes, in words for the person who writes it."""
    kind, inside = get_origin(wanted), get_args(wanted)
    if kind is Annotated:
        return inside[1].description or _expected(inside[0]) + _bounds(inside[1])
    if kind in (Union, UnionType):
        return _expected(inside[0])  # without “or nothing”: what may be nothing may be left out
    if kind is Literal:
        *others, last = (f"“{choice}”" for choice in inside)
        return f"{', '.join(others)} or {last}" if others else last
    if kind is dict or _has_fields(wanted):
        return "settings below it, indented"
    return _PLAIN.get(wanted, "a list")


def _bounds(meta: msgspec.Meta) -> str:
    return f" from {meta.ge} to {meta.le}" if meta.le is not None else f", {meta.ge} or more"
