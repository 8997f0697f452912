"""Of a window that was read from its picture no word is lost for belonging to nothing that was found."""

from __future__ import annotations

import pytest

from assistant.config import shipped
from assistant.explain import explain_window
from assistant.profile import load_profile
from assistant.scene import Element, Scene, Window

USABLE = frozenset({"enabled", "sensitive"})


def label(number: int, text: str, labels: tuple[int, ...] = ()) -> Element:
    return Element(number, "label", text, source="ocr", confidence=0.98, labels=labels)


def entry(number: int, name: str) -> Element:
    return Element(number, "entry", name, USABLE, source="widget", confidence=0.95, is_filled=False)


def told(*elements: Element, profile: str = "plain-language", language: str = "en", detail: int = 0) -> list[str]:
    scene = Scene(Window(title="Address"), elements)
    return [one.text for one in explain_window(scene, load_profile(profile, (shipped("profiles"),)), language, detail)]


@pytest.mark.parametrize(
    ("profile", "language", "said"),
    [
        ("technician", "en", "Also on it: “Send” and “Help”."),
        ("plain-language", "en", "It also shows “Send” and “Help”."),
        ("child", "en", "It also shows “Send” and “Help”."),
        ("plain-language", "zh", "还显示：“Send”和“Help”。"),
    ],
)
def test_a_short_text_that_labels_nothing_is_told(profile: str, language: str, said: str) -> None:
    scene = (label(1, "Name:", labels=(2,)), entry(2, "Name"), label(3, "Send"), label(4, "Help"))

    assert told(*scene, profile=profile, language=language)[-1] == said


def test_what_was_told_is_not_told_again() -> None:
    sentences = told(label(1, "Where do you live now?"), label(2, "Address"), entry(3, "Street"), label(4, "Street"))

    assert sentences[2] == "It says: “Where do you live now?”"
    assert not any("also shows" in text for text in sentences)


def test_of_many_texts_the_first_are_told_and_the_rest_counted_until_more_is_asked_for() -> None:
    many = [label(number, f"Level {number}") for number in range(1, 13)]

    assert told(*many)[-1].endswith("“Level 8”, and 4 more texts.")
    assert any("“Level 12”" in text for text in told(*many, detail=1))


def test_of_an_accessible_window_nothing_of_the_kind_is_said() -> None:
    tree = Element(1, "label", "Send", USABLE)

    assert not any("also shows" in text for text in told(tree, label(2, "Help")))
