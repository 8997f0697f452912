"""OpenAI's chat completions, as far as we speak it: what a request may say, and how answers look.

Beside OpenAI's own fields: `image_url.focus` ([x, y, width, height]) asks for a second look around a place at full
size; `max_tokens: 0` only reads, so that the next question about this window is quick. `prompt_cache_key` names the
window, `user` the client whose newer request replaces its older one. `sightline.references` says which `[n]` there
are: no other can then come in the answer.
"""

from __future__ import annotations

import time
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.engine.budget import DETAIL_TOKENS
from assistant.engine.errors import BadRequest
from assistant.engine.generate import Outcome, Question
from assistant.engine.pictures import Box, read_picture
from assistant.engine.prompt import Turn

MOST_TOKENS = 4096  # an answer to be heard has 60 to 250
DEFAULT_TOKENS = 256
MOST_REFERENCES = 10_000  # a window's elements; the settings allow more, a prompt holds fewer


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class TextPart(_Part):
    """Words."""

    type: Literal["text"]
    text: str


class ImageUrl(_Part):
    """A picture, as a data URI."""

    url: str
    detail: Literal["low", "auto", "high"] = "auto"
    focus: tuple[int, int, int, int] | None = None


class ImagePart(_Part):
    """A picture among words."""

    type: Literal["image_url"]
    image_url: ImageUrl


class Message(_Part):
    """What one side said."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[Annotated[TextPart | ImagePart, Field(discriminator="type")]]


class StreamOptions(_Part):
    """Whether a stream ends with what it cost."""

    include_usage: bool = False


class Extension(_Part):
    """What no other server knows: our own client sends it to our own engine."""

    references: (
        Annotated[int, Field(ge=0, le=MOST_REFERENCES)]
        | Annotated[list[Annotated[int, Field(ge=0)]], Field(max_length=MOST_REFERENCES)]
        | None
    ) = None
    """The answer refers to `[1]` to `[n]`, or to these numbers, and to no other; none: to any."""

    def numbers(self) -> frozenset[int] | None:
        """Return the numbers that an answer may refer to."""
        if self.references is None:
            return None
        return frozenset(range(1, self.references + 1) if isinstance(self.references, int) else self.references)


class ChatRequest(_Part):
    """A request for an answer."""

    messages: Annotated[list[Message], Field(min_length=1)]
    model: str = ""
    stream: bool = False
    stream_options: StreamOptions = StreamOptions()
    max_tokens: Annotated[int, Field(ge=0, le=MOST_TOKENS)] | None = None
    max_completion_tokens: Annotated[int, Field(ge=0, le=MOST_TOKENS)] | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
    seed: int | None = None
    stop: str | list[str] | None = None
    n: Literal[1] | None = None
    user: str | None = None
    prompt_cache_key: str = ""
    sightline: Extension = Extension()

    def question(self) -> Question:
        """Return what is asked, its pictures decoded; BadRequest if one cannot be."""
        limits = (self.max_completion_tokens, self.max_tokens, DEFAULT_TOKENS)
        stops = [self.stop] if isinstance(self.stop, str) else self.stop or []
        return Question(
            tuple(_turn(message) for message in self.messages),
            window=self.prompt_cache_key,
            most_tokens=next(limit for limit in limits if limit is not None),
            temperature=self.temperature or 0.0,
            top_p=self.top_p or 1.0,
            seed=self.seed,
            stop=tuple(stop for stop in stops if stop),
            references=self.sightline.numbers(),
        )


def parse_request(body: bytes) -> ChatRequest:
    """Return the request in a body; BadRequest names the field that is wrong, never what it held."""
    try:
        return ChatRequest.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadRequest(f"This cannot be: {where or 'the request'} ({first['type']}).", parameter=where) from None


class Completion:
    """The answer to one request, as it is sent."""

    def __init__(self, number: str, model: str) -> None:
        self._common = {"id": f"chatcmpl-{number}", "created": int(time.time()), "model": model}

    def whole(self, text: str, outcome: Outcome) -> dict[str, Any]:
        """Return an answer that is sent at once."""
        message = {"role": "assistant", "content": text, "refusal": None}
        choice = {"index": 0, "message": message, "finish_reason": outcome.finish, "logprobs": None}
        return {**self._common, "object": "chat.completion", "choices": [choice], "usage": usage(outcome)}

    def chunk(self, text: str = "", *, role: str = "", finish: str | None = None) -> dict[str, Any]:
        """Return a piece of an answer that is streamed."""
        delta: dict[str, Any] = ({"role": role} if role else {}) | ({"content": text} if text or role else {})
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return {**self._common, "object": "chat.completion.chunk", "choices": [choice]}

    def costs(self, outcome: Outcome) -> dict[str, Any]:
        """Return the last piece of a stream whose client wants to know what it cost."""
        return {**self._common, "object": "chat.completion.chunk", "choices": [], "usage": usage(outcome)}


def usage(outcome: Outcome) -> dict[str, Any]:
    """Return what an answer cost, in tokens."""
    return {
        "prompt_tokens": outcome.prompt_tokens,
        "completion_tokens": outcome.answer_tokens,
        "total_tokens": outcome.prompt_tokens + outcome.answer_tokens,
        "prompt_tokens_details": {"cached_tokens": outcome.cached_tokens},
    }


def error_object(message: str, kind: str, *, code: str | None = None, parameter: str = "") -> dict[str, Any]:
    """Return an error as OpenAI has it."""
    return {"error": {"message": message, "type": kind, "param": parameter or None, "code": code}}


def _turn(message: Message) -> Turn:
    role = "system" if message.role == "developer" else message.role
    if isinstance(message.content, str):
        return Turn(role, (message.content,))
    parts = [part.text if isinstance(part, TextPart) else _picture(part.image_url) for part in message.content]
    return Turn(role, tuple(parts))


def _picture(image: ImageUrl) -> Any:
    focus = Box(*image.focus) if image.focus else None
    return read_picture(image.url, tokens=DETAIL_TOKENS[image.detail], focus=focus)
