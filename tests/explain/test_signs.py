"""Keys with a single sign are told by what the sign is called; anywhere else a lone sign says nothing."""

from __future__ import annotations

import pytest

from assistant.explain.focus import explain_focus
from assistant.explain.language import is_sign, words
from assistant.explain.window import explain_window
from assistant.scene import Element, Scene, Window
from explain.test_any_scene import PROFILES

PLAIN = next(profile for profile in PROFILES if profile.name == "plain-language")
KEYS = ("7", "÷", "(", "→")


def calculator(focus: int | None = None) -> Scene:
    keys = tuple(Element(number, "push button", key) for number, key in enumerate(KEYS, start=1))
    return Scene(Window(title="Calculator"), keys, focus=focus)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_sign_has_words(language: str) -> None:
    signs, english = words(language).data["signs"], words("en").data["signs"]

    assert signs.keys() == english.keys()
    assert all(is_sign(sign) and any(letter.isalpha() for letter in said) for sign, said in signs.items())


@pytest.mark.parametrize(
    ("key", "said"), [("Ctrl++", "Control plus"), ("Ctrl+/", "Control slash"), ("Alt+.", "Alt full stop")]
)
def test_the_same_words_name_keys_of_the_keyboard(key: str, said: str) -> None:
    assert words("en").key(key) == said


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [("en", 2, "Divided by, button."), ("en", 3, "Left parenthesis, button."), ("zh", 2, "除号按钮")],
)
def test_a_key_is_told_by_what_its_sign_is_called(language: str, number: int, said: str) -> None:
    (sentence,) = explain_focus(calculator(number), PLAIN, language)

    assert sentence.text.startswith(said)


def test_keys_with_signs_are_among_the_buttons_and_none_is_unlabelled() -> None:
    told = " ".join(sentence.text for sentence in explain_window(calculator(), PLAIN, "en"))

    assert "divided by" in told
    assert "right arrow" in told
    assert "nlabelled" not in told


@pytest.mark.parametrize("sign", ["*", "·", "|", "→"])
def test_a_lone_sign_that_is_no_key_is_not_said(sign: str) -> None:
    scene = Scene(Window(title="Address"), (Element(1, "label", sign), Element(2, "push button", "OK")))

    told = " ".join(sentence.text for sentence in explain_window(scene, PLAIN, "en"))

    assert words("en").sign(sign) not in told
    assert sign not in told


def test_words_are_no_signs() -> None:
    assert not any(map(is_sign, ("OK", "7", "", "÷÷", "a")))
