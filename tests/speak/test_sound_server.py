"""A sound server that is not there, or goes away and comes back. With one, test_voices.py has every voice."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import SomethingMissing
from assistant.host.processes import end, named
from assistant.host.sound_sink import SoundSink
from assistant.host.virtual_desktop import VirtualDesktop
from assistant.speak.espeak import EspeakVoice
from harness import WAIT_SECONDS
from harness.ear import Ear, likeness, spoken
from speak.words import ALIKE, ANSWER, LONG, QUESTION, en, settle


async def test_without_a_sound_server_it_says_so_and_works_once_there_is_one(
    fresh_desktop: VirtualDesktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    end(named(fresh_desktop.processes, "pulseaudio"), polite_seconds=0)
    async with asyncio.timeout(WAIT_SECONDS), EspeakVoice() as voice:
        with pytest.raises(SomethingMissing, match="nothing to play sound on"):
            await voice.say(en(QUESTION))

        sink = await SoundSink.start(fresh_desktop)
        async with sink.record() as recording:
            await voice.say(en(QUESTION))
            ear = Ear(fresh_desktop, recording)
            await settle(ear)

    assert ear.heard_words(QUESTION)


async def test_without_a_sound_server_alsa_plays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    device = tmp_path / "asound.conf"
    device.write_text(
        "pcm.!default { type plug slave.pcm tofile }\n"
        f'pcm.tofile {{ type file file "{tmp_path}/played.raw" format raw slave.pcm {{ type null }} }}\n'
    )
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(device))
    monkeypatch.setenv("PULSE_SERVER", "unix:/nowhere")

    async with asyncio.timeout(WAIT_SECONDS), EspeakVoice() as voice:
        # the last words push the others out of ALSA's file, which is written in blocks
        await asyncio.gather(*(voice.say(en(text)) for text in (QUESTION, ANSWER, LONG)))

    played = np.frombuffer((tmp_path / "played.raw").read_bytes(), np.int16)
    assert likeness(played, spoken(QUESTION, "en-us", 175, 50)) > ALIKE
    assert likeness(played, spoken(ANSWER, "en-us", 175, 50)) > ALIKE


async def test_a_sound_server_that_restarts_is_found_again(fresh_desktop: VirtualDesktop) -> None:
    async with asyncio.timeout(WAIT_SECONDS), EspeakVoice() as voice:
        await voice.say(en(ANSWER))

        end(named(fresh_desktop.processes, "pulseaudio"), polite_seconds=0)
        sink = await SoundSink.start(fresh_desktop)
        async with sink.record() as recording:
            await voice.say(en(QUESTION))
            ear = Ear(fresh_desktop, recording)
            await settle(ear)

    assert ear.heard_words(QUESTION)
