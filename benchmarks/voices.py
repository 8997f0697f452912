"""Words are to be said: how long until they sound? They are to stop: how long until there is silence?"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import itertools
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter

from assistant.host.living import living_in
from assistant.host.processes import end
from assistant.host.sound_sink import Recording
from assistant.host.virtual_desktop import VirtualDesktop
from assistant.speak import ssip
from assistant.speak.espeak import EspeakVoice
from assistant.speak.piper import PiperVoice
from assistant.speak.pyttsx3_voice import Pyttsx3Voice
from assistant.speak.speechd import SpeechDispatcherVoice
from assistant.speak.voice import Run, Utterance, Voice
from benchmarks.figures import Comparison, Result, Series, Target
from benchmarks.sound import first_sound, silence
from benchmarks.turns import in_turn, share_of

ROUNDS, WARM_UP = 10, 1
TEXT = "Your changes to the budget will be lost unless you save them now"
RIVAL = "pyttsx3, bare"
_START_SECONDS, _AGAIN_SECONDS = 10.0, 0.05
HERE = Path(__file__).parent
TONE_VOICE = HERE.parent / "tests" / "speak" / "tone_voice" / "tone.onnx"
_STOP_AFTER = (0.3, 0.7, 0.45, 0.85, 0.6)
"""Seconds of sound before it is to stop: never twice at the same place of a word."""


@dataclass(frozen=True, slots=True)
class Saying:
    """One text begun and stopped, in milliseconds; None where it was not measured, or did not come."""

    first_sound: float | None
    silence: float | None


async def run(share: float = 1.0) -> Result:
    """Say a text with every voice in turn, and stop it."""
    async with AsyncExitStack() as stack:
        desktop = await stack.enter_async_context(VirtualDesktop(sound=True))
        stack.enter_context(living_in(desktop.environment))
        recording = await stack.enter_async_context(desktop.sink.record())
        voices = [await stack.enter_async_context(voice) for voice in await _voices(desktop)]
        pauses = itertools.cycle(_STOP_AFTER)
        ways: list[Callable[[], Awaitable[Saying]]] = [partial(say, voice, recording, pauses) for voice in voices]
        ways.append(partial(say_bare, desktop, recording, pauses))
        await in_turn(WARM_UP, *ways)
        *ours, theirs = await in_turn(share_of(ROUNDS, share), *ways)
    comparisons = [
        comparison
        for voice, sayings in zip(voices, ours, strict=True)
        for comparison in _comparisons(voice.name, sayings, theirs)
    ]
    comparisons.sort(key=lambda comparison: comparison.what.startswith("stop"))
    return Result("voices", "A voice speaks, and stops", tuple(comparisons), _NOTES)


async def _voices(desktop: VirtualDesktop) -> list[Voice]:
    voices: list[Voice] = [EspeakVoice(), SpeechDispatcherVoice(await _speech_dispatcher(desktop)), Pyttsx3Voice()]
    if importlib.util.find_spec("piper") and TONE_VOICE.exists():
        voices.append(PiperVoice(TONE_VOICE))
    return voices


async def _speech_dispatcher(desktop: VirtualDesktop) -> str:
    """Start a speech-dispatcher that ends with the desktop; return its address."""
    address = f"unix_socket:{desktop.folder / 'run' / 'speechd.sock'}"
    await desktop.start(
        *("speech-dispatcher", "--run-single", "--timeout", "0"),
        *("--communication-method", "unix_socket", "--socket-path", address.partition(":")[2]),
    )
    async with asyncio.timeout(_START_SECONDS):
        while True:
            with contextlib.suppress(OSError):
                (await ssip.connect(address)).close()
                return address
            await asyncio.sleep(_AGAIN_SECONDS)


async def say(voice: Voice, recording: Recording, pauses: Iterator[float]) -> Saying:
    """Say the text with a voice of ours and stop it after a while."""
    await silence(recording)
    recording.clear()
    since = perf_counter()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(voice.say(Utterance((Run(TEXT),))), name="say")
        began = await first_sound(recording)
        await asyncio.sleep(next(pauses))
        stopped = perf_counter()
        await voice.stop()
        ended = await silence(recording)
    return _saying(since, began, stopped, ended)


async def say_bare(desktop: VirtualDesktop, recording: Recording, pauses: Iterator[float]) -> Saying:
    """Do the same with pyttsx3 alone. What was stopped never speaks again, so it is a new process each time."""
    async with _bare_pyttsx3(desktop) as stdin:
        recording.clear()
        stdin.write(b"say Hello\n")  # of a process's first words it does not wait for the end
        await first_sound(recording)
        await silence(recording)
        recording.clear()
        since = perf_counter()
        stdin.write(f"say {TEXT}\n".encode())
        began = await first_sound(recording)
        await asyncio.sleep(next(pauses))
        stopped = perf_counter()
        stdin.write(b"stop\n")
        return _saying(since, began, stopped, await silence(recording))


@asynccontextmanager
async def _bare_pyttsx3(desktop: VirtualDesktop) -> AsyncIterator[asyncio.StreamWriter]:
    process = await desktop.start(
        sys.executable, HERE / "bare_pyttsx3.py", stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin
    assert process.stdout
    await process.stdout.readline()
    try:
        yield process.stdin
    finally:
        with contextlib.suppress(ProcessLookupError):
            await asyncio.to_thread(end, [process.pid], polite_seconds=0)


def _saying(since: float, began: float | None, stopped: float, ended: float | None) -> Saying:
    if began is None or ended is None:
        return Saying(None, None)
    return Saying((began - since) * 1000, max(0.0, (ended - stopped) * 1000))


def _comparisons(name: str, ours: list[Saying], theirs: list[Saying]) -> list[Comparison]:
    is_own = name == "espeak-ng"
    return [
        Comparison(
            f"request → first sound, {name}",
            Series.of(saying.first_sound for saying in ours),
            RIVAL,
            Series.of(saying.first_sound for saying in theirs),
            target=Target(15, is_ratio=False),
            headline="Words are to be said, until they sound" if is_own else "",
        ),
        Comparison(
            f"stop → silence, {name}",
            Series.of(saying.silence for saying in ours),
            RIVAL,
            Series.of(saying.silence for saying in theirs),
            target=Target(10, is_ratio=False),
            headline="Stop, until it is silent" if is_own else "",
        ),
    ]


_NOTES = (
    f"""One text of {len(TEXT)} characters, begun, and stopped after 0.3 to 0.85 s of sound, heard at the monitor of a
null sink: no card adds its own delay. The sink takes sound every 10 ms; a sound counts when it has been taken.""",
    """Bare pyttsx3 (`engine.stop()` from a second thread) plays its text to the end and then hangs, so each time is a
new process, started and warmed up before the clock runs.""",
    """speech-dispatcher's times are its server's own: it starts and stops the same espeak-ng for every program. Piper
speaks with a tiny voice made of tones: its figures are those of our way to the sink, not of a real voice.""",
)
