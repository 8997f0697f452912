"""A small model for the tests to fetch, and the person who is asked about it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from assistant.config import models_folder
from assistant.control.models import pull

REPOSITORY = "someone/small-model"
NAME = "someone--small-model"
PART = 10 << 20  # bytes that the library gathers before it writes
WEIGHTS = random.Random(0).randbytes(PART * 5 // 2)


def yes(_question: str) -> bool:
    return True


def no(_question: str) -> bool:
    return False


class Person:
    """Answers questions as told, and remembers them."""

    def __init__(self, *answers: bool) -> None:
        self._answers = list(answers)
        self.questions: list[str] = []

    def __call__(self, question: str) -> bool:
        self.questions.append(question)
        return self._answers.pop(0)


def silent(_line: str) -> None:
    pass


def folder() -> Path:
    return models_folder() / NAME


def stored(place: Path) -> set[str]:
    return {path.name for path in place.iterdir()}


class Killed(BaseException):
    """The process is ended in the middle."""


def broken_off_at(percent: int) -> None:
    """Begin to fetch, and be killed when so much is there."""

    def die(line: str) -> None:
        if int(line.partition(" ")[0]) >= percent:
            raise Killed

    with pytest.raises(Killed):
        pull(REPOSITORY, yes, die)
