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
    """The answer ends after this many."""
    schema: Mapping[str, Any] | None = None
    """The JSON schema of the answer, where it shall be JSON. Not every server keeps to it: check the answer."""

    def __repr__(self) -> str:
        return f"Question({len(self.turns)} turns, tokens={self.tokens})"

    def encoded(self, model: str, *, is_plain: bool = False) -> bytes:
        """Return the request's body; `is_plain` leaves out what not every server takes. Milliseconds for a picture."""
        return msgspec.json.encode(self._body(model, is_plain=is_plain))

    def _body(self, model: str, *, is_plain: bool) -> Json:
        body: Json = {
            "model": model,
            "messages": [_message(turn) for turn in self.turns],
            "stream": True,
            "max_tokens": self.tokens,
            "temperature": 0,
        }
        if is_plain:
            return body
        if self.schema is not None:
            schema = {"name": "answer", "schema": dict(self.schema), "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        # vLLM, SGLang and llama-server hand this to the model's template: no thinking aloud
        return {**body, "chat_template_kwargs": {"enable_thinking": False}}


def _message(turn: Turn) -> Json:
    if turn.has_picture:
        return {"role": turn.role, "content": [_part(part) for part in turn.parts]}
    return {"role": turn.role, "content": "\n\n".join(str(part) for part in turn.parts)}


def _part(part: str | Picture) -> Json:
    if isinstance(part, str):
        return {"type": "text", "text": part}
    data = base64.b64encode(part.data).decode("ascii")
    return {"type": "image_url", "image_url": {"url": f"data:image/{part.kind};base64,{data}"}}
