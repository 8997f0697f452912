"""Profiles: the shipped ones, one's own, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.config import shipped
from assistant.errors import WrongSettings
from assistant.profile import Profile, Say, VoiceSettings, load_profile, profile_names

SHIPPED = shipped("profiles")


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / f"{name}.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def load(name: str, folder: Path) -> Profile:
    return load_profile(name, (folder, SHIPPED))


def refusal(name: str, folder: Path) -> WrongSettings:
    with pytest.raises(WrongSettings) as refused:
        load(name, folder)
    return refused.value


@pytest.mark.parametrize("name", ["technician", "plain-language", "child"])
def test_a_shipped_profile_is_called_in_both_languages(name: str) -> None:
    profile = load_profile(name, (SHIPPED,))

    assert profile.style == name
    assert profile.called("en") != profile.called("zh")


def test_the_shipped_profiles_come_first_and_plain_language_leads(tmp_path: Path) -> None:
    write(tmp_path, "aunt", "extends: child\n")

    assert profile_names((tmp_path, SHIPPED)) == ("plain-language", "technician", "child", "aunt")


def test_ones_own_profile_says_only_what_differs(tmp_path: Path) -> None:
    write(tmp_path, "grandma", "extends: child\nvoice:\n  volume: 90\nsay:\n  positions: true\n")

    grandma = load("grandma", tmp_path)

    assert grandma.style == "child"
    assert (grandma.voice.rate, grandma.voice.volume) == (load("child", tmp_path).voice.rate, 90)
    assert grandma.say.positions
    assert grandma.say.keys == "never"


def test_a_profile_without_a_title_is_called_by_its_name(tmp_path: Path) -> None:
    write(tmp_path, "grandma", "extends: child\n")

    assert load("grandma", tmp_path).called("zh") == "grandma"


def test_ones_own_profile_may_take_the_place_of_a_shipped_one(tmp_path: Path) -> None:
    write(tmp_path, "child", "extends: child\nvoice: {rate: 120}\n")

    child = load("child", tmp_path)

    assert child.voice.rate == 120
    assert child.called("zh") == "儿童"


def test_a_profile_may_extend_one_that_extends_another(tmp_path: Path) -> None:
    write(tmp_path, "a", "extends: b\nvoice: {pitch: 60}\n")
    write(tmp_path, "b", "extends: technician\nvoice: {rate: 300}\n")

    profile = load("a", tmp_path)

    assert (profile.style, profile.voice.rate, profile.voice.pitch) == ("technician", 300, 60)


def test_a_language_may_have_its_own_voice() -> None:
    profile = Profile(
        name="x", voice=VoiceSettings(rate=200, volume=80), voices={"zh": VoiceSettings(name="cmn", rate=150)}
    )

    chinese = profile.voice_for("zh")

    assert (chinese.name, chinese.rate, chinese.volume) == ("cmn", 150, 80)
    assert profile.voice_for("en").rate == 200


def test_an_unknown_profile_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    refused = refusal("granny", tmp_path)

    assert refused.problem == "there is no profile “granny”. Profiles here: plain-language, technician, child."


def test_an_unknown_parent_is_refused_where_it_is_named(tmp_path: Path) -> None:
    file = write(tmp_path, "aunt", "# mine\nextends: chidl\n")

    refused = refusal("aunt", tmp_path)

    assert (refused.file, refused.line, refused.key) == (file, 2, "extends")


def test_a_circle_is_refused_as_one(tmp_path: Path) -> None:
    write(tmp_path, "a", "extends: b\n")
    write(tmp_path, "b", "extends: a\n")

    refused = refusal("a", tmp_path)

    assert "a → b → a" in refused.problem


def test_a_profile_that_extends_itself_alone_is_a_circle(tmp_path: Path) -> None:
    write(tmp_path, "mine", "extends: mine\n")

    assert "circle" in refusal("mine", tmp_path).problem


@pytest.mark.parametrize("extends", ["[child, technician]", "3", "{a: b}"])
def test_a_profile_has_one_parent(tmp_path: Path, extends: str) -> None:
    write(tmp_path, "aunt", f"extends: {extends}\n")

    assert refusal("aunt", tmp_path).problem == "name one other profile."


def test_a_name_of_its_own_is_refused_if_it_is_not_the_files(tmp_path: Path) -> None:
    write(tmp_path, "aunt", "name: Auntie\nextends: child\n")

    assert refusal("aunt", tmp_path).key == "name"


def test_a_mistake_in_a_parent_is_told_with_the_parents_file(tmp_path: Path) -> None:
    write(tmp_path, "a", "extends: b\n")
    parent = write(tmp_path, "b", "style: plain-language\nsay:\n  max_choices: 0\n")

    refused = refusal("a", tmp_path)

    assert (refused.file, refused.line, refused.key) == (parent, 3, "say.max_choices")


def test_a_name_leads_to_no_file_elsewhere(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    write(tmp_path, "secret", "style: child\n")

    assert "there is no profile" in refusal("../secret", inside).problem


def test_the_worked_example_of_the_guide_is_a_profile(tmp_path: Path) -> None:
    guide = (Path(__file__).parent.parent / "docs" / "profiles.md").read_text(encoding="utf-8")
    example = next(block for block in guide.split("```yaml\n")[1:] if block.startswith("extends")).split("```")[0]
    write(tmp_path, "grandma", example)

    grandma = load("grandma", tmp_path)

    assert grandma.called("zh") == "奶奶"
    assert (grandma.language, grandma.say.keys, grandma.voice_for("en").rate) == ("zh", "never", 120)


def test_the_guide_names_every_setting() -> None:
    guide = (Path(__file__).parent.parent / "docs" / "profiles.md").read_text(encoding="utf-8")
    settings = {*Profile.__struct_fields__} - {"name", "say"} | {f"say.{field}" for field in Say.__struct_fields__}

    assert {setting for setting in settings if f"| `{setting}` |" not in guide} == set()


def test_a_language_keeps_its_own_voice_through_the_parents(tmp_path: Path) -> None:
    write(tmp_path, "a", "extends: b\nvoice: {volume: 90}\nvoices: {zh: {pitch: 30}}\n")
    write(tmp_path, "b", "extends: technician\nvoices: {zh: {rate: 150}}\n")

    chinese = load("a", tmp_path).voice_for("zh")

    assert (chinese.rate, chinese.pitch, chinese.volume) == (150, 30, 90)
