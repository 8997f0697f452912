"""Teach the test model: the next token of the answers alone, AdamW, a loss over all talks of a step."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import torch
from PIL import Image
from torch.nn.functional import cross_entropy

from training.tiny_vlm.model import USER
from training.tiny_vlm.rate import Course, optimizer_of, some_size, take
from training.tiny_vlm.talks import Talk, some_talk

IGNORED = -100


OURS = 0.25
"""The share of the later steps that ask as Sightline asks, at some hundred tokens more."""


def learn(network: Any, batches: Batches, course: Course, tell: Callable[[str], None]) -> None:
    """Teach a network in place."""
    dice = random.Random(course.seed)
    optimizer = optimizer_of(network.parameters(), course)
    started, losses = time.process_time(), 0.0
    for step in range(course.steps):
        is_early = step < course.small * course.steps
        size, scale = some_size(step, course, dice)
        is_ours = not is_early and dice.random() < OURS
        talks = [some_talk(dice, size, scale, is_ours=is_ours) for _ in range(course.pictures)]
        loss = _loss(network, *batches.of(talks))
        take(step, course, optimizer, loss)
        losses += loss.item()
        if step % 50 == 49:
            seconds = time.process_time() - started
            tell(f"tongue: {step + 1} of {course.steps} steps, {seconds:.0f} s, loss {losses / 50:.4f}")
            losses = 0.0


class Batches:
    """Makes tensors of talks."""

    def __init__(self, processor: Any) -> None:
        self._processor, self._tokenizer = processor, processor.tokenizer
        ids = self._tokenizer.convert_tokens_to_ids
        self._image, self._user, self._thought = ids("<|image|>"), ids(USER), ids("</think>")
        self._padding = self._tokenizer.pad_token_id

    def look(self, pictures: list[Image.Image]) -> dict[str, torch.Tensor]:
        """Return what the vision tower reads of pictures."""
        return dict(self._processor.image_processor(images=pictures, return_tensors="pt"))

    def of(self, talks: list[Talk]) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
        """Return what the network reads, and the tokens it shall write, `IGNORED` where it only reads."""
        seen = self.look([talk.picture for talk in talks])
        sizes = (seen["image_grid_thw"].prod(dim=1) // 4).tolist()
        rows = [self._tokens(talk, size) for talk, size in zip(talks, sizes, strict=True)]
        length = max(map(len, rows))
        ids = torch.tensor([row + [self._padding] * (length - len(row)) for row in rows])
        wanted = torch.tensor([self._wanted(row) + [IGNORED] * (length - len(row)) for row in rows])
        mask = torch.tensor([[1] * len(row) + [0] * (length - len(row)) for row in rows])
        inputs = {"input_ids": ids, "attention_mask": mask, "mm_token_type_ids": (ids == self._image).int(), **seen}
        return inputs, wanted

    def _tokens(self, talk: Talk, size: int) -> list[int]:
        text = self._processor.apply_chat_template(talk.messages, tokenize=False, enable_thinking=False) + USER
        ids: list[int] = self._tokenizer(text, add_special_tokens=False)["input_ids"]
        where = ids.index(self._image)
        return [*ids[:where], *[self._image] * size, *ids[where + 1 :]]

    def _wanted(self, row: list[int]) -> list[int]:
        """Return the row with all but the answers ignored; an answer ends with the mark of the user's turn."""
        wanted = [IGNORED] * len(row)
        for place, token in enumerate(row):
            if token == self._thought:
                end = row.index(self._user, place)
                wanted[place + 2 : end + 1] = row[place + 2 : end + 1]  # after the line's end
        return wanted


def _loss(network: Any, inputs: dict[str, torch.Tensor], wanted: torch.Tensor) -> torch.Tensor:
    states = network.model(**inputs).last_hidden_state[:, :-1]
    asked = wanted[:, 1:] != IGNORED
    return cross_entropy(network.lm_head(states[asked]), wanted[:, 1:][asked])
