"""The contract of speak/voice.py, for every voice, heard at the sound sink or read in the file."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import wave
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import SomethingMissing, WorkerLost
from assistant.host.living import living_in
from assistant.host.virtual_desktop import VirtualDesktop
from assistant.profile import VoiceSettings
from assistant.speak.espeak import EspeakVoice
from assistant.speak.file import file_voice
from assistant.speak.piper import PiperVoice
from assistant.speak.pyttsx3_voice import Pyttsx3Voice
from assistant.speak.speechd import SpeechDispatcherVoice
from assistant.speak.voice import SAMPLE_RATE, Run, Sound, Utterance, Voice, speakable
from harness import WAIT_SECONDS
from harness.ear import Ear, Samples, likeness, spoken
from speak.words import ALIKE, ANSWER, LONG, QUESTION, en, settle

TONE_VOICE = Path(__file__).parent / "tone_voice" / "tone.onnx"
CHINESE = "要保存修改吗"
# rising: the ear knows words by how their spectrum changes
BEEP = Sound("beep", (np.sin((np.arange(SAMPLE_RATE // 2) * 0.007) ** 2) * 9000).astype("<i2").tobytes())
TWENTY_KB = LONG * 60
UNLIKE = 0.7
STRANGE = (
    "",
    " \t\n ",
    "<speak><b>bold</b> & <mark name='x'/></speak>",
    "hello\r\n.\r\nQUIT\r\nSET ALL RATE 100",
    ".",
    "..hidden",
    "a\x00b\x1b[31m\x07\x7f",
    "\u200b\u202e\ufeff",
    "\ud800",
    "🎉👨‍👩‍👧",
    "[[h@l'oU]] {x} %s \\n",
)


@dataclass
class Spoken:
    """A voice, and what came of it."""

    kind: str
    voice: Voice
    heard: Callable[[], Samples]
    reference: Callable[[str, str], Samples]

    def likeness(self, text: str, language: str = "en") -> float:
        return likeness(self.heard(), self.reference(text, language))

    def place(self, text: str) -> int:
        """Return where the best match of the text starts, in samples."""
        heard, words = self.heard(), self.reference(text, "en")
        step = SAMPLE_RATE // 20
        starts = range(0, max(1, len(heard) - len(words)), step)
        return max(starts, key=lambda start: likeness(heard[start : start + len(words) + step], words))


def zh(text: str) -> Utterance:
    return Utterance((Run(text, "zh"),))


def espeak_reference(rate: int) -> Callable[[str, str], Samples]:
    names = {"en": "en-us", "zh": "cmn-latn-pinyin"}
    return lambda text, language: spoken(text, names[language], rate, 50)


def piper_reference(text: str, _: str) -> Samples:
    piper = pytest.importorskip("piper")
    chunks = piper.PiperVoice.load(str(TONE_VOICE)).synthesize(text)
    return np.frombuffer(b"".join(chunk.audio_int16_bytes for chunk in chunks), np.int16)


def wav_samples(file: Path) -> Samples:
    with wave.open(str(file)) as wav:
        return np.frombuffer(wav.readframes(wav.getnframes()), np.int16)


SOUNDING = ["espeak-ng", "speech-dispatcher", "pyttsx3", "piper"]
SPEAKING = [*SOUNDING, "wav"]  # the transcript has tests of its own


@pytest.fixture(scope="module", autouse=True)
def calm_speech_dispatcher(shared_desktop: VirtualDesktop) -> None:
    """Let its sound wait longer at the sound server: with its default, 10 ms, it stutters on a busy machine."""
    folder = Path(shared_desktop.environment["XDG_CONFIG_HOME"], "speech-dispatcher")
    shutil.copytree("/etc/speech-dispatcher", folder)
    with (folder / "speechd.conf").open("a") as settings:
        settings.write("AudioPulseMinLength 100\n")


@pytest.fixture
async def said(request: pytest.FixtureRequest, ear: Ear, tmp_path: Path) -> AsyncIterator[Spoken]:
    file = tmp_path / "said.wav"
    voices: dict[str, Callable[[], Voice]] = {
        "espeak-ng": EspeakVoice,
        "speech-dispatcher": SpeechDispatcherVoice,
        "pyttsx3": Pyttsx3Voice,
        "piper": lambda: PiperVoice(TONE_VOICE),
        "wav": lambda: file_voice(file),
    }
    references = {"speech-dispatcher": espeak_reference(170), "piper": piper_reference}
    kind = request.param
    if kind == "piper":
        pytest.importorskip("piper")
    async with asyncio.timeout(4 * WAIT_SECONDS), voices[kind]() as voice:
        heard = (lambda: wav_samples(file)) if kind == "wav" else (lambda: ear.heard)
        yield Spoken(kind, voice, heard, references.get(kind, espeak_reference(175)))


every_voice = pytest.mark.parametrize("said", SPEAKING, indirect=True)
sounding_voices = pytest.mark.parametrize("said", SOUNDING, indirect=True)


@every_voice
async def test_what_is_said_is_heard_when_say_returns(said: Spoken, ear: Ear) -> None:
    await said.voice.say(en(QUESTION))

    await settle(ear)
    assert said.likeness(QUESTION) > ALIKE
    assert said.likeness(ANSWER) < said.likeness(QUESTION) - 0.1
    ear.forget()
    await ear.hears_silence()
    assert ear.is_silent()


@every_voice
async def test_sentences_are_heard_whole_and_in_order(said: Spoken, ear: Ear) -> None:
    await asyncio.gather(*(said.voice.say(en(text)) for text in (QUESTION, ANSWER)))

    await settle(ear)
    assert said.likeness(QUESTION) > ALIKE
    assert said.likeness(ANSWER) > ALIKE
    assert said.place(QUESTION) < said.place(ANSWER)


@pytest.mark.parametrize("said", ["espeak-ng", "speech-dispatcher", "pyttsx3", "wav"], indirect=True)
async def test_chinese_is_said_as_chinese(said: Spoken, ear: Ear) -> None:
    await said.voice.say(zh(CHINESE))

    await settle(ear)
    assert said.voice.speaks("zh")
    assert said.likeness(CHINESE, "zh") > ALIKE


@pytest.mark.parametrize("said", ["espeak-ng", "speech-dispatcher", "pyttsx3", "wav"], indirect=True)
async def test_a_voice_for_english_does_not_say_chinese(said: Spoken, ear: Ear) -> None:
    named = Run(CHINESE, "zh", VoiceSettings(name="en-us"))

    await said.voice.say(Utterance((named,)))

    await settle(ear)
    assert said.likeness(CHINESE, "zh") > ALIKE


@pytest.mark.parametrize("said", ["espeak-ng", "speech-dispatcher", "pyttsx3", "wav"], indirect=True)
async def test_runs_of_one_sentence_have_their_own_voices(said: Spoken, ear: Ear) -> None:
    await said.voice.say(Utterance((Run("The editor asks", "en"), Run(CHINESE, "zh"))))

    await settle(ear)
    assert said.likeness("The editor asks") > ALIKE
    assert said.likeness(CHINESE, "zh") > ALIKE


@pytest.mark.parametrize("said", ["espeak-ng", "pyttsx3", "wav"], indirect=True)
async def test_rate_and_pitch_are_as_the_profile_says_and_only_there(said: Spoken, ear: Ear) -> None:
    await said.voice.say(en(QUESTION, VoiceSettings(rate=300, pitch=90)))
    await said.voice.say(en(ANSWER))

    await settle(ear)
    assert likeness(said.heard(), spoken(QUESTION, "en-us", 300, 90)) > ALIKE
    assert said.likeness(ANSWER) > ALIKE


def loudness(samples: Samples) -> float:
    return float(np.sqrt(np.mean(samples.astype(float) ** 2)))


@sounding_voices
async def test_volume_is_as_the_profile_says(said: Spoken, ear: Ear) -> None:
    await said.voice.say(en(QUESTION, VoiceSettings(volume=100)))
    await settle(ear)
    loud = loudness(ear.heard)
    ear.forget()

    await said.voice.say(en(QUESTION, VoiceSettings(volume=40)))

    await settle(ear)
    assert 0 < loudness(ear.heard) < 0.75 * loud


@every_voice
async def test_strange_texts_do_no_harm(said: Spoken, ear: Ear) -> None:
    await asyncio.gather(*(said.voice.say(en(text, VoiceSettings(rate=600))) for text in STRANGE))

    await said.voice.say(en(QUESTION))

    await settle(ear)
    assert said.likeness(QUESTION) > ALIKE


@sounding_voices
async def test_stop_ends_a_sentence_that_is_heard_and_drops_what_waits(said: Spoken, ear: Ear) -> None:
    sentences = asyncio.gather(said.voice.say(en(TWENTY_KB)), said.voice.say(en(QUESTION)))
    await ear.hears_sound()

    await said.voice.stop()

    await sentences
    await ear.hears_silence(1.5)
    assert said.likeness(QUESTION) < UNLIKE


@every_voice
async def test_stop_when_silent_does_no_harm(said: Spoken, ear: Ear) -> None:
    await said.voice.stop()
    await said.voice.stop()

    await said.voice.say(en(QUESTION))

    await settle(ear)
    assert said.likeness(QUESTION) > ALIKE


@sounding_voices
async def test_after_a_stop_the_next_sentence_is_heard_whole(said: Spoken, ear: Ear) -> None:
    stopped = asyncio.ensure_future(said.voice.say(en(LONG)))
    await ear.hears_sound()

    await said.voice.stop()
    await said.voice.say(en(QUESTION))

    await settle(ear)
    await stopped
    assert said.likeness(QUESTION) > ALIKE


@sounding_voices
async def test_a_cancelled_sentence_is_silent_and_the_next_is_heard(said: Spoken, ear: Ear) -> None:
    cancelled = asyncio.ensure_future(said.voice.say(en(LONG)))
    following = asyncio.ensure_future(said.voice.say(en(QUESTION)))
    await ear.hears_sound()

    cancelled.cancel()

    await following
    await settle(ear)
    assert cancelled.cancelled()
    assert said.likeness(QUESTION) > ALIKE
    assert said.likeness(LONG) < UNLIKE


@sounding_voices
async def test_cancelling_a_sentence_that_waits_leaves_the_one_that_is_heard(said: Spoken, ear: Ear) -> None:
    heard = asyncio.ensure_future(said.voice.say(en(QUESTION)))
    waiting = asyncio.ensure_future(said.voice.say(en(LONG)))
    await ear.hears_sound()

    waiting.cancel()

    await heard
    await ear.hears_silence(1.5)
    assert said.likeness(QUESTION) > ALIKE
    assert len(ear.heard) < len(said.reference(LONG, "en"))


@every_voice
async def test_a_sound_is_heard_in_its_turn(said: Spoken, ear: Ear) -> None:
    await asyncio.gather(said.voice.play(BEEP), said.voice.say(en(QUESTION)))

    await settle(ear)
    assert likeness(said.heard(), np.frombuffer(BEEP.samples, np.int16)) > ALIKE
    assert said.likeness(QUESTION) > ALIKE


def kill(said: Spoken, desktop: VirtualDesktop) -> None:
    """Kill what speaks, as the kernel does when memory is short."""
    if said.kind == "speech-dispatcher":
        file = Path(desktop.environment["XDG_RUNTIME_DIR"], "speech-dispatcher", "pid", "speech-dispatcher.pid")
        pid = int(file.read_text())
    else:
        pid = getattr(said.voice, "pid")  # noqa: B009 - no part of the Protocol
    os.kill(pid, signal.SIGKILL)


@sounding_voices
async def test_when_what_speaks_dies_the_sentence_is_lost_and_the_next_is_heard(
    said: Spoken, ear: Ear, desktop: VirtualDesktop
) -> None:
    lost = asyncio.ensure_future(said.voice.say(en(LONG)))
    await ear.hears_sound()

    kill(said, desktop)

    with pytest.raises(WorkerLost):
        await lost
    await ear.hears_silence()
    ear.forget()
    await said.voice.say(en(QUESTION))
    await settle(ear)
    assert said.likeness(QUESTION) > ALIKE


@sounding_voices
async def test_leaving_is_silence(said: Spoken, ear: Ear) -> None:
    async with type(said.voice)(*([TONE_VOICE] if said.kind == "piper" else [])) as voice:
        sentence = asyncio.ensure_future(voice.say(en(TWENTY_KB)))
        await ear.hears_sound()

    await asyncio.wait([sentence])
    await ear.hears_silence()


@pytest.mark.parametrize("text", ["", "\x00", "\u200b\u202e"])
def test_nothing_to_say_is_nothing(text: str) -> None:
    assert speakable(text) == ""


def test_what_is_spoken_is_one_line_of_what_can_be_said() -> None:
    assert speakable("a\r\n.\r\nQUIT\x00\u2028 \ud800好\u202e🎉") == "a . QUIT 好🎉"


async def test_a_piper_voice_that_is_not_there_is_told_on_entering(tmp_path: Path) -> None:
    with pytest.raises(SomethingMissing, match="Piper"):
        await PiperVoice(tmp_path / "none.onnx").__aenter__()


def wav_files(folder: Path) -> list[Path]:
    return list(folder.rglob("*.wav"))


async def test_pyttsx3_leaves_no_file_of_what_it_said(desktop: VirtualDesktop, ear: Ear) -> None:
    runtime = Path(desktop.environment["XDG_RUNTIME_DIR"])
    with living_in(desktop.environment):
        async with Pyttsx3Voice() as voice:
            sentence = asyncio.ensure_future(voice.say(en(LONG)))
            await ear.hears_sound()
            await voice.stop()
            await sentence

    assert wav_files(runtime) == []
