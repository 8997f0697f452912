"""Change one value in the settings file and leave every other character of it as it is, comments included."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import yaml

from assistant.config import Config, config_folder
from assistant.errors import WrongSettings
from assistant.settings import read_mapping, validate

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*[A-Za-z][A-Za-z0-9._/-]*\Z")
_WORDS_OF_YAML = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


def set_engine_model(model: str, file: Path | None = None) -> Path:
    """Write `engine: {model: …}` into the settings file, made if there is none; return which it is.

    WrongSettings, with nothing changed, where the file is wrong now or would be.
    """
    file = (file or config_folder() / "settings.yaml").resolve()  # a link, as keepers of dotfiles make, stays one
    before = file.read_bytes().decode("utf-8") if file.exists() else ""
    if before:
        validate(Config, read_mapping(file), file=file)
    _replace(file, with_value(before, "engine", "model", model))
    return file


def with_value(text: str, section: str, key: str, value: str) -> str:
    """Return a YAML text in which this key of this section has this value."""
    newline = "\r\n" if "\r\n" in text else "\n"
    line = f"{key}: {_written(value)}"
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    inside = _child(root, section)
    if isinstance(inside, yaml.MappingNode):
        return _in_section(text, inside, key, value, newline)
    if inside is not None:  # “engine:” with nothing behind it
        end = inside.end_mark.index
        return f"{text[:end]}{newline}  {line}{text[end:]}"
    if isinstance(root, yaml.MappingNode) and root.flow_style:
        return _in_braces(text, root, f"{section}: {{{line}}}")
    ended = text if not text or text.endswith("\n") else text + newline
    return f"{ended}{section}:{newline}  {line}{newline}"


def _in_section(text: str, inside: yaml.MappingNode, key: str, value: str, newline: str) -> str:
    line = f"{key}: {_written(value)}"
    own = _child(inside, key)
    if own is not None:
        start, end = own.start_mark.index, own.end_mark.index
        return f"{text[:start]}{'' if end > start else ' '}{_written(value)}{text[end:]}"
    if inside.flow_style:
        return _in_braces(text, inside, line)
    start = inside.start_mark
    return f"{text[: start.index]}{line}{newline}{' ' * start.column}{text[start.index :]}"


def _child(node: yaml.Node | None, name: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for key, value in node.value if key.value == name), None)


def _in_braces(text: str, node: yaml.Node, written: str) -> str:
    place = node.start_mark.index + 1
    more = ", " if isinstance(node, yaml.MappingNode) and node.value else ""
    return f"{text[:place]}{written}{more}{text[place:]}"


def _written(value: str) -> str:
    """Return a text as YAML takes it, in quotes where it must be."""
    if _PLAIN.match(value) and value.casefold() not in _WORDS_OF_YAML:
        return value
    return json.dumps(value, ensure_ascii=False)


def _replace(file: Path, text: str) -> None:
    """Write the file whole or not at all, and only if it is right."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = file.with_name(f".{file.name}.new")
    try:
        new.write_bytes(text.encode("utf-8"))
        new.chmod(file.stat().st_mode & 0o777 if file.exists() else 0o600)
        try:
            validate(Config, read_mapping(new), file=new)
        except WrongSettings as error:
            raise WrongSettings(f"{error.problem} Nothing was changed.", file=file, key=error.key) from error
        with new.open("rb") as opened:
            os.fsync(opened.fileno())
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)
