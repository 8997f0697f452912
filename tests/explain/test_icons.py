"""What an icon looks like is said as a guess, in words, and never taken for a name."""

from __future__ import annotations

import pytest

from assistant.config import shipped
from assistant.explain import explain_focus, explain_likeness, explain_likenesses, explain_window
from assistant.explain.knowledge import recognise
from assistant.explain.language import words
from assistant.profile import Profile, load_profile
from assistant.scene import Element, Likeness, Scene, Window
from assistant.scene_json import scene_from_json, scene_to_json

USABLE = frozenset({"showing", "visible", "enabled", "sensitive", "focusable"})
SETTINGS, CLOSE = Likeness("settings", 0.93), Likeness("close", 0.9)


def profile(name: str) -> Profile:
    return load_profile(name, (shipped("profiles"),))


def window(*elements: Element, kind: str = "window", focus: int | None = None) -> Scene:
    return Scene(Window(title="Player", application="Player", kind=kind, toolkit="GTK 3.24"), elements, focus)  # type: ignore[arg-type]  # a Literal


def button(number: int, name: str = "", looks_like: Likeness | None = None) -> Element:
    return Element(number, "push button", name, USABLE, looks_like=looks_like)


@pytest.mark.parametrize(
    ("language", "name", "said"),
    [
        ("en", "technician", "Unlabelled button, it looks like settings."),
        ("en", "plain-language", "Unlabelled button, it looks like settings. Press Enter."),
        ("zh", "plain-language", "没有名字的按钮，看起来像设置，按回车键确认。"),
    ],
)
def test_the_focus_on_a_button_without_a_name_says_what_its_icon_looks_like(
    language: str, name: str, said: str
) -> None:
    scene = window(button(1, looks_like=SETTINGS), focus=1)

    sentence = explain_focus(scene, profile(name), language)[0]

    assert sentence.text == said


def test_a_window_tells_its_unlabelled_buttons_by_what_they_look_like() -> None:
    scene = window(button(1, "Play"), button(2, looks_like=SETTINGS), button(3), kind="dialog")

    said = " ".join(sentence.text for sentence in explain_window(scene, profile("technician"), "en"))

    assert "an unlabelled button that looks like settings" in said
    assert "unlabelled button;" in said or "unlabelled button." in said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Of the unlabelled buttons, 2 look like settings and close."),
        ("zh", "没有名字的按钮中，2 个看起来像设置和关闭。"),
    ],
)
def test_the_guesses_that_come_after_a_window_are_one_sentence(language: str, said: str) -> None:
    scene = window(button(1, "Play"), button(2, looks_like=SETTINGS), button(3), button(4, looks_like=CLOSE))

    (sentence,) = explain_likenesses(scene, profile("plain-language"), language)

    assert (sentence.text, sentence.mentions) == (said, (2, 4))


def test_nothing_is_said_of_icons_that_tell_nothing() -> None:
    scene = window(button(1, "Play"), button(2))

    assert explain_likenesses(scene, profile("child"), "en") == ()
    assert explain_likeness(scene.element(2), profile("child"), "en") == ()


def test_a_guess_is_no_label_that_a_known_dialog_is_recognised_by() -> None:
    text = Element(1, "label", "Save changes to document “budget.ods” before closing?")
    named = window(text, button(2, "Close without Saving"), button(3, "Cancel"), button(4, "Save"), kind="dialog")
    guessed = window(text, button(2), button(3, looks_like=CLOSE), button(4, looks_like=Likeness("save", 0.99)),
                     kind="dialog")  # fmt: skip

    assert recognise(named) is not None
    assert recognise(guessed) is None


def test_a_guess_is_kept_in_a_recorded_scene() -> None:
    scene = window(button(1, looks_like=SETTINGS))

    again = scene_from_json(scene_to_json(scene))

    assert again.element(1).looks_like == SETTINGS


def test_every_meaning_has_words_of_its_own_in_both_languages() -> None:
    english, chinese = words("en").data["icons"], words("zh").data["icons"]

    assert set(english) == set(chinese)
    assert not [meaning for meaning, text in chinese.items() if text.isascii()]
    assert len(set(english.values())) == len(english)
