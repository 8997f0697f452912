"""Speech through real voices, heard at the sound sink."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from assistant.host.processes import end
from assistant.host.sound_sink import RATE
from assistant.host.virtual_desktop import VirtualDesktop
from assistant.profile import Profile
from assistant.sentence import Sentence
from assistant.speak.espeak import EspeakVoice
from assistant.speak.failover import Candidate
from assistant.speak.queue import About
from assistant.speak.speech import Speech
from assistant.speak.speechd import SpeechDispatcherVoice
from harness import WAIT_SECONDS
from harness.ear import Ear

pytestmark = pytest.mark.desktop

PROFILE = Profile(name="mine")
COUNTING = "One hundred and one, one hundred and two, one hundred and three, one hundred and four. " * 4
LIST = "The first file is a letter, the second is a picture."
QUESTION = "Do you want to replace the file?"
ANSWER = "Press escape to cancel."
NEWS = "Another voice speaks now."
REMARK = "Nobody hears this remark about sailing."
RATES = {"espeak-ng": (175,), "speech-dispatcher": (160, 165, 170)}  # words a minute; its own are only about 170
ALIKE, UNLIKE = 0.8, 0.7  # see test_ear
SPEECHD = Candidate("speech-dispatcher", SpeechDispatcherVoice)
ESPEAK = Candidate("espeak-ng", EspeakVoice)
VOICES = [pytest.param(SPEECHD, id="speech-dispatcher"), pytest.param(ESPEAK, id="espeak-ng")]


class Espeak:
    """espeak-ng, and how to kill its worker."""

    def __init__(self) -> None:
        self.voice = EspeakVoice()

    def make(self) -> EspeakVoice:
        self.voice = EspeakVoice()
        return self.voice

    def kill(self) -> None:
        assert self.voice.pid
        os.kill(self.voice.pid, signal.SIGKILL)


def likeness(ear: Ear, text: str, voice: Candidate, name: str = "en-us") -> float:
    """How much what was heard is like this text, said by this voice."""
    return max(ear.likeness(text, voice=name, rate=rate) for rate in RATES[voice.name])


def english(*texts: str) -> list[Sentence]:
    return [Sentence(text) for text in texts]


async def everything(speech: Speech, ear: Ear) -> None:
    """Wait until all has been said and heard."""
    async with asyncio.timeout(WAIT_SECONDS):
        await speech.drained()
    await ear.hears_silence()


def end_speech_server() -> None:
    """Kill the desktop's speech-dispatcher, if it runs."""
    with contextlib.suppress(FileNotFoundError):
        file = Path(os.environ["XDG_RUNTIME_DIR"], "speech-dispatcher/pid/speech-dispatcher.pid")
        end({int(file.read_text())}, polite_seconds=0)
        file.unlink()


@pytest.fixture(autouse=True)
async def _one_speech_server_a_test(desktop: VirtualDesktop) -> AsyncIterator[None]:
    yield
    end_speech_server()


@pytest.mark.parametrize("voice", VOICES)
async def test_a_stop_is_heard_and_nothing_comes_after_it(voice: Candidate, ear: Ear) -> None:
    async with Speech([voice], PROFILE) as speech:
        speech.say(english(COUNTING, LIST))
        await ear.hears_sound()

        await speech.stop()

        await ear.hears_silence()
        ear.forget()
        await ear.hears_more(1.0)
        assert ear.is_silent()
        assert not speech.is_speaking


@pytest.mark.parametrize("voice", VOICES)
async def test_of_two_long_texts_the_second_cuts_the_first_and_is_heard_whole(voice: Candidate, ear: Ear) -> None:
    async with Speech([voice], PROFILE) as speech:
        speech.say(english(COUNTING, REMARK), priority="text", about=About("editor"))
        await ear.hears_sound()

        speech.say(english(QUESTION, ANSWER), priority="text", about=About("dialog"))
        await everything(speech, ear)

    assert likeness(ear, QUESTION, voice) > ALIKE
    assert likeness(ear, ANSWER, voice) > ALIKE
    assert likeness(ear, REMARK, voice) < UNLIKE


