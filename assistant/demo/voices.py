"""Three voices that speak at once, each to a sink of its own, and what was really played there."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

from assistant.host.sound_sink import Recording
from assistant.host.virtual_desktop import VirtualDesktop
from assistant.host.worker import Program
from assistant.profile import Profile
from assistant.sentence import Sentence
from assistant.speak.failover import Candidate
from assistant.speak.speech import Speech
from assistant.speak.worker_voice import WorkerVoice

_PROGRAMS = {"pulseaudio": "pulseaudio", "parec": "pulseaudio-utils", "espeak-ng": "espeak-ng"}
_TAIL_SECONDS = 0.2


def missing_packages() -> list[str]:
    """Return the packages without which nothing can be played and recorded."""
    return [package for program, package in _PROGRAMS.items() if shutil.which(program) is None]


class Voices:
    """One voice for each profile."""

    def __init__(self, speeches: Mapping[str, Speech], recordings: Mapping[str, Recording]) -> None:
        self._speeches, self._recordings = speeches, recordings

    async def play(self, said: Mapping[str, Sequence[Sentence]], files: Mapping[str, Path]) -> None:
        """Say what each profile says, all at once; save what was heard in the file of each."""
        async with asyncio.TaskGroup() as tasks:
            for name, sentences in said.items():
                tasks.create_task(self._play(name, sentences, files[name]), name=f"play {name}")

    async def _play(self, name: str, sentences: Sequence[Sentence], file: Path) -> None:
        recording = self._recordings[name]
        recording.clear()
        self._speeches[name].say(sentences)
        await self._speeches[name].drained()
        await recording.more(_TAIL_SECONDS)
        recording.save(file)


@contextlib.asynccontextmanager
async def voices(desktop: VirtualDesktop, profiles: Sequence[Profile]) -> AsyncIterator[Voices]:
    """Open a voice for each profile, each with a sink and a recorder."""
    async with contextlib.AsyncExitStack() as stack:
        speeches, recordings = {}, {}
        for profile in profiles:
            await desktop.sink.add(profile.name)
            recordings[profile.name] = await stack.enter_async_context(desktop.sink.record(profile.name))
            speeches[profile.name] = await stack.enter_async_context(Speech([_candidate(profile.name)], profile))
        yield Voices(speeches, recordings)


def _candidate(sink: str) -> Candidate:
    program = Program("espeak-ng", "assistant.speak.espeak_worker", ("",), environment={"PULSE_SINK": sink})
    return Candidate("espeak-ng", lambda: WorkerVoice("espeak-ng", program))
