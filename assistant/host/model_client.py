"""Ask a vision-language model: our own engine on its socket, or any server that speaks OpenAI's protocol.

Used by the daemon, and by the command line where no daemon runs. The client library is loaded in a thread when a
model is first asked, because that takes half a second and 40 MB. What is asked and answered is in no log and in no
exception: the library's own errors, which may carry a server's words, end here.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import msgspec

from assistant.config import EngineConfig, engine_socket
from assistant.errors import ModelBroken, ModelFailed, ModelRefused, ModelSilent, SomethingMissing
from assistant.host.model_key import read_key
from assistant.host.model_question import Question
from assistant.host.thoughts import Heard

if TYPE_CHECKING:
    from assistant.host.model_library import Connection, Events

log = logging.getLogger(__name__)

CONNECT_SECONDS = 3.0
FORGET_SECONDS = 300.0  # after which our own engine forgets by itself
LARGEST_TEXT = 20_000  # characters of one answer; nobody listens to an hour

_TOO_SLOW = "The model took too long. Ask again, or choose a smaller one: sightline model list"

Announce = Callable[[str], None]
"""Tells the person that what is on their screen goes to this host."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long, in seconds, a connection, an answer's first words and its next ones may take."""

    connect: float = CONNECT_SECONDS
    first: float = 60.0
    between: float = 15.0


class _Delta(msgspec.Struct, frozen=True):
    content: str | None = None


class _Choice(msgspec.Struct, frozen=True):
    delta: _Delta = _Delta()
    finish_reason: str | None = None


class _Chunk(msgspec.Struct, frozen=True):
    """What we read of an event in a server's stream."""

    choices: tuple[_Choice, ...] = ()


class Answer:
    """An answer as it comes: iterate over it, once, for pieces of text.

    Iterating raises ModelFailed where it breaks off; what came until then stands.
    """

    def __init__(self, events: AsyncIterator[object], patience: Patience, begun_at: float, heard: Heard) -> None:
        self._events, self._patience, self._begun_at, self._heard = events, patience, begun_at, heard
        self._finish: str | None = None
        self.was_cut = False
        """Whether it was longer than it might be, and ends in the middle. Known when it has ended."""

    async def __aiter__(self) -> AsyncIterator[str]:
        length = 0
        async for piece in self._pieces():
            if text := self._heard.feed(piece):
                length += len(text)
                yield text
            if length > LARGEST_TEXT:
                log.warning("model: an answer without end was cut, characters=%d", length)
                self.was_cut = True
                return
        if text := self._heard.finish():
            yield text
        self.was_cut = self._finish == "length"

    async def _pieces(self) -> AsyncIterator[str]:
        has_begun = False
        until = self._begun_at + self._patience.first
        while True:
            if has_begun:
                until = asyncio.get_running_loop().time() + self._patience.between
            event = await self._event(until)
            if event is None:
                break
            for choice in _chunk(event).choices[:1]:
                self._finish = choice.finish_reason or self._finish
                if choice.delta.content:
                    has_begun = True
                    yield choice.delta.content
        if self._finish is None:
            raise ModelBroken("The model's answer broke off in the middle. Ask again.")

    async def _event(self, until: float) -> object | None:
        """Return the next event, None at the end."""
        try:
            async with asyncio.timeout_at(until):
                return await anext(self._events, None)
        except TimeoutError:
            pass  # not raised from here: what the library was doing is no part of what is told
        raise ModelSilent(_TOO_SLOW)


