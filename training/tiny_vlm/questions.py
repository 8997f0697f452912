"""What is asked about a drawn dialog, and the right answers: closed sets, and only the picture can tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from training.tiny_vlm.dialogs import COLOURS, KINDS, Dialog

Topic = Literal["kind", "buttons", "box", "bar"]

TOPICS: tuple[Topic, ...] = get_args(Topic)

ANSWERS: Mapping[Topic, tuple[str, ...]] = {
    "kind": (
        "It looks like an error.",
        "It looks like a warning.",
        "It looks like a question.",
        "It looks like information.",
    ),
    "buttons": ("There is one button.", "There are two buttons.", "There are three buttons."),
    "box": ("The box is checked.", "The box is not checked.", "There is no box."),
    "bar": tuple(f"It is {colour}." for colour in COLOURS),
}
WORDINGS: Mapping[Topic, tuple[str, ...]] = {
    "kind": ("What kind of message is this?", "Is it an error, a warning, a question or information?"),
    "buttons": ("How many buttons are there?", "How many buttons does it have?"),
    "box": ("Is the box checked?", "Is there a check box, and is it checked?"),
    "bar": ("Which colour is the title bar?", "What colour does the title bar have?"),
}


def answer(topic: Topic, dialog: Dialog) -> str:
    """Return the right answer about a dialog."""
    return ANSWERS[topic][place(topic, dialog)]


def chance(topic: Topic) -> float:
    """Return how often a guess is right: all answers are equally likely."""
    return 1 / len(ANSWERS[topic])


def place(topic: Topic, dialog: Dialog) -> int:
    """Return which of a topic's answers is right."""
    if topic == "kind":
        return KINDS.index(dialog.kind)
    if topic == "buttons":
        return len(dialog.buttons) - 1
    if topic == "box":
        return (True, False, None).index(dialog.box)
    return COLOURS.index(dialog.bar)
