"""From a conversation to what the model reads: the template's text, pictures, and where the reusable part ends.

Text that is sent is data. It may come from the screen, so nothing in it may be read as one of the template's own
marks: `<|user|>` on a web page would else begin a new turn.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import torch

from assistant.engine.answer import markers
from assistant.engine.budget import CROP_TOKENS, Budget, budget_for
from assistant.engine.errors import BadRequest
from assistant.engine.loading import Model
from assistant.engine.pictures import Box, Picture, shrunk, surroundings
from assistant.host.thoughts import END_OF_THINK, THINK

TYPES = ("mm_token_type_ids", "token_type_ids")  # which tokens are a picture's; families name it differently

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
    before: str
    """Those, as text."""
    pictures: bytes
    """Tells these pictures from all others."""
    thinks: bool = False
    """The template lets the model begin with a thought."""
    may_think: bool = False

    @property
    def tokens(self) -> int:
        """How many tokens it has."""
        return int(self.inputs["input_ids"].shape[1])


class Read(Protocol):
    """The beginning of a prompt that the model has read already."""

    @property
    def before(self) -> str: ...
    @property
    def pictures(self) -> bytes: ...
    @property
    def ids(self) -> torch.Tensor: ...
    @property
    def types(self) -> Mapping[str, torch.Tensor]: ...


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

    def write(self, turns: tuple[Turn, ...], read: Read | None = None) -> Prompt:
        """Return a conversation as the model reads it; BadRequest if its template cannot take it.

        Where it begins with what was `read` already, no picture is looked at again.
        """
        turns = tuple(self._neutral_turn(turn) for turn in turns)
        text = self._render(turns)
        pictures = [part for turn in turns for part in turn.parts if isinstance(part, Picture)]
        digest = b"".join(picture.digest for picture in pictures)
        before = self._before_the_question(turns, text)
        ids, begin = self._ids(text), self._ids(before)
        rest = ids[_alike(ids, begin) :]
        if read and rest and (read.before, read.pictures) == (before, digest):
            inputs, length = self._continued(read, rest), read.ids.shape[1]
        else:
            inputs = self._read(text, pictures)
            length = _usable(inputs, int(inputs["input_ids"].shape[1]) - len(rest)) if before else 0
        tail = text.rstrip()
        thinks = tail.endswith(THINK)
        return Prompt(
            inputs,
            length,
            before,
            digest,
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
        return [{"type": "image"}] * (2 if self._crop(part) else 1)

    def _budget(self, picture: Picture) -> Budget:
        return budget_for(self._processor, picture.size, picture.tokens)

    def _crop(self, picture: Picture) -> Box | None:
        if picture.focus is None:
            return None
        budget, (width, height) = self._budget(picture), picture.size
        seen = budget.pixels or picture.tokens * budget.token_side**2
        scale = min(1.0, (seen / (width * height)) ** 0.5)
        return surroundings(picture.focus, picture.size, CROP_TOKENS * budget.token_side**2, scale)

    def _views(self, picture: Picture) -> list[Any]:
        pixels = picture.decode()
        views = [shrunk(pixels, self._budget(picture).pixels)]
        if crop := self._crop(picture):
            views.append(pixels.crop((crop.x, crop.y, crop.x + crop.width, crop.y + crop.height)))
        return views

    def _read(self, text: str, pictures: list[Picture]) -> dict[str, Any]:
        options: dict[str, Any] = {"add_special_tokens": False, "return_tensors": "pt"}
        if pictures:
            largest = self._budget(max(pictures, key=lambda picture: picture.tokens))
            options |= {"images": [view for picture in pictures for view in self._views(picture)]}
            options |= {"images_kwargs": largest.settings}
        read = self._processor(text=[text], **options)
        return {name: self._placed(tensor) for name, tensor in read.items() if isinstance(tensor, torch.Tensor)}

    def _continued(self, read: Read, rest: list[int]) -> dict[str, Any]:
        """Return inputs that begin with what was read; they lack the pictures."""
        new = torch.tensor([rest], dtype=read.ids.dtype, device=read.ids.device)
        inputs = {"input_ids": torch.cat((read.ids, new), dim=1)}
        inputs["attention_mask"] = torch.ones_like(inputs["input_ids"])
        return inputs | {name: torch.cat((one, torch.zeros_like(new)), dim=1) for name, one in read.types.items()}

    def _ids(self, text: str) -> list[int]:
        return list(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def _placed(self, tensor: torch.Tensor) -> torch.Tensor:
        precision = self._precision if tensor.is_floating_point() else tensor.dtype
        return tensor.to(self._device, precision)

    def _before_the_question(self, turns: tuple[Turn, ...], text: str) -> str:
        """Return the text before the last part of the user's first turn: the picture and the facts; "" for none.

        A wrong guess costs time, never an answer: what is reused is compared with what was read (prefix.py).
        """
        where = next((n for n, turn in enumerate(turns) if turn.role == "user" and len(turn.parts) > 1), None)
        if where is None or not isinstance(last := turns[where].parts[-1], str) or not last.strip():
            return ""
        if any(isinstance(part, Picture) for turn in turns[where + 1 :] for part in turn.parts):
            return ""  # its pixels would be read with the first part, its place in the text would not
        other = "!" if last.lstrip()[0] != "!" else "?"
        changed = Turn("user", (*turns[where].parts[:-1], other))
        rendered = self._render((*turns[:where], changed, *turns[where + 1 :]))
        return text[: _alike(text, rendered)]


def _usable(inputs: dict[str, Any], length: int) -> int:
    """Return the length of a prefix if all pictures are in it, else 0."""
    for name in TYPES:
        if name in inputs and (shown := (inputs[name][0] != 0).nonzero()).numel() and int(shown.max()) >= length:
            return 0
    return length


def _alike(one: Any, other: Any) -> int:
    """Return how many at the beginning of two sequences are the same."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other)))
