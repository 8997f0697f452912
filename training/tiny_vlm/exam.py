"""Pictures that the test model has never seen, with the right answers; and how many of its own are right."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PIL import Image

from training.tiny_vlm.dialogs import Dialog, draw, some_dialog
from training.tiny_vlm.questions import TOPICS, WORDINGS, Topic, answer, chance

SEED = 1_000_000
"""Learning has another one."""


@dataclass(frozen=True, slots=True)
class Item:
    """One question about one picture."""

    number: int
    """The picture's, from 0."""
    picture: Image.Image
    topic: Topic
    question: str
    right: str


def exam(pictures: int, *, size: tuple[int, int] | None = None, scale: float = 1.0, seed: int = SEED) -> list[Item]:
    """Return every question about each of so many pictures, the same ones for the same seed.

    `size` is the same for all, else at random; with a scale, so many times as large.
    """
    items: list[Item] = []
    for number in range(pictures):
        dice = random.Random(seed + number)
        dialog = some_dialog(dice)
        picture = draw(dialog, dice, size, scale)
        items += [_item(number, picture, topic, dialog, dice) for topic in TOPICS]
    return items


def shuffled(items: list[Item]) -> list[Item]:
    """Return the same questions, each about the next picture instead of its own."""
    by_number = {item.number: item.picture for item in items}
    return [
        Item(item.number, by_number[(item.number + 1) % len(by_number)], item.topic, item.question, item.right)
        for item in items
    ]


def marks(items: list[Item], answers: Iterable[str]) -> Mapping[Topic, float]:
    """Return the share of right answers for each topic."""
    judged = [(item.topic, said == item.right) for item, said in zip(items, answers, strict=True)]
    return {topic: _share([is_right for about, is_right in judged if about == topic]) for topic in TOPICS}


def mean(shares: Mapping[Topic, float]) -> float:
    """Return the mean over the topics."""
    return sum(shares.values()) / len(shares)


def mean_chance() -> float:
    """Return what guessing brings, over the topics."""
    return mean({topic: chance(topic) for topic in TOPICS})


def _item(number: int, picture: Image.Image, topic: Topic, dialog: Dialog, dice: random.Random) -> Item:
    return Item(number, picture, topic, dice.choice(WORDINGS[topic]), answer(topic, dialog))


def _share(judged: list[bool]) -> float:
    return sum(judged) / len(judged)
