"""From a conversation to what the model reads: the template's text, pictures, and where the reusable part ends.

Text that is sent is data. It may come from the screen, so nothing in it may be read as one of the template's own
marks: `<|user|>` on a web page would else begin a new turn.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

import torch

from assistant.engine.answer import END_OF_THINK, THINK, markers
from assistant.engine.budget import CROP_TOKENS, budget_for
from assistant.engine.errors import BadRequest
from assistant.engine.loading import Model
from assistant.engine.pictures import Picture, crop_around, shrunk

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True, repr=False)
class Turn:
    """What one side said."""

    role: Role
    parts: tuple[str | Picture, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Prompt:
    """What the model reads."""

    inputs: dict[str, Any]
    """Tensors by the names that the model gives them."""
    prefix_tokens: int
    """How many at the beginning stay the same for another question about the same window; 0 for none."""
    pictures: bytes
    """Tells these pictures from all others."""
    thinks: bool = False
    """The template lets the model begin with a thought."""
    may_think: bool = False

    @property
    def tokens(self) -> int:
        """How many tokens it has."""
        return int(self.inputs["input_ids"].shape[1])


class Prompter:
    """Writes prompts for one model."""

    def __init__(self, model: Model) -> None:
        self._processor, self._tokenizer = model.processor, model.processor.tokenizer
        self.marks = markers(self._tokenizer)
        self._mark = re.compile("|".join(map(re.escape, self.marks)))
        self._mark_ids = frozenset(self._tokenizer.convert_tokens_to_ids(list(self.marks))) - {None}
        self._device, self._precision = model.network.device, model.network.dtype
        template = str(self._processor.chat_template or "")
        self._switches = {"enable_thinking": False} if "enable_thinking" in template else {}
        self._can_think = bool(self._switches) and THINK in template

    def write(self, turns: tuple[Turn, ...]) -> Prompt:
        """Return a conversation as the model reads it; BadRequest if its template cannot take it."""
        turns = tuple(self._neutral_turn(turn) for turn in turns)
        text = self._render(turns)
        pictures = [part for turn in turns for part in turn.parts if isinstance(part, Picture)]
        inputs = self._read(text, pictures)
        tail = text.rstrip()
        thinks = tail.endswith(THINK)
        return Prompt(
            inputs,
            self._prefix_tokens(turns, text, inputs),
            b"".join(picture.digest for picture in pictures),
            thinks=thinks,
            may_think=self._can_think and not thinks and not tail.endswith(END_OF_THINK),
        )

    def neutral(self, text: str) -> str:
        """Return a text in which no mark of the template is left: a space breaks each of them."""
        text = self._mark.sub(lambda found: f"{found.group()[0]} {found.group()[1:]}", text)
        ids = self._tokenizer(text, add_special_tokens=False)["input_ids"]
        if self._mark_ids.isdisjoint(ids):
            return text
        return self._mark.sub("", re.sub(r"[<>\[\]|/]", " ", text))  # a tokenizer that reads marks across spaces

    def _neutral_turn(self, turn: Turn) -> Turn:
        return Turn(turn.role, tuple(part if isinstance(part, Picture) else self.neutral(part) for part in turn.parts))

    def _render(self, turns: tuple[Turn, ...]) -> str:
        messages = [
            {"role": turn.role, "content": [piece for part in turn.parts for piece in self._pieces(part)]}
            for turn in turns
        ]
        try:
            return str(
                self._processor.apply_chat_template(
                    messages, tokenize=False, add_generation_prompt=True, **self._switches
                )
            )
        except Exception as error:  # a template raises what it likes; its message may repeat what was sent
            raise BadRequest("The model's template cannot take this conversation.", parameter="messages") from error

    def _pieces(self, part: str | Picture) -> list[dict[str, str]]:
        if isinstance(part, str):
            return [{"type": "text", "text": part}]
        return [{"type": "image"}] * len(self._views(part))

    def _views(self, picture: Picture) -> list[Any]:
        budget = budget_for(self._processor, picture.pixels.size, picture.tokens)
        views = [shrunk(picture.pixels, budget.pixels)]
        if picture.focus:
            seen = budget.pixels or picture.tokens * budget.token_side**2
            scale = min(1.0, (seen / (picture.pixels.width * picture.pixels.height)) ** 0.5)
            crop = crop_around(picture.focus, picture.pixels, CROP_TOKENS * budget.token_side**2, scale)
            views += [crop] if crop else []
        return views

    def _read(self, text: str, pictures: list[Picture]) -> dict[str, Any]:
        options: dict[str, Any] = {"add_special_tokens": False, "return_tensors": "pt"}
        if pictures:
            largest = max(pictures, key=lambda picture: picture.tokens)
            budget = budget_for(self._processor, largest.pixels.size, largest.tokens)
            options |= {"images": [view for picture in pictures for view in self._views(picture)]}
            options |= {"images_kwargs": budget.settings}
        read = self._processor(text=[text], **options)
        return {name: self._placed(tensor) for name, tensor in read.items() if isinstance(tensor, torch.Tensor)}

    def _placed(self, tensor: torch.Tensor) -> torch.Tensor:
        precision = self._precision if tensor.is_floating_point() else tensor.dtype
        return tensor.to(self._device, precision)

    def _prefix_tokens(self, turns: tuple[Turn, ...], text: str, inputs: dict[str, Any]) -> int:
        """Return how many tokens come before the last part of the first turn that shows something."""
        where = next((n for n, turn in enumerate(turns) if turn.role == "user" and len(turn.parts) > 1), None)
        if where is None or not isinstance(last := turns[where].parts[-1], str) or not last.strip():
            return 0
        other = "!" if last.lstrip()[0] != "!" else "?"
        changed = Turn("user", (*turns[where].parts[:-1], other))
        rendered = self._render((*turns[:where], changed, *turns[where + 1 :]))
        before = text[: _alike(text, rendered)]
        ids, short = (self._tokenizer(one, add_special_tokens=False)["input_ids"] for one in (text, before))
        length = int(inputs["input_ids"].shape[1]) - (len(ids) - _alike(ids, short))
        return length if length > _last_picture_token(inputs) else 0


def _alike(one: Any, other: Any) -> int:
    """Return how many at the beginning of two sequences are the same."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other)))


def _last_picture_token(inputs: dict[str, Any]) -> int:
    types = inputs.get("mm_token_type_ids", inputs.get("token_type_ids"))
    if types is None or not bool((types != 0).any()):
        return 0
    return int((types[0] != 0).nonzero().max())
