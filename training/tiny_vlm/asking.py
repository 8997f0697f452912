"""Ask the engine's own author about drawn dialogs, plainly or as Sightline asks."""

from __future__ import annotations

import hashlib
import random
import threading
from collections.abc import Iterable
from typing import Any

from assistant.engine.generate import Author, Outcome, Question
from assistant.engine.pictures import Picture
from assistant.engine.prompt import Turn
from training.tiny_vlm.exam import Item
from training.tiny_vlm.talks import our_messages

SYSTEM = "You describe screens."
FACTS = "It is a dialog. "
PICTURE_TOKENS = 64
ANSWER_TOKENS = 12


def answers(author: Author, items: Iterable[Item], *, is_ours: bool = False) -> list[str]:
    """Return what a model answers to each item, all about one picture from what was read once."""
    return [answered(author, question(item, is_ours=is_ours))[0] for item in items]


def question(item: Item, *, is_ours: bool = False, tokens: int = PICTURE_TOKENS) -> Question:
    """Return an item as the author takes it, its picture worth at most so many tokens."""
    seen = _picture(item, tokens)
    if is_ours:
        messages = our_messages(item.question, random.Random(item.number))
        turns = tuple(Turn(message["role"], _parts(message["content"], seen)) for message in messages)
    else:
        turns = (Turn("system", (SYSTEM,)), Turn("user", (seen, FACTS, item.question)))
    return Question(turns, window=str(item.number), most_tokens=ANSWER_TOKENS)


def answered(author: Author, asked: Question) -> tuple[str, Outcome]:
    """Return an answer and how it went."""
    said: list[str] = []
    outcome = author.answer(asked, said.append, threading.Event())
    return "".join(said), outcome


def _picture(item: Item, tokens: int) -> Picture:
    digest = hashlib.sha256(item.picture.tobytes() + repr((item.picture.size, tokens)).encode()).digest()
    return Picture(item.picture.size, digest, tokens, None, lambda: item.picture)


def _parts(content: Any, seen: Picture) -> tuple[str | Picture, ...]:
    if isinstance(content, str):
        return (content,)
    return tuple(seen if part["type"] == "image" else part["text"] for part in content)
