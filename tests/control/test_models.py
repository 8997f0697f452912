"""`sightline model verify, use, remove, list`: of what is here. How it comes here: test_pull.py."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from assistant.config import load_config, models_folder
from assistant.control import models
from assistant.control.models import list_models, pull, remove, use, verify
from assistant.errors import SightlineError, SomethingMissing, WrongSettings
from control.fetching import NAME, REPOSITORY, Person, broken_off_at, folder, no, silent, yes
from harness.hub import Hub

pytestmark = [
    pytest.mark.skipif(not find_spec("huggingface_hub"), reason="needs the extra vlm"),
    pytest.mark.usefixtures("home"),
]

# verify, use, remove


def test_a_file_that_was_changed_is_found(hub: Hub) -> None:
    pull(REPOSITORY, yes, silent)
    (folder() / "tokenizer.json").write_bytes(b"[]")

    with pytest.raises(WrongSettings, match=r"tokenizer\.json"):
        verify(NAME)


def test_a_model_is_chosen_by_either_name(hub: Hub) -> None:
    pull(REPOSITORY, yes, silent)

    use(REPOSITORY)

    assert load_config().engine.model == NAME
    assert "unchanged" in verify()


def test_a_folder_of_the_persons_own_is_chosen_and_vouched_for(home: Path) -> None:
    own = home / "my model"
    own.mkdir()
    (own / "config.json").write_text("{}")
    (own / "model.safetensors").write_bytes(b"weights")

    use(str(own))

    assert load_config().engine.model == str(own)
    assert "unchanged" in verify()


def test_a_model_that_is_not_here_is_not_chosen() -> None:
    with pytest.raises(SomethingMissing, match="sightline model pull qwen3-vl-2b"):
        use("qwen3-vl-2b")

    assert load_config().engine.model == ""


def test_where_the_settings_name_a_server_no_model_is_chosen(hub: Hub, home: Path) -> None:
    pull(REPOSITORY, yes, silent)
    file = home / "config/sightline/settings.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("engine: {url: 'http://127.0.0.1:8000', model: screen}\n")

    with pytest.raises(WrongSettings, match="remove “url”"):
        use(NAME)

    assert load_config().engine.model == "screen"


def test_a_model_is_removed_only_when_the_person_agrees(hub: Hub) -> None:
    pull(REPOSITORY, yes, silent)

    assert remove(NAME, no) == "Nothing was deleted."
    assert folder().exists()
    remove(NAME, yes)
    assert not folder().exists()


def test_removing_the_model_in_use_says_so_and_leaves_none_chosen(hub: Hub) -> None:
    pull(REPOSITORY, yes, silent)
    use(NAME)
    person = Person(True)

    remove(NAME, person)

    assert "in use" in person.questions[0]
    assert load_config().engine.model == ""


def test_what_is_only_partly_here_can_be_removed(hub: Hub) -> None:
    broken_off_at(50)

    remove(REPOSITORY, yes)

    assert not list((models_folder() / ".partly").glob("*/"))


@pytest.mark.parametrize("name", ["../../config", "/etc", "..", ".partly"])
def test_no_other_folder_can_be_removed(name: str) -> None:
    with pytest.raises(SightlineError):
        remove(name, yes)


# list


def test_models_are_listed_with_what_is_in_use_first(hub: Hub) -> None:
    pull(REPOSITORY, yes, silent)
    use(NAME)

    states = list_models()

    assert states[0].name == NAME
    assert states[0].is_in_use
    assert not any(state.is_here for state in states[1:])
    assert {"glm-4.6v-flash", "qwen3-vl-4b", "smolvlm2-500m", "lfm2-vl-450m", "gemma-3-4b"} <= {s.name for s in states}


def test_each_model_is_one_line_with_its_size_and_licence() -> None:
    lines = models.as_text(list_models()).splitlines()

    (line,) = [line for line in lines if line.startswith("glm-4.6v-flash: ")]
    assert "20.6 gigabytes, MIT, English and Chinese." in line
    (line,) = [line for line in lines if line.startswith("smolvlm2-256m: ")]
    assert "size unknown" in line
    json.dumps([state.as_json() for state in list_models()])
