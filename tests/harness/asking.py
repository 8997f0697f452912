"""Pictures, questions and answers for the tests of the engine."""

from __future__ import annotations

import base64
import hashlib
import io
import random
import threading
from typing import Any

import torch
from PIL import Image, ImageDraw

from assistant.engine.generate import Author, Outcome, Question
from assistant.engine.pictures import Box, Picture
from assistant.engine.prompt import Turn

FACTS = "The controls: 1 button Save, 2 button Open, 3 text field Name.\n"
SAVE = "Which button is focused?"
NAME = "What is in the text field?"


def drawn(seed: int, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """Draw boxes of many colours, the same ones for the same seed."""
    dice = random.Random(seed)
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    for _ in range(40):
        left, top = dice.randrange(size[0]), dice.randrange(size[1])
        pen.rectangle([left, top, left + 60, top + 20], fill=tuple(dice.randrange(256) for _ in range(3)))
    return image


def picture(seed: int, size: tuple[int, int] = (320, 240), *, tokens: int = 64, focus: Box | None = None) -> Picture:
    """Return a drawn picture as the engine has it."""
    image = drawn(seed, size)
    digest = hashlib.sha256(image.tobytes() + repr((tokens, focus)).encode()).digest()
    return Picture(image.size, digest, tokens, focus, lambda: image)


def data_uri(image: Image.Image) -> str:
    """Return a picture as it is sent."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def question(seen: Picture, words: str, *, facts: str = FACTS, **options: Any) -> Question:
    """Return a question about a window."""
    turns = (Turn("system", ("You describe screens.",)), Turn("user", (seen, facts, words)))
    return Question(turns, **{"most_tokens": 12, "cut_circles": False, **options})


def answered(author: Author, asked: Question) -> tuple[str, Outcome]:
    """Return an answer and how it went."""
    said: list[str] = []
    outcome = author.answer(asked, said.append, threading.Event())
    return "".join(said), outcome


def plainly(author: Author, asked: Question) -> str:
    """Return what `generate` answers, greedily, with nothing of ours but the prompt and the clean text."""
    prompt = author.prompt(asked)
    with torch.inference_mode():
        author.read_nothing()
        ids = author.model.network.generate(**prompt.inputs, max_new_tokens=asked.most_tokens, do_sample=False)
    text = author.writing_for(prompt)
    return text.feed(ids[0, prompt.tokens :].tolist()) + text.finish()