async def test_when_the_espeak_worker_is_killed_in_a_sentence_speech_dispatcher_says_it_again(ear: Ear) -> None:
    espeak = Espeak()
    voices = [Candidate("espeak-ng", espeak.make), SPEECHD]
    async with Speech(voices, PROFILE, lambda *_: Sentence(NEWS)) as speech:
        speech.say(english(QUESTION, ANSWER))
        await ear.hears_sound()

        espeak.kill()
        await everything(speech, ear)

        assert speech.voice_name == "speech-dispatcher"
    assert likeness(ear, QUESTION, SPEECHD) > ALIKE
    assert likeness(ear, ANSWER, SPEECHD) > ALIKE
    assert likeness(ear, NEWS, SPEECHD) > ALIKE


async def test_when_speech_dispatcher_is_killed_in_a_sentence_espeak_says_it_again(
    ear: Ear,
) -> None:
    async with Speech([SPEECHD, ESPEAK], PROFILE, lambda *_: Sentence(NEWS)) as speech:
        speech.say(english(QUESTION, ANSWER))
        await ear.hears_sound()

        end_speech_server()
        await everything(speech, ear)

        assert speech.voice_name == "espeak-ng"
    assert likeness(ear, QUESTION, ESPEAK) > ALIKE
    assert likeness(ear, ANSWER, ESPEAK) > ALIKE
    assert likeness(ear, NEWS, ESPEAK) > ALIKE


async def test_where_speech_dispatcher_cannot_be_reached_espeak_speaks(
    ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPEECHD_ADDRESS", "inet_socket:127.0.0.1:1")
    async with Speech([SPEECHD, ESPEAK], PROFILE, lambda *_: Sentence(NEWS)) as speech:
        speech.say(english(QUESTION))
        await everything(speech, ear)

    assert ear.heard_words(QUESTION)
    assert ear.likeness(NEWS) < UNLIKE


async def test_all_sentences_of_a_stream_are_heard(ear: Ear) -> None:
    async def stream() -> AsyncIterator[Sentence]:
        for sentence in english(LIST, QUESTION, ANSWER):
            yield sentence

    async with Speech([ESPEAK], PROFILE) as speech:
        speech.say(stream())
        await everything(speech, ear)

    assert [ear.heard_words(text) for text in (LIST, QUESTION, ANSWER)] == [True] * 3


@pytest.mark.parametrize("voice", VOICES)
async def test_chinese_and_english_of_one_sentence_are_said_by_a_voice_each(voice: Candidate, ear: Ear) -> None:
    async with Speech([voice], PROFILE) as speech:
        speech.say([Sentence("选择这个按钮 Close without Saving 会丢掉这些修改", "zh")])
        await everything(speech, ear)

    assert likeness(ear, "选择这个按钮", voice, "cmn-latn-pinyin") > ALIKE
    assert likeness(ear, "Close without Saving", voice) > ALIKE
    assert likeness(ear, "会丢掉这些修改", voice, "cmn-latn-pinyin") > ALIKE


async def test_an_earcon_is_heard_before_the_words(ear: Ear) -> None:
    async with Speech([ESPEAK], PROFILE) as speech:
        speech.earcon("error")
        speech.say(english(ANSWER))
        await everything(speech, ear)

    heard = ear.heard[np.flatnonzero(np.abs(ear.heard) > 150)[0] :][: RATE // 20]
    strongest = np.abs(np.fft.rfft(heard * np.hanning(len(heard)))).argmax() * RATE / len(heard)
    assert strongest == pytest.approx(329.63, abs=RATE / len(heard))  # its first tone
    assert likeness(ear, ANSWER, ESPEAK) > ALIKE
