"""What the test model learns from: a picture, facts that do not give the answers away, and questions in turn.

Half of the talks ask plainly, as any client of the chat endpoint may; the others as Sightline itself asks, its rules,
facts and style around the question.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from PIL import Image

from assistant.config import shipped
from assistant.explain.prompts import Messages, Templates, Turn, build_messages
from assistant.profile import Profile, Style
from assistant.scene import Element, Scene, Source, Window, WindowKind
from training.tiny_vlm.dialogs import WORDS, draw, some_dialog
from training.tiny_vlm.questions import ANSWERS, TOPICS, WORDINGS, answer

STYLES: tuple[Style, ...] = ("technician", "plain-language", "child")
_ROLES = ("label", "label", "push button", "check box")
_SYSTEM = ("You describe screens.", "You help someone who cannot see the screen.", "")


@dataclass(frozen=True, slots=True)
class Talk:
    """A picture and what is said about it: chat messages without their pictures' pixels, user and model in turn."""

    picture: Image.Image
    messages: list[dict[str, Any]]


def some_talk(dice: random.Random, size: tuple[int, int], scale: float = 1.0, *, is_ours: bool) -> Talk:
    """Return a talk about a dialog at random; `is_ours`: asked as Sightline asks."""
    dialog = some_dialog(dice)
    turns = [Turn(dice.choice(WORDINGS[topic]), answer(topic, dialog)) for topic in dice.sample(TOPICS, len(TOPICS))]
    messages = our_messages(turns[0].question, dice) if is_ours else _plain_messages(turns[0].question, dice)
    messages.append({"role": "assistant", "content": turns[0].answer})
    for turn in turns[1:]:
        messages += [{"role": "user", "content": turn.question}, {"role": "assistant", "content": turn.answer}]
    return Talk(draw(dialog, dice, size, scale), messages)


def our_messages(question: str, dice: random.Random) -> list[dict[str, Any]]:
    """Return what Sightline sends when a person asks about a picture, the picture's place marked."""
    scene = _scene(dice)
    profile = Profile(name="learner", style=dice.choice(STYLES))
    asked: Messages = build_messages(scene, profile, "en", question, templates=Templates((shipped("prompts"),)))
    parts = [{"type": "image"}, *({"type": "text", "text": text} for text in (asked.facts, asked.request))]
    return [{"role": "system", "content": asked.rules}, {"role": "user", "content": parts}]


def texts() -> Iterator[str]:
    """Yield what the tokenizer learns its words from."""
    dice = random.Random(0)
    for _ in range(60):
        for topic in TOPICS:
            yield from (*WORDINGS[topic], *ANSWERS[topic], *_SYSTEM)
            for message in our_messages(dice.choice(WORDINGS[topic]), dice):
                yield from _texts_of(message)


def _plain_messages(question: str, dice: random.Random) -> list[dict[str, Any]]:
    system = dice.choice(_SYSTEM)
    facts = dice.choice(("", f'The window is called "{_words(dice)}".\n', "It is a dialog. "))
    parts = [{"type": "image"}, *({"type": "text", "text": text} for text in (facts, question) if text)]
    first = [{"role": "system", "content": system}] if system else []
    return [*first, {"role": "user", "content": parts}]


def _scene(dice: random.Random) -> Scene:
    """Return what may be known of a picture from elsewhere; it is made up, so it must not be believed."""
    sources: tuple[Source, ...] = ("tree", "ocr", "widget")
    elements = [
        Element(id=number, role=dice.choice(_ROLES), name=_words(dice), source=dice.choice(sources), confidence=certain)
        for number in range(1, dice.choice((1, 1, 3, 6)))
        for certain in dice.choices((1.0, 0.8))
    ]
    kinds: tuple[WindowKind, ...] = ("window", "dialog", "unknown")
    title, application = (dice.choice(("", _words(dice))) for _ in range(2))
    window = Window(title=title, application=application, kind=dice.choice(kinds))
    return Scene(window=window, elements=tuple(elements))


def _words(dice: random.Random) -> str:
    return " ".join(dice.sample(WORDS, dice.choice((1, 3, 5)))).capitalize()


def _texts_of(message: dict[str, Any]) -> Iterator[str]:
    content = message["content"]
    yield from [content] if isinstance(content, str) else [part["text"] for part in content if "text" in part]
