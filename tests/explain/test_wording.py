"""What is said about windows, word for word: `windows.yaml` holds the windows, `said.yaml` what is said."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.config import shipped
from assistant.explain import explain_choices, explain_focus, explain_window
from assistant.profile import Profile, load_profile
from assistant.scene import Element, Picture, Scene, Window
from assistant.scene_json import scene_from_json

FOLDER = Path(__file__).parent
STYLES = ("technician", "plain-language", "child")
LANGUAGES = ("en", "zh")


@cache
def read(file: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / file).read_text(encoding="utf-8"))
    return loaded


def window(name: str, **changes: object) -> Scene:
    """Return a window of windows.yaml as a Scene; ids are the places in its list."""
    described = {**read("windows.yaml")[name], **changes}
    elements = [{"id": number, **element} for number, element in enumerate(described.pop("elements", []), start=1)]
    return scene_from_json({"focus": None, "default": None, "unread": 0, **described, "elements": elements})


@cache
def profile(name: str) -> Profile:
    return load_profile(name, (shipped("profiles"),))


def said(name: str, style: str = "plain-language", language: str = "en", detail: int = 0) -> str:
    return " ".join(sentence.text for sentence in explain_window(window(name), profile(style), language, detail))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", read("windows.yaml"))
def test_a_window_is_explained_in_these_words(name: str, style: str, language: str) -> None:
    sentences = explain_window(window(name), profile(style), language)

    assert [sentence.text for sentence in sentences] == read("said.yaml")[name][language][style]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", read("windows.yaml"))
def test_the_focus_is_told_in_these_words(name: str, style: str, language: str) -> None:
    sentences = explain_focus(window(name), profile(style), language)

    assert [sentence.text for sentence in sentences] == read("said.yaml")[name]["focus"][language][style]


def test_every_window_has_words_in_every_style_and_language() -> None:
    described = {
        (name, language, style)
        for name, by_language in read("said.yaml").items()
        for language in LANGUAGES
        for style in by_language[language]
    }

    assert described == {(name, lang, style) for name in read("windows.yaml") for lang in LANGUAGES for style in STYLES}


# ---- what must hold beyond the words


def test_what_cannot_be_undone_is_said_before_its_key() -> None:
    text = said("save changes")

    assert text.index("can't be brought back") < text.index("Alt W")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", ["save changes", "choose a file", "name a file", "unknown question", "back up"])
def test_no_key_is_told_for_a_window_that_does_not_have_the_keyboard(name: str, style: str, language: str) -> None:
    sentences = explain_window(window(name), profile(style), language, has_keyboard=False)

    text = " ".join(sentence.text for sentence in sentences)
    assert text
    assert not re.search("Enter|Esc|Tab|Alt|Control|回车|[Pp]ress(?!ed)|[Ff]ocus|焦点", text), text


def test_more_detail_tells_every_choice_with_its_description_and_key() -> None:
    text = said("many choices", detail=1)

    assert "Red, Alt R: Like a rose." in text
    assert "Violet." in text
    assert "Cancel, Escape." in text


def test_most_detail_walks_every_element_in_order() -> None:
    sentences = explain_window(window("settings"), profile("plain-language"), "en", 2)

    walked = [number for sentence in sentences for number in sentence.mentions]
    assert walked[-15:] == list(range(1, 16))


def test_a_walk_that_is_too_long_says_how_many_are_left() -> None:
    buttons = [{"role": "push button", "name": f"Number {number}"} for number in range(1234)]

    text = " ".join(
        s.text for s in explain_window(window("many choices", elements=buttons, focus=None), profile("child"), "en", 2)
    )

    assert "And 1,034 more." in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["password wanted", "buy"])
def test_a_child_is_sent_to_a_grown_up_for_passwords_and_money(name: str, language: str) -> None:
    told = [
        *explain_window(window(name), profile("child"), language),
        *explain_choices(window(name), profile("child"), language),
    ]

    text = " ".join(sentence.text for sentence in told)
    assert ("grown-up" if language == "en" else "大人") in text
    assert "Buy now" not in text.replace("Buy 500 gems?", "")
    assert "Authenticate" not in text


def test_the_choices_of_an_unknown_dialog_come_with_no_advice() -> None:
    origins = {s.origin for s in explain_window(window("unknown question"), profile("plain-language"), "en")}

    assert origins == {"facts"}


def test_what_a_dialog_says_of_a_known_kind_comes_from_knowledge() -> None:
    origins = {s.origin for s in explain_window(window("save changes"), profile("plain-language"), "en")}

    assert origins == {"knowledge"}


def test_a_choice_is_mentioned_by_its_id() -> None:
    sentences = explain_window(window("save changes"), profile("plain-language"), "en")

    assert [s.mentions for s in sentences] == [(), (4,), (3,), (2,)]


def test_a_window_without_choices_says_so() -> None:
    told = explain_choices(window("drawn"), profile("plain-language"), "en")

    assert [s.text for s in told] == ["There is nothing to choose here."]


def test_a_locked_screen_tells_nothing_that_is_on_it() -> None:
    assert "Ann" not in said("locked", "technician", detail=2)


def test_an_empty_picture_is_called_empty() -> None:
    scene = window("nothing to read")
    blank = Scene(scene.window, picture=Picture(4, 2, bytes([255, 255, 255] * 8)))

    assert explain_window(blank, profile("plain-language"), "en")[-1].text == "The window is empty."


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("file:///home/me/tea.html", "tea.html"),
        ("localhost:8000/shop/tea.html?q=1", "tea.html"),
        ("AC/DC", "AC/DC"),
        ("/home/me", "/home/me"),
        ("tea.html", "tea.html"),
        ("The tea shop", "The tea shop"),
    ],
)
def test_of_a_title_that_is_an_address_the_last_part_is_told(title: str, told: str) -> None:
    scene = Scene(Window(title=title, application="Chromium", kind="window", toolkit="Chromium"))

    assert explain_window(scene, profile("plain-language"), "en")[0].text == f"{told}, from Chromium."
    assert explain_window(scene, profile("technician"), "en")[0].text == f"{title}. Window, Chromium."


def test_a_short_text_above_a_list_without_a_name_is_read() -> None:
    elements = (
        Element(1, role="label", name="Choose"),
        Element(2, role="list", states=frozenset({"focused"})),
        Element(3, role="list item", name="Mail", parent=2),
    )
    scene = Scene(Window(title="Install", application="zenity", kind="dialog"), elements, focus=2)

    told = [sentence.text for sentence in explain_window(scene, profile("technician"), "en")]

    assert told == ["Install. Dialog, zenity.", "Choose.", "List, focused, 1 item."]
