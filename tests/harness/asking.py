"""Pictures, questions and answers for the tests of the engine."""

from __future__ import annotations

import base64
import hashlib
import io
import random
import re
import threading
import unicodedata
from collections.abc import Collection
from typing import Any

import torch
from PIL import Image, ImageDraw

from assistant.engine.generate import Author, Outcome, Question
from assistant.engine.pictures import Box, Picture
from assistant.engine.prompt import Turn

FACTS = "The controls: 1 button Save, 2 button Open, 3 text field Name.\n"
SAVE = "Which button is focused?"
NAME = "What is in the text field?"
_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff]")
_REFERENCE = re.compile(r"[\[【]\s*(?:#|№|id\s*:?\s*)*(\d[^\[\]【】]*)([\]】]?)", re.IGNORECASE)


class StopAt(threading.Event):
    """Is set once it has been looked at so many times."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.left = looks

    def is_set(self) -> bool:
        self.left -= 1
        return self.left < 0


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


def eager(author: Author, *texts: str) -> Any:
    """Have the model's head want these texts' tokens most."""
    tokenizer = author.model.processor.tokenizer
    wanted = [token for text in texts for token in tokenizer(text, add_special_tokens=False)["input_ids"]]

    noise = torch.rand(len(tokenizer), generator=torch.Generator().manual_seed(3))

    def push(_module: object, _inputs: object, logits: torch.Tensor) -> torch.Tensor:
        logits = logits.clone()
        logits[..., wanted] = logits.amax(-1, keepdim=True) + 3.0 + noise[..., wanted]
        return logits

    return author.model.network.lm_head.register_forward_hook(push)


def wrong_references(text: str, numbers: Collection[int]) -> list[str]:
    """Return what stands in brackets like a reference, read as generously as one may, and is none of these."""
    folded = _UNSEEN.sub("", unicodedata.normalize("NFKC", text.replace("№", "#")))
    found = _REFERENCE.findall(folded)
    parts = [
        part.strip().strip("#").strip() for inside, closing in found for part in re.split(r"[,、;]", inside) if closing
    ]
    return [part for part in parts if part not in set(map(str, numbers))]
