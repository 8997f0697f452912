"""Read a YAML file that a person wrote into a pydantic model; an error names file, line and key."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from assistant.errors import WrongSettings

Model = TypeVar("Model", bound=BaseModel)
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one is ten times faster, not always there


def read_mapping(file: Path) -> dict[str, Any]:
    """Return a YAML file's mapping as plain data; WrongSettings if it is not one."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSettings(
            f"this file cannot be read ({type(error).__name__}). Save it as UTF-8 text.", file=file
        ) from error
    try:
        loaded = yaml.load(text, Loader=_Loader)  # noqa: S506 - both are safe loaders
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it is not YAML"
        raise WrongSettings(
            f"{problem}. Check the spaces and colons.", file=file, line=mark.line + 1 if mark else None
        ) from error
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
        known = ", ".join(sorted(model.model_fields)) if len(error["loc"]) == 1 else ""
        return "there is no such setting." + (f" Known here: {known}." if known else "")
    return error["msg"].rstrip(".") + "."
