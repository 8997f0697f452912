"""A Voice whose utterances end when the test says so, and which keeps what it was given; and speech through it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

from assistant.errors import SightlineError, WorkerLost
from assistant.profile import Profile
from assistant.sentence import Sentence
from assistant.speak.failover import Candidate
from assistant.speak.speech import Speech
from assistant.speak.voice import Sound, Utterance

WAIT_SECONDS = 30.0
PROFILE = Profile(name="mine")
LOST = WorkerLost("The voice died.")


class RecordingVoice:
    """Plays nothing. `calls` is what it was asked, in order: "say Save.", "play error", "stop"."""

    def __init__(self, name: str = "recording", *, languages: Collection[str] = ("en", "zh")) -> None:
        self.name = name
        self.calls: list[str] = []
        self.said: list[Utterance] = []
        self.is_open = False
        self.opening_error: SightlineError | None = None
        self.is_quick = False
        """Whether everything has been heard as soon as it is given."""
        self.answers_stop = asyncio.Event()
        """Cleared: `stop` is silent at once, but answers late."""
        self.answers_stop.set()
        self._languages = languages
        self._waiting: list[tuple[str, asyncio.Future[None]]] = []
        self._changed = asyncio.Event()

    async def __aenter__(self) -> Self:
        if self.opening_error:
            raise self.opening_error
        self._note("open")
        self.is_open = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.is_open = False
        self._note("close")

    def speaks(self, language: str) -> bool:
        return language in self._languages

    async def say(self, utterance: Utterance) -> None:
        assert self.is_open
        self.said.append(utterance)
        await self._perform(f"say {utterance.text}")

    async def play(self, sound: Sound) -> None:
        assert self.is_open
        await self._perform(f"play {sound.name}")

    async def stop(self) -> None:
        self._note("stop")
        waiting, self._waiting = self._waiting, []
        for _, future in waiting:
            if not future.done():
                future.set_result(None)
        await self.answers_stop.wait()

    # for the test

    @property
    def waiting(self) -> list[str]:
        """What it was given and has not said yet."""
        return [call.partition(" ")[2] for call, future in self._waiting if not future.done()]

    @property
    def texts(self) -> list[str]:
        """All that it was ever asked to say."""
        return [utterance.text for utterance in self.said]

    async def has(self, *texts: str) -> None:
        """Wait until exactly this is with it."""
        await self.until(lambda: self.waiting == [*texts])

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(WAIT_SECONDS):
            while not is_so():
                self._changed.clear()
                await self._changed.wait()

    def finish(self) -> None:
        """What is first has been heard."""
        _, future = self._waiting.pop(0)
        future.set_result(None)
        self._changed.set()

    def die(self, error: Exception) -> None:
        """All that it was given ends with this error."""
        waiting, self._waiting = self._waiting, []
        for _, future in waiting:
            future.set_exception(error)
        self._changed.set()

    def candidate(self, works: Callable[[], bool] = lambda: True) -> Candidate:
        return Candidate(self.name, lambda: self, works)

    async def _perform(self, call: str) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (call, future)
        self._waiting.append(entry)
        self._note(call)
        if self.is_quick:
            future.set_result(None)
        try:
            await future
        finally:
            if entry in self._waiting:
                self._waiting.remove(entry)
            self._changed.set()

    def _note(self, call: str) -> None:
        self.calls.append(call)
        self._changed.set()


def sentences(*texts: str) -> list[Sentence]:
    return [Sentence(text) for text in texts]


def announcement(lost: str, now: str) -> Sentence:
    return Sentence(f"{lost} is lost, {now} speaks.", origin="sightline")


@asynccontextmanager
async def speaking(*voices: RecordingVoice, profile: Profile = PROFILE) -> AsyncIterator[Speech]:
    """Speech whose first voice is open."""
    async with Speech([voice.candidate() for voice in voices], profile, announcement) as speech:
        await voices[0].until(lambda: voices[0].is_open)
        yield speech
