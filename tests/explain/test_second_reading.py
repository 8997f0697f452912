"""What was found when every sentence was read aloud, each as a test; whole sentences are in said.yaml."""

from __future__ import annotations

import pytest

from assistant.config import shipped
from assistant.explain import explain_choices, explain_focus, explain_window, message, warm
from assistant.explain.asked import asked_by
from assistant.explain.shown import beginning
from assistant.profile import Profile, load_profile
from assistant.scene import Element, Scene, Window

STYLES = ("technician", "plain-language", "child")
PLAIN = load_profile("plain-language", (shipped("profiles"),))
PROFILES = [load_profile(name, (shipped("profiles"),)) for name in STYLES]


def dialog(*elements: Element, title: str = "", focus: int | None = None) -> Scene:
    return Scene(Window(title=title, application="zenity", kind="dialog"), elements, focus=focus)


def told(scene: Scene, profile: Profile = PLAIN, language: str = "en") -> str:
    return " ".join(sentence.text for sentence in explain_window(scene, profile, language))


ALARM = dialog(
    Element(1, "label", "Your computer is infected with 5 viruses! Call Windows Support now: 1-800-555-0199."),
    Element(2, "push button", "Call now"),
    title="Security warning",
)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("profile", PROFILES, ids=STYLES)
def test_the_button_of_a_fraud_is_not_offered(profile: Profile, language: str) -> None:
    choices = explain_choices(ALARM, profile, language)

    assert "Call now" not in told(ALARM, profile, language)
    assert "Call now" not in " ".join(sentence.text for sentence in choices)


def test_a_caption_is_no_message_but_what_it_labels_is() -> None:
    scene = dialog(Element(1, "label", "Progress:", labels=(2,)), Element(2, "label", "Copying 120 photos"))

    assert asked_by(scene)[0].message == "Copying 120 photos"


@pytest.mark.parametrize("is_filled", [None, True])
def test_a_field_is_called_empty_only_where_it_is_known_to_be(is_filled: bool | None) -> None:
    field = Element(1, "text", "Name", states=frozenset({"editable"}), is_filled=is_filled)

    (sentence,) = explain_focus(dialog(field, focus=1), PLAIN, "en")

    assert "empty" not in sentence.text


def test_a_question_before_a_list_is_asked() -> None:
    scene = dialog(Element(1, "label", "Which printer?"), Element(2, "list", "Printers"))

    assert "“Which printer?”" in told(scene)


def test_what_is_done_is_said_before_how_far_it_is() -> None:
    scene = dialog(Element(1, "label", "Downloading…"), Element(2, "progress bar"), Element(3, "push button", "Cancel"))

    assert "It says: “Downloading…”" in told(scene)


def test_a_window_of_which_nothing_is_known_is_not_blamed_on_its_application() -> None:
    scene = Scene(Window(application="Bank"))

    assert "application" not in told(scene)


def test_a_long_text_ends_with_a_sentence() -> None:
    text = "One is here. Two is here? “Three is here.” Four is here."

    assert beginning(text, 45) == "One is here. Two is here? “Three is here.”"
    assert beginning(text, 500) == text
    assert beginning("no end at all in these many words", 12) == "no end at…"
    assert beginning("第一句在这里。第二句在这里。第三句。", 16) == "第一句在这里。第二句在这里。"


def test_a_file_chooser_offers_no_button_of_its_path() -> None:
    chooser = dialog(
        Element(1, "file chooser"),
        Element(2, "push button", "Up Path", parent=1),
        Element(3, "push button", "Cancel"),
        Element(4, "push button", "OK"),
        title="Open a file",
    )

    assert "Up Path" not in told(chooser)
    assert "OK opens the chosen file" in told(chooser)


@pytest.mark.parametrize(
    ("application", "said"),
    [
        ("gnome-text-editor", "Text Editor is left alone, as your settings say."),
        ("Bank", "Bank is left alone, as your settings say."),
    ],
)
def test_an_application_is_called_in_our_own_words_as_in_all_others(application: str, said: str) -> None:
    assert message("excluded", "en", application=application).text == said


def test_getting_ready_can_be_done_twice() -> None:
    warm()
    warm()

    assert told(dialog(Element(1, "label", "Hello."))) == "A message from Zenity. It says: “Hello.”"
