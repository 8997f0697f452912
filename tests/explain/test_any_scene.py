"""What must hold for any Scene, in every style, language and degree of detail: recorded ones and invented ones."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.config import shipped
from assistant.desktop.atspi import ROLES, STATES
from assistant.explain import explain_change, explain_choices, explain_focus, explain_window
from assistant.explain.language import languages, words
from assistant.explain.reading import read
from assistant.explain.shown import clean, says_something
from assistant.profile import Profile, load_profile
from assistant.scene import Cell, Element, Position, Scene, Value, Window
from assistant.scene_json import scene_from_json
from assistant.sentence import Sentence

PROFILES = [load_profile(name, (shipped("profiles"),)) for name in ("technician", "plain-language", "child")]
SECRET = "hunter2secret"
RECORDED = sorted((Path(__file__).parent.parent / "scenes").glob("*.json"))

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="{}<>"), max_size=40) | st.sampled_from(
    ["Cancel", "OK", "Save changes?", "取消", "密码：", "Really?", "Enter password", "“x”", "…", "42%", ""]
)
values = st.builds(
    Value,
    current=st.floats(-1e6, 1e6),
    minimum=st.floats(-1e6, 1e6),
    maximum=st.floats(-1e6, 1e6),
    text=st.sampled_from(["", "70 %", "70%", "loud", "%"]),
)
positions = st.builds(Position, index=st.integers(1, 99), size=st.integers(0, 99))
cells = st.builds(
    Cell,
    row=st.integers(1, 9), column=st.integers(1, 9), rows=st.integers(0, 9), columns=st.integers(0, 9),
    row_header=texts, column_header=texts,
)  # fmt: skip
windows = st.builds(
    Window,
    title=texts,
    application=st.sampled_from(["", "Calc", "org.gnome.TextEditor", "Unnamed", "微信"]),
    pid=st.none() | st.integers(1, 9999),
    toolkit=st.sampled_from(["", "GTK 3.24.38", "Qt 6.12.0"]),
    kind=st.sampled_from(["window", "dialog", "alert", "desktop", "notification", "menu", "unknown"]),
    description=texts,
    is_modal=st.booleans(),
    is_locked_screen=st.booleans(),
)


@st.composite
def elements(draw: st.DrawFn, number: int, count: int) -> Element:
    role = draw(st.sampled_from([*ROLES, "button", "text box", "no such role"]) | st.sampled_from(COMMON))
    return Element(
        id=number,
        role=role,
        name=draw(texts),
        states=frozenset(draw(st.sets(st.sampled_from(STATES), max_size=8))),
        description=draw(st.just("") | texts),
        text=SECRET if role == "password text" else draw(st.just("") | texts),
        is_filled=draw(st.none() | st.booleans()),
        placeholder=draw(st.just("") | texts),
        value=SECRET_VALUE if role == "password text" else draw(st.none() | values),
        keys=draw(st.just(()) | st.sampled_from([("Alt+S",), ("Escape",), ("Ctrl++", "F1"), ("Return",)])),
        parent=draw(st.none() | st.integers(1, number - 1)) if number > 1 else None,
        labels=draw(st.just(()) | st.tuples(st.integers(1, count))),
        error=draw(st.just("") | texts),
        position=draw(st.none() | positions),
        cell=draw(st.none() | cells),
        level=draw(st.none() | st.integers(1, 6)),
        source=draw(st.sampled_from(["tree", "ocr", "icon"])),
        confidence=draw(st.sampled_from([1.0, 0.9, 0.3])),
    )


COMMON = ["push button", "label", "check box", "password text", "text", "list", "list item", "radio button", "dialog"]
SECRET_VALUE = Value(0, 0, 1, SECRET)


@st.composite
def scenes(draw: st.DrawFn, *, has_secret: bool = False) -> Scene:
    count = draw(st.integers(int(has_secret), 12))
    made = tuple(draw(elements(number, count)) for number in range(1, count + 1))
    if has_secret:
        place = draw(st.integers(0, count - 1))
        made = (
            *made[:place],
            replace(made[place], role="password text", text=SECRET, value=SECRET_VALUE),
            *made[place + 1 :],
        )
    one = st.none() | st.integers(1, count) if count else st.none()
    return Scene(draw(windows), made, focus=draw(one), default=draw(one), unread=draw(st.integers(0, 5000)))


def everything(scene: Scene, language: str) -> list[Sentence]:
    """Return all that is ever said about a scene in a language."""
    said: list[Sentence] = []
    for profile in PROFILES:
        for detail in (0, 1, 2):
            said += explain_window(scene, profile, language, detail)
        said += [*explain_focus(scene, profile, language), *explain_focus(scene, profile, language, scene)]
        said += explain_choices(scene, profile, language)
        for element in scene.elements[:3]:
            said += explain_change(None, element, profile, language)
            said += explain_change(scene.elements[0], element, profile, language)
    return said


def recorded(file: Path) -> Scene:
    return scene_from_json(json.loads(file.read_text(encoding="utf-8"))["scene"])


def check_each_sentence(scene: Scene, sentences: list[Sentence], language: str) -> None:
    told = [sentence.text for sentence in sentences]
    assert [text for text in told if not says_something(text)] == []
    assert [text for text in told if re.search(r"\{\w*\}", text)] == []
    assert [text for text in told if SECRET in text] == []
    assert [text for text in told if text.isascii() and re.search(r"\s\s|\s[.,;](?:\s|$)|\n", text)] == []
    assert {sentence.language for sentence in sentences} == {language}
    mentioned = {number for sentence in sentences for number in sentence.mentions}
    assert mentioned <= {element.id for element in scene.elements}


@pytest.mark.parametrize("language", languages())
@given(scene=scenes())
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_scene_is_told_whole_and_keeps_its_secrets(language: str, scene: Scene) -> None:
    sentences = everything(scene, language)

    assert sentences
    check_each_sentence(scene, sentences, language)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.stem)
def test_a_recorded_scene_is_told_whole(file: Path, language: str) -> None:
    scene = recorded(file)

    sentences = everything(scene, language)

    assert sentences
    check_each_sentence(scene, sentences, language)


@given(scene=scenes())
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_the_same_scene_is_always_told_the_same(scene: Scene) -> None:
    assert everything(scene, "en") == everything(scene, "en")


@given(scene=scenes())
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_each_choice_of_a_dialog_is_told_when_the_choices_are_asked_for(scene: Scene) -> None:
    told = {number for s in explain_choices(scene, PROFILES[0], "en") for number in s.mentions}

    asked = read(scene)
    assert not asked.is_dialog or {choice.id for choice in asked.choices} <= told


@pytest.mark.parametrize("language", languages())
@given(scene=scenes(has_secret=True))
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_a_child_never_hears_a_button_of_a_window_that_wants_a_password(language: str, scene: Scene) -> None:
    secret_free = not read(scene).has_secret  # the password stands outside the dialog that has the focus
    said = [*explain_choices(scene, PROFILES[2], language), *explain_window(scene, PROFILES[2], language)]

    enter = words(language).key("Enter")
    pressed = [s.text for s in said if s.origin == "knowledge" and enter in s.text]
    assert secret_free or pressed == []


def quoted_names(text: str) -> list[str]:
    return re.findall("“([^”]+)”", text)


@given(scene=scenes())
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_what_chinese_quotes_of_the_focus_is_on_the_screen(scene: Scene) -> None:
    shown = _plain(" ".join(_words(scene)))

    said = [s.text for profile in PROFILES for s in explain_focus(scene, profile, "zh") if s.origin == "facts"]

    assert [name for text in said for name in quoted_names(text) if _plain(name) not in shown] == []


def _words(scene: Scene) -> list[str]:
    kept: list[str] = [scene.window.title]
    for element in scene.elements:
        kept += [element.name, element.description, element.text, element.placeholder, element.error]
        kept += [element.cell.row_header, element.cell.column_header] if element.cell else []
    return [clean(text) for text in kept]


_plain: Callable[[str], str] = lambda text: re.sub(r"[\s“”‘’….:：]", "", text)  # noqa: E731 - as short as it is


@pytest.mark.parametrize("profile", PROFILES[:2], ids=lambda profile: profile.name)
@given(scene=scenes())
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_a_dialog_with_few_choices_is_told_with_all_of_them(profile: Profile, scene: Scene) -> None:
    asked = read(scene)
    named = {choice.id for choice in asked.choices if says_something(choice.name)}

    told = {number for sentence in explain_window(scene, profile, "en") for number in sentence.mentions}

    is_small = asked.is_dialog and not scene.window.is_locked_screen and len(asked.choices) <= 6
    assert not is_small or named <= told
