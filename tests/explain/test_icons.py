"""What an icon looks like, or the words it shows, is said as a guess from the picture, and never taken for a name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.config import shipped
from assistant.explain import explain_focus, explain_likeness, explain_likenesses, explain_window
from assistant.explain.knowledge import recognise
from assistant.explain.language import words
from assistant.explain.prompt_facts import facts_list
from assistant.profile import Profile, load_profile
from assistant.scene import Element, Likeness, Scene, Window
from assistant.scene_json import scene_from_json, scene_to_json

USABLE = frozenset({"showing", "visible", "enabled", "sensitive", "focusable"})
SETTINGS, CLOSE = Likeness("settings", 0.93), Likeness("close", 0.9)
PLAY, START = Likeness("", 0.97, "Play"), Likeness("", 0.95, "Start game")


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


@pytest.mark.parametrize(
    ("language", "name", "said"),
    [
        ("en", "technician", "Unlabelled button, it shows “Play”."),
        ("en", "plain-language", "Unlabelled button, it shows “Play”. Press Enter."),
        ("zh", "plain-language", "没有名字的按钮，上面写着“Play”，按回车键确认。"),
    ],
)
def test_the_focus_on_a_button_without_a_name_says_the_words_it_shows(language: str, name: str, said: str) -> None:
    scene = window(button(1, looks_like=PLAY), focus=1)

    assert explain_focus(scene, profile(name), language)[0].text == said


@pytest.mark.parametrize(
    ("language", "likeness", "said"),
    [
        ("en", PLAY, "It shows the word “Play”."),
        ("en", START, "It shows the words “Start game”."),
        ("en", Likeness("", 0.9, "The “best” game"), "It shows the words “The ‘best’ game”."),
        ("en", Likeness("", 0.97, "B"), "It looks like “B”."),
        ("zh", START, "上面写着“Start game”。"),
        ("zh", Likeness("", 0.97, "三"), "看起来像“三”。"),
        ("zh", Likeness("", 0.9, "开始游戏"), "上面写着“开始游戏”。"),
    ],
)
def test_the_words_follow_the_facts_in_a_sentence_of_their_own(language: str, likeness: Likeness, said: str) -> None:
    (sentence,) = explain_likeness(button(1, looks_like=likeness), profile("plain-language"), language)

    assert (sentence.text, sentence.mentions) == (said, (1,))


def test_a_window_tells_its_unlabelled_buttons_by_the_words_they_show() -> None:
    scene = window(button(1, "Quit"), button(2, looks_like=PLAY), button(3), kind="dialog")

    said = " ".join(sentence.text for sentence in explain_window(scene, profile("technician"), "en"))

    assert "an unlabelled button that shows “Play”" in said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            ["Of the unlabelled buttons, 2 show “Play” and “Start game”.", "An unlabelled button looks like settings."],
        ),
        (
            "zh",
            ["没有名字的按钮中，2 个写着“Play”和“Start game”。", "没有名字的按钮中，1 个看起来像设置。"],
        ),
    ],
)
def test_after_a_window_words_are_one_sentence_and_icons_another(language: str, said: list[str]) -> None:
    scene = window(button(1, looks_like=PLAY), button(2, looks_like=SETTINGS), button(3, looks_like=START), button(4))

    sentences = explain_likenesses(scene, profile("plain-language"), language)

    assert [sentence.text for sentence in sentences] == said
    assert [sentence.mentions for sentence in sentences] == [(1, 3), (2,)]


def test_a_tick_box_that_shows_words_is_not_called_a_button() -> None:
    scene = window(replace(button(1, looks_like=START), role="check box"))

    (sentence,) = explain_likenesses(scene, profile("plain-language"), "en")

    assert sentence.text == "An unlabelled control shows “Start game”."


def test_a_model_is_told_that_the_words_are_a_guess_from_the_picture() -> None:
    facts = facts_list(window(button(1, looks_like=PLAY)))

    assert '[1] push button without a name; its picture shows "Play", which is a guess' in facts


def test_words_that_are_shown_stay_out_of_logs() -> None:
    assert "Play" not in repr(button(1, looks_like=PLAY))
    assert "Play" not in repr(PLAY)


def test_nothing_is_said_of_icons_that_tell_nothing() -> None:
    scene = window(button(1, "Play"), button(2))

    assert explain_likenesses(scene, profile("child"), "en") == ()
    assert explain_likeness(scene.element(2), profile("child"), "en") == ()


def test_a_guess_is_no_label_that_a_known_dialog_is_recognised_by() -> None:
    text = Element(1, "label", "Save changes to document “budget.ods” before closing?")
    named = window(text, button(2, "Close without Saving"), button(3, "Cancel"), button(4, "Save"), kind="dialog")
    guessed = window(text, button(2), button(3, looks_like=CLOSE), button(4, looks_like=Likeness("save", 0.99)),
                     kind="dialog")  # fmt: skip
    shown = [Likeness("", 0.99, name) for name in ("Close without Saving", "Cancel", "Save")]
    read = window(text, *(button(number, looks_like=one) for number, one in enumerate(shown, start=2)), kind="dialog")

    assert recognise(named) is not None
    assert recognise(guessed) is None
    assert recognise(read) is None


@pytest.mark.parametrize("guess", [SETTINGS, PLAY])
def test_a_guess_is_kept_in_a_recorded_scene(guess: Likeness) -> None:
    scene = window(button(1, looks_like=guess))

    again = scene_from_json(scene_to_json(scene))

    assert again.element(1).looks_like == guess


def test_every_meaning_has_words_of_its_own_in_both_languages() -> None:
    english, chinese = words("en").data["icons"], words("zh").data["icons"]

    assert set(english) == set(chinese)
    assert not [meaning for meaning, text in chinese.items() if text.isascii()]
    assert len(set(english.values())) == len(english)
