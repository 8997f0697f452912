"""The tables of settings name every field of the settings file and of a profile, with its default and its values."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import NODEFAULT, inspect

from assistant.config import Config, load_config, shipped
from assistant.profile import Profile, VoiceSettings, load_profile
from docs.documents import REPOSITORY, table, text_of

SETTINGS = REPOSITORY / "docs" / "settings.md"
PROFILES = REPOSITORY / "docs" / "profiles.md"

Row = tuple[str, str, str]


def rows(model: type, before: str = "", *, whole: frozenset[str] = frozenset()) -> Iterator[Row]:
    """Yield the name, values and default of every setting; those in `whole` are not taken apart."""
    described = inspect.type_info(model)
    assert isinstance(described, inspect.StructType)
    for field in described.fields:
        name, inside = before + field.name, field.type
        if isinstance(inside, inspect.DictType) and isinstance(inside.value_type, inspect.StructType):
            name, inside = (name, inside) if name in whole else (f"{name}.NAME", inside.value_type)
        if isinstance(inside, inspect.StructType) and name not in whole:
            yield from rows(inside.cls, f"{name}.", whole=whole)
        else:
            yield name, values(inside), default(field)


def values(described: inspect.Type) -> str:
    """Return the values as a table has them, "" where it says them in words."""
    match described:
        case inspect.BoolType():
            return "true, false"
        case inspect.IntType(ge=int(low), le=int(high)):
            return f"{low} to {high}"
        case inspect.LiteralType(values=words):
            return ", ".join(map(str, sorted(map(str, words))))
        case _:
            return ""


def default(field: inspect.Field) -> str:
    value: Any = field.default if field.default_factory is NODEFAULT else field.default_factory()
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if value and isinstance(value, str | int) else "nothing"


def documented(document: Path) -> dict[str, tuple[str, str]]:
    return {name: (written, usual) for name, written, usual, _ in table(document, "setting")}


IN_SETTINGS = list(rows(Config))
IN_PROFILES = [row for row in rows(Profile, whole=frozenset({"voice", "voices"})) if row[0] != "name"]


@pytest.mark.parametrize(("setting", "allowed", "usual"), IN_SETTINGS)
def test_a_setting_is_documented_with_its_values_and_default(setting: str, allowed: str, usual: str) -> None:
    written, default_written = documented(SETTINGS)[setting]

    assert default_written == usual
    assert not allowed or sorted(written.split(", ")) == sorted(allowed.split(", "))


@pytest.mark.parametrize(("setting", "allowed", "usual"), IN_PROFILES)
def test_a_profiles_setting_is_documented_with_its_values_and_default(setting: str, allowed: str, usual: str) -> None:
    written, default_written = documented(PROFILES)[setting]

    assert default_written == usual
    assert not allowed or sorted(written.split(", ")) == sorted(allowed.split(", "))


def test_no_setting_is_documented_that_there_is_not() -> None:
    assert set(documented(SETTINGS)) == {name for name, _, _ in IN_SETTINGS}
    assert set(documented(PROFILES)) == {name for name, _, _ in IN_PROFILES} | {"extends"}


def test_every_setting_of_a_voice_is_named() -> None:
    assert documented(PROFILES)["voice"][0] == ", ".join(VoiceSettings.__struct_fields__)


def test_the_example_of_the_settings_is_valid(tmp_path: Path) -> None:
    example = text_of(SETTINGS).partition("```yaml\n")[2].partition("```")[0]
    file = tmp_path / "settings.yaml"
    file.write_text(example, encoding="utf-8")

    settings = load_config(file)

    assert settings.key_of("window") == "Ctrl+F12"
    assert settings.key_of("copy") == ""
    assert settings.application("KeePassXC").excluded


def test_the_readmes_profile_is_valid(tmp_path: Path) -> None:
    example = text_of(REPOSITORY / "README.md").partition("```yaml\n")[2].partition("```")[0]
    (tmp_path / "grandma.yaml").write_text(example, encoding="utf-8")

    profile = load_profile("grandma", [tmp_path, shipped("profiles")])

    assert (profile.called("en"), profile.voice.rate, profile.say.max_choices) == ("Grandma", 140, 4)
