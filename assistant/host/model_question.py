"""What a model is asked: turns of text and pictures, and how OpenAI's protocol writes them."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as a file's bytes. In memory only."""

    data: bytes
    kind: Literal["png", "jpeg", "webp"] = "png"
    detail: Literal["low", "auto", "high"] = "auto"
    """How finely the model looks, in OpenAI's terms."""
    focus: tuple[int, int, int, int] | None = None
    """Around this box (x, y, width, height, in its pixels) our own engine looks once more, at full size."""

    def __repr__(self) -> str:
        return f"Picture({len(self.data)} bytes, {self.kind!r})"


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side says, its parts in the order in which the model reads them."""

    role: Literal["system", "user", "assistant"]
    parts: tuple[str | Picture, ...]

    def __repr__(self) -> str:
        return f"Turn({self.role!r}, {len(self.parts)} parts)"

    @property
    def has_picture(self) -> bool:
        """Whether a picture is among the parts."""
        return any(isinstance(part, Picture) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Question:
    """One question to a model, with the turns before it."""

    turns: tuple[Turn, ...]
    tokens: int = 300
    """The answer ends after this many. With 0 our own engine only reads, and answers nothing."""
    window: str = ""
    """What our own engine reads of it is kept under this name, so that the next question about the window is quick."""
    references: tuple[int, ...] | None = None
    """The answer of our own engine refers to no other `[n]` than these. Other servers' answers are checked after."""
    schema: Mapping[str, Any] | None = None
    """The JSON schema of the answer, where it shall be JSON. Not every server keeps to it: check the answer."""

    def __repr__(self) -> str:
        return f"Question({len(self.turns)} turns, tokens={self.tokens})"

    def encoded(self, model: str, *, is_plain: bool = False, is_ours: bool = False) -> bytes:
        """Return the request's body. Milliseconds for a picture.

        `is_plain` leaves out what not every server takes; `is_ours` adds what our own engine alone does.
        """
        return msgspec.json.encode(self._body(model, is_plain=is_plain, is_ours=is_ours))

    def _body(self, model: str, *, is_plain: bool, is_ours: bool) -> Json:
        body: Json = {
            "model": model,
            "messages": [_message(turn, is_plain=is_plain, is_ours=is_ours) for turn in self.turns],
            "stream": True,
            "max_tokens": self.tokens,
            "temperature": 0,
        }
        if is_plain:
            return body
        if is_ours and self.window:
            body["prompt_cache_key"] = self.window
        if is_ours and self.references is not None:
            body["sightline"] = {"references": self.references}
        if self.schema is not None:
            schema = {"name": "answer", "schema": dict(self.schema), "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        # vLLM, SGLang and llama-server hand this to the model's template: no thinking aloud
        return {**body, "chat_template_kwargs": {"enable_thinking": False}}


def _message(turn: Turn, *, is_plain: bool, is_ours: bool) -> Json:
    if turn.has_picture:
        parts = [_part(part, is_plain=is_plain, is_ours=is_ours) for part in turn.parts]
        return {"role": turn.role, "content": parts}
    return {"role": turn.role, "content": "\n\n".join(str(part) for part in turn.parts)}


def _part(part: str | Picture, *, is_plain: bool, is_ours: bool) -> Json:
    if isinstance(part, str):
        return {"type": "text", "text": part}
    data = base64.b64encode(part.data).decode("ascii")
    image: Json = {"url": f"data:image/{part.kind};base64,{data}"}
    if part.detail != "auto" and not is_plain:
        image["detail"] = part.detail
    if part.focus is not None and is_ours:
        image["focus"] = list(part.focus)
    return {"type": "image_url", "image_url": image}
