"""pyttsx3, the portable back end: it cannot stop, so its process is killed, and a spare takes over."""

from __future__ import annotations

import asyncio
import os
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from assistant.errors import WorkerLost
from assistant.host.frames import Message
from assistant.host.worker import Program, Worker
from assistant.speak.pcm_player import PcmPlayer
from assistant.speak.voice import Sound, Utterance
from assistant.speak.voice_names import ESPEAK_LANGUAGES, primary
from assistant.speak.worker_voice import run_message

_WORKERS = 3  # one that speaks, one killed and coming back, one for who stops twice in half a second


class Pyttsx3Voice:
    """Speaks one sentence at a time through processes that are there only to be killed."""

    name = "pyttsx3"

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._workers: list[Worker] = []
        self._speaking: Worker | None = None
        self._turn = asyncio.Lock()
        self._player = PcmPlayer(self._turn)
        self._stops = 0

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="sightline-", dir=_memory_folder()))
            for number in range(_WORKERS):
                own = Path(folder, str(number))
                program = Program("pyttsx3", "assistant.speak.pyttsx3_worker", (str(own),))
                self._workers.append(await stack.enter_async_context(Worker(program)))
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        await self._stack.__aexit__(kind, error, trace)

    @property
    def pid(self) -> int | None:
        """The process id of the worker that speaks."""
        return self._speaking.pid if self._speaking else None

    def speaks(self, language: str) -> bool:
        """Whether espeak-ng, which is what speaks here, has a voice for the language."""
        return primary(language) in ESPEAK_LANGUAGES

    async def say(self, utterance: Utterance) -> None:
        """See Voice."""
        runs = [message for run in utterance.runs if (message := run_message(run))["text"]]
        stops = self._stops
        async with self._turn:
            if stops != self._stops or not runs:
                return
            worker = self._speaking = next((w for w in self._workers if w.is_ready), self._workers[0])
            try:
                async with asyncio.timeout(_longest_seconds(runs)):
                    await worker.call({"do": "say", "runs": runs})
            except asyncio.CancelledError:
                worker.restart()
                raise
            except TimeoutError as error:
                worker.restart()
                raise WorkerLost("pyttsx3 hung. It is started again by itself.") from error
            except WorkerLost:
                if stops == self._stops:  # else it was we who killed it
                    raise
            finally:
                self._speaking = None

    async def play(self, sound: Sound) -> None:
        """See Voice."""
        await self._player.play(sound)

    async def stop(self) -> None:
        """See Voice."""
        self._stops += 1
        self._player.stop()
        if self._speaking:
            self._speaking.restart()


def _longest_seconds(runs: list[Message]) -> float:
    """Return how long it can take to say: most of a second for each digit, sign or Hanzi."""
    return 10 + sum(0.6 * len(run["text"]) * 175 / (run["rate"] or 175) for run in runs)


def _memory_folder() -> str | None:
    """Return the login's folder in memory, where there is one: what pyttsx3 writes is what it says."""
    folder = os.environ.get("XDG_RUNTIME_DIR")
    return folder if folder and Path(folder).is_dir() else None
