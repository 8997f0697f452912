"""What the voices that speak through a worker of ours have in common; espeak.py and piper.py say which worker."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

from assistant.errors import WorkerLost
from assistant.host.frames import Message
from assistant.host.worker import Program, Worker
from assistant.speak.voice import Run, Sound, Utterance, speakable
from assistant.speak.voice_names import primary


class WorkerVoice:
    """A voice whose worker runs `speaking.speak`."""

    def __init__(self, name: str, program: Program) -> None:
        self.name = name
        self._worker = Worker(program)
        self._languages: frozenset[str] = frozenset()
        self._last_job = 0
        self._stops = 0

    async def __aenter__(self) -> Self:
        await self._worker.__aenter__()
        reply = await self._worker.call({"do": "languages"})
        self._languages = frozenset(map(str, reply.message["languages"]))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._worker.__aexit__(kind, error, trace)

    @property
    def pid(self) -> int | None:
        """The worker's process id."""
        return self._worker.pid

    def speaks(self, language: str) -> bool:
        """Whether the synthesiser has a voice for the language."""
        return primary(language) in self._languages

    async def say(self, utterance: Utterance) -> None:
        """See Voice."""
        runs = [message for run in utterance.runs if (message := run_message(run))["text"]]
        if runs:
            await self._job({"do": "say", "runs": runs})

    async def play(self, sound: Sound) -> None:
        """See Voice."""
        if sound.samples:
            await self._job({"do": "play"}, sound.samples)

    async def stop(self) -> None:
        """See Voice."""
        self._stops += 1
        if self._worker.is_ready:
            try:
                await self._worker.call({"do": "drop"})
            except WorkerLost:
                return  # as silent as can be

    async def _job(self, message: Message, payload: bytes = b"") -> None:
        self._last_job = job = self._last_job + 1
        stops = self._stops
        await self._worker.ready()
        if stops != self._stops:
            return  # stopped while a lost worker was replaced
        try:
            await self._worker.call({**message, "job": job}, payload)
        except asyncio.CancelledError:
            self._worker.tell({"do": "drop", "job": job})
            raise


def run_message(run: Run) -> Message:
    """Return a run as speaking.Words takes it."""
    settings = run.settings
    return {
        "text": speakable(run.text),
        "language": run.language,
        "name": settings.name,
        "rate": settings.rate,
        "pitch": settings.pitch,
        "volume": settings.volume,
    }