class ModelClient:
    """The way to one model. An async context manager; nothing is loaded or opened before the first question.

    `announce` is told once, before the first question goes to another machine.
    """

    def __init__(self, config: EngineConfig, announce: Announce, patience: Patience | None = None) -> None:
        self._config, self._announce = config, announce
        self._patience = patience or Patience(first=config.first_seconds, between=config.next_seconds)
        self._connection: Connection | None = None
        self._loading = asyncio.Lock()
        self._is_announced = False
        self._takes_extras = True  # until a server refuses what OpenAI's protocol has not always had
        self._opens_in_thought = False
        self._asked_at = self._used_at = -math.inf

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._connection is not None:
            await self._connection.close()

    @property
    def is_ours(self) -> bool:
        """Whether it is our own engine that is asked, through its socket."""
        return self._config.url is None

    @property
    def was_asked_lately(self) -> bool:
        """Whether there was a question, not only something to read, so short a time ago that the model still runs."""
        return _is_recent(self._asked_at)

    @property
    def is_remote(self) -> bool:
        """Whether questions leave this machine."""
        return self._config.url is not None and not self._config.url.is_on_this_machine

    async def load(self) -> None:
        """Load the client library, so that the first question need not wait for it. SomethingMissing, WrongSettings."""
        async with self._loading:
            if self._connection is None:
                self._connection = await asyncio.to_thread(self._connect)

    @contextlib.asynccontextmanager
    async def ask(self, question: Question) -> AsyncIterator[Answer]:
        """Ask; within the block the answer can be read. Leaving it, or being cancelled, ends the server's work too.

        Raises ModelFailed, SomethingMissing or WrongSettings, whose messages tell nothing of question or answer.
        """
        await self.load()
        self._announce_once()
        loop = asyncio.get_running_loop()
        begun_at = self._used_at = loop.time()
        if question.tokens:
            self._asked_at = begun_at
        events = await self._begin(question, begun_at)
        heard = Heard(thinks=self._opens_in_thought)
        try:
            yield Answer(events, self._patience, begun_at, heard)
        finally:
            await events.aclose()
            self._used_at = loop.time()
            self._opens_in_thought = self._opens_in_thought or heard.opens_in_thought
            log.info("model: asked, turns=%d, ms=%.0f", len(question.turns), (loop.time() - begun_at) * 1000)

    async def models(self) -> tuple[str, ...]:
        """Return the names of the models that the server has; some servers tell none."""
        await self.load()
        assert self._connection is not None
        return await self._connection.models()

    async def forget(self) -> None:
        """Have our own engine drop what it keeps of the screen, for when that is locked."""
        if self._connection is None or self._config.url is not None or not _is_recent(self._used_at):
            return  # there is nothing to forget, and to ask might start it; or a server that knows no such request
        with contextlib.suppress(ModelFailed, TimeoutError):
            async with asyncio.timeout(self._patience.connect):
                await self._connection.forget()

    async def _begin(self, question: Question, begun_at: float) -> Events:
        try:
            async with asyncio.timeout_at(begun_at + self._patience.first):
                events = await self._request(question, is_plain=not self._takes_extras)
                if events is None and self._takes_extras:
                    events = await self._request(question, is_plain=True)
                    self._takes_extras = events is None  # else it is this question that it does not take
        except TimeoutError:
            raise ModelSilent(_TOO_SLOW) from None
        if events is None:
            raise ModelRefused("The model's server does not take such a question. Does its model read pictures?")
        return events

    async def _request(self, question: Question, *, is_plain: bool) -> Events | None:
        assert self._connection is not None
        body = await asyncio.to_thread(question.encoded, self._config.model, is_plain=is_plain, is_ours=self.is_ours)
        return await self._connection.ask(body)

    def _announce_once(self) -> None:
        if self.is_remote and not self._is_announced:
            assert self._config.url is not None
            self._is_announced = True
            self._announce(self._config.url.host)

    def _connect(self) -> Connection:
        try:
            from assistant.host.model_library import Connection  # noqa: PLC0415 - half a second
        except ImportError as error:
            raise SomethingMissing(
                f"To ask a model, the library “{error.name}” is needed. Run: pip install 'sightline[vlm]'"
            ) from error
        config = self._config
        key = read_key(config.key_file) if config.key_file else None
        if config.url is None:
            return Connection(
                "http://localhost/v1", key, socket=engine_socket(config), connect_seconds=self._patience.connect
            )
        trust = ssl.create_default_context() if config.url.is_encrypted else None
        return Connection(config.url, key, trust=trust, connect_seconds=self._patience.connect)


def _is_recent(moment: float) -> bool:
    return asyncio.get_running_loop().time() - moment < FORGET_SECONDS


def _chunk(event: object) -> _Chunk:
    try:
        return msgspec.convert(event, _Chunk)
    except msgspec.ValidationError:
        pass  # its words may be the server's
    raise ModelBroken("What the model's server sent is no answer. Is the address in the settings right?")
