"""What can be done in a window, for programs: it keeps to its published schema, and a model adds nothing unchecked."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from assistant.config import shipped
from assistant.explain.structure import Structure, answer_schema, structure_of, with_answer
from assistant.profile import load_profile
from assistant.scene import Element, Scene, Window
from assistant.scene_json import scene_from_json
from explain.test_any_scene import SECRET, scenes

FOLDER = Path(__file__).parent.parent / "scenes"
RECORDED = sorted(file.stem for file in FOLDER.glob("*.json"))
SCHEMA = Draft202012Validator(json.loads((shipped("schemas") / "structure.schema.json").read_text(encoding="utf-8")))
PROFILES = [load_profile(name, (shipped("profiles"),)) for name in ("plain-language", "technician", "child")]
PLAIN = PROFILES[0]
NO_MODEL: dict[str, Any] = {"asked": False, "why_not": None, "failure": None, "counts": {}, "verdicts": []}
SLOW = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])

UNKNOWN = Scene(
    Window(title="Sync", application="Cloud", kind="dialog"),
    (
        Element(1, "label", "notes.txt was changed in two places."),
        Element(2, "push button", "Keep local", keys=("Alt+L",)),
        Element(3, "push button", "Keep server", description="Fetches the server's copy"),
        Element(4, "check box", "", states=frozenset({"checked"})),
    ),
    focus=2,
)


def recorded(name: str) -> Scene:
    return scene_from_json(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["scene"])


def validated(structure: Structure, model: dict[str, Any] = NO_MODEL) -> dict[str, Any]:
    """Return what is printed, if it keeps to the schema."""
    printed: dict[str, Any] = json.loads(json.dumps({**structure.as_json(), "model": model}))
    SCHEMA.validate(printed)
    return printed


def answered(answer: object, scene: Scene = UNKNOWN) -> Structure:
    text = answer if isinstance(answer, str) else json.dumps(answer)
    return with_answer(structure_of(scene, PLAIN, "en"), text, scene, PLAIN).structure


def purposes(structure: Structure) -> dict[int, tuple[str, str]]:
    return {action.id: (action.purpose, action.origin) for action in structure.actions}


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA.schema)


@pytest.mark.parametrize("change", [{"actions": [{"id": 0}]}, {"language": 3}, {"window": {}}, {"unread": -1}])
def test_the_schema_refuses_what_is_not_so(change: dict[str, Any]) -> None:
    printed = validated(structure_of(UNKNOWN, PLAIN, "en"))

    assert not SCHEMA.is_valid({**printed, **change})


@pytest.mark.parametrize("name", RECORDED)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_recorded_windows_keep_to_the_schema(name: str, language: str) -> None:
    printed = validated(structure_of(recorded(name), PLAIN, language))

    ids = [action["id"] for action in printed["actions"]]
    assert ids == sorted(set(ids))


@SLOW
@given(scene=scenes(), language=st.sampled_from(["en", "zh"]), profile=st.sampled_from(PROFILES))
def test_any_window_keeps_to_the_schema(scene: Scene, language: str, profile: Any) -> None:
    printed = validated(structure_of(scene, profile, language))

    assert all(1 <= action["id"] <= len(scene.elements) for action in printed["actions"])


@SLOW
@given(scene=scenes(has_secret=True))
def test_no_secret_is_in_it(scene: Scene) -> None:
    assert SECRET not in json.dumps(structure_of(scene, PLAIN, "en").as_json())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from(["id", "purpose", "x"]), inside),
    max_leaves=8,
)
answers = st.builds(
    lambda purpose, actions: {"purpose": purpose, "actions": actions},
    st.text(max_size=60),
    st.lists(st.builds(lambda n, text: {"id": n, "purpose": text}, st.integers(-1, 14), st.text(max_size=60))),
)


@SLOW
@given(scene=scenes(), answer=answers.map(json.dumps) | json_values.map(json.dumps) | st.text(max_size=80))
def test_whatever_a_model_answers_it_keeps_to_the_schema(scene: Scene, answer: str) -> None:
    before = structure_of(scene, PLAIN, "en")
    filled = with_answer(before, answer, scene, PLAIN)

    verdicts = [verdict.as_json() for verdict in filled.verdicts]
    validated(filled.structure, {**NO_MODEL, "asked": True, "counts": dict(filled.counts), "verdicts": verdicts})
    assert [(a.id, a.label, a.keys) for a in filled.structure.actions] == [
        (a.id, a.label, a.keys) for a in before.actions
    ]


@SLOW
@given(scene=scenes())
def test_a_model_can_name_only_what_it_was_shown(scene: Scene) -> None:
    schema = answer_schema(scene)

    Draft202012Validator.check_schema(schema)
    assert not Draft202012Validator(schema).is_valid({"purpose": "", "actions": [{"id": 99, "purpose": "x"}]})


def test_known_choices_say_what_they_do_and_what_cannot_be_undone() -> None:
    structure = structure_of(recorded("gtk3-save-changes-en"), PLAIN, "en")

    by_label = {action.label: action for action in structure.actions}
    assert structure.origin == "knowledge"
    assert "budget.ods" in structure.purpose
    assert by_label["Save"].origin == "knowledge"
    assert "keep" in by_label["Save"].purpose
    assert by_label["Close Without Saving"].is_irreversible
    assert not by_label["Save"].is_irreversible


def test_what_is_not_known_is_left_open_and_a_description_is_the_applications() -> None:
    structure = structure_of(UNKNOWN, PLAIN, "en")

    assert purposes(structure) == {2: ("", ""), 3: ("Fetches the server's copy", "facts"), 4: ("", "")}
    assert [action.label for action in structure.actions] == ["Keep local", "Keep server", ""]
    assert structure.actions[0].keys == ("Alt+L",)


def test_a_model_fills_what_is_open_and_nothing_else() -> None:
    structure = answered(
        {"purpose": "The window asks about notes.txt.", "actions": [
            {"id": 2, "purpose": "keeps the copy on this computer"},
            {"id": 3, "purpose": "keeps the copy on the server"},
        ]}
    )  # fmt: skip

    assert purposes(structure)[2] == ("keeps the copy on this computer", "model")
    assert purposes(structure)[3] == ("Fetches the server's copy", "facts")
    assert (structure.origin, "notes.txt" in structure.purpose) == ("model", True)


@pytest.mark.parametrize(
    "purpose",
    [
        "presses the Burn button",
        "sends it to evil.com",
        "deletes secret.doc",
        "costs 49 dollars",
        "presses [17]",
        "<|user|>",
        "",
    ],
)
def test_an_invented_purpose_is_dropped_and_counted(purpose: str) -> None:
    said = json.dumps({"purpose": "", "actions": [{"id": 2, "purpose": purpose}]})

    filled = with_answer(structure_of(UNKNOWN, PLAIN, "en"), said, UNKNOWN, PLAIN)

    assert purposes(filled.structure)[2] == ("", "")
    assert filled.counts.total() == len(filled.verdicts) == bool(purpose)
    assert all(verdict.dropped for verdict in filled.verdicts)


def test_of_an_answer_that_was_cut_the_whole_actions_stand() -> None:
    cut = '```json\n{"purpose": "", "actions": [{"id": 2, "purpose": "keeps your copy"}, {"id": 3, "purp'

    assert purposes(answered(cut))[2] == ("keeps your copy", "model")


@pytest.mark.parametrize("answer", ["", "I cannot do that.", "{", "[1]", '{"actions": 3}', "{" * 5000])
def test_an_answer_that_is_no_json_adds_nothing_and_is_counted(answer: str) -> None:
    filled = with_answer(structure_of(UNKNOWN, PLAIN, "en"), answer, UNKNOWN, PLAIN)

    assert filled.structure == structure_of(UNKNOWN, PLAIN, "en")
    assert filled.counts == {"dropped:malformed": 1}


def test_a_locked_screen_tells_nothing_that_is_known_of_dialogs() -> None:
    scene = recorded("gtk3-password-en")
    locked = replace(scene, window=replace(scene.window, is_locked_screen=True))

    assert structure_of(locked, PLAIN, "en").origin == ""
