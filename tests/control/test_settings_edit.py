"""The settings file, changed in one place: what a person wrote around it stays, comments included."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from assistant.config import load_config
from assistant.control.settings_edit import set_engine_model, with_value
from assistant.errors import WrongSettings

CASES = [
    ("", "engine:\n  model: glm\n"),
    ("# mine\n", "# mine\nengine:\n  model: glm\n"),
    ("profile: child # for Ann\n", "profile: child # for Ann\nengine:\n  model: glm\n"),
    ("profile: child", "profile: child\nengine:\n  model: glm\n"),
    ("engine:\n  model: old  # was good\n  warm: yes\n", "engine:\n  model: glm  # was good\n  warm: yes\n"),
    ("engine:\n    warm: yes\nprofile: child\n", "engine:\n    model: glm\n    warm: yes\nprofile: child\n"),
    ("engine:\n  # which one\n  warm: yes\n", "engine:\n  # which one\n  model: glm\n  warm: yes\n"),
    ("engine: {warm: yes} # x\n", "engine: {model: glm, warm: yes} # x\n"),
    ("engine: {}\n", "engine: {model: glm}\n"),
    ("engine: {model: 'a # b', warm: yes}\n", "engine: {model: glm, warm: yes}\n"),
    ("engine:\nprofile: child\n", "engine:\n  model: glm\nprofile: child\n"),
    ("engine:  # later\nprofile: child\n", "engine:\n  model: glm  # later\nprofile: child\n"),
    ("engine:\n  model:\n  warm: no\n", "engine:\n  model: glm\n  warm: no\n"),
    ("{profile: child}\n", "{engine: {model: glm}, profile: child}\n"),
    ("a:\r\n  b: c\r\n", "a:\r\n  b: c\r\nengine:\r\n  model: glm\r\n"),
    ("speech:\n  voice: auto\n\n# end\n", "speech:\n  voice: auto\n\n# end\nengine:\n  model: glm\n"),
]


@pytest.mark.parametrize(("before", "after"), CASES)
def test_one_value_changes_and_nothing_else(before: str, after: str) -> None:
    assert with_value(before, "engine", "model", "glm") == after
    assert yaml.safe_load(after)["engine"]["model"] == "glm"


@pytest.mark.parametrize(
    "value", ["", "no", "12", "1e3", "a: b", "#x", "/home/ann/my models/x", "模型", '"', "a\\b", "1.5"]
)
def test_any_name_is_read_as_it_was_written(value: str) -> None:
    text = with_value("profile: child\n", "engine", "model", value)

    assert yaml.safe_load(text)["engine"]["model"] == value


def test_a_file_is_made_where_there_is_none(tmp_path: Path) -> None:
    file = tmp_path / "sightline" / "settings.yaml"

    set_engine_model("qwen3-vl-2b", file)

    assert load_config(file).engine.model == "qwen3-vl-2b"


def test_a_link_stays_a_link_and_the_mode_stays(tmp_path: Path) -> None:
    kept, file = tmp_path / "dotfiles.yaml", tmp_path / "settings.yaml"
    kept.write_text("profile: child\n")
    kept.chmod(0o640)
    file.symlink_to(kept)

    set_engine_model("glm", file)

    assert file.is_symlink()
    assert load_config(file).engine.model == "glm"
    assert kept.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("text", ["profile: [\n", "no_such: 1\n", "engine: {url: 'http://127.0.0.1:1', model: a}\n"])
def test_a_file_that_is_or_would_be_wrong_is_left_alone(tmp_path: Path, text: str) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text(text)

    with pytest.raises(WrongSettings):
        set_engine_model("", file)

    assert file.read_text() == text
    assert list(tmp_path.iterdir()) == [file]
