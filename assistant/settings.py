"""Read a YAML file that a person wrote into a pydantic model; an error names file, line and key."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from assistant.errors import WrongSettings

Model = TypeVar("Model", bound=BaseModel)
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
        return model.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        place = tuple(str(part) for part in first["loc"])
        raise WrongSettings(
            _problem(first, model), file=file, line=line_of(file, place), key=".".join(place)
        ) from error


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


def _problem(error: ErrorDetails, model: type[BaseModel]) -> str:
    if error["type"] == "extra_forbidden":
        wrong, known = str(error["loc"][-1]), _known_at(model, error["loc"][:-1])
        close = difflib.get_close_matches(wrong, known, n=1)
        return "there is no such setting." + (
            f" Did you mean “{close[0]}”?" if close else f" Known here: {', '.join(known)}." if known else ""
        )
    if error["type"] in ("model_type", "dict_type"):
        return "expected settings below it, indented."
    return error["msg"].removeprefix("Value error, ").rstrip(".") + "."


def _known_at(model: type[BaseModel], place: tuple[int | str, ...]) -> list[str]:
    """Return the names of the settings that a part of a model knows, in their order."""
    found: type[BaseModel] = model
    parts = list(place)
    while parts:
        field = found.model_fields.get(str(parts.pop(0)))
        inside = _model_in(field.annotation) if field else None
        if field is None or inside is None:
            return []
        if not isinstance(field.annotation, type):  # the values of a mapping: its key comes next
            del parts[:1]
        found = inside
    return list(found.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the model that an annotation holds: itself, or the values of a mapping."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := _model_in(part)) is not None), None)
