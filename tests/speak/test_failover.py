"""A voice that dies or is missing: the next one speaks, and the person is told once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from assistant.errors import SomethingMissing
from assistant.speak import failover
from assistant.speak.speech import DEADLY, Speech
from speak.recording_voice import LOST, PROFILE, RecordingVoice, announcement, sentences, speaking


async def test_when_a_voice_dies_the_next_says_the_sentence_again_and_the_person_is_told_once(
    voice: RecordingVoice, spare: RecordingVoice
) -> None:
    async with speaking(voice, spare) as speech:
        speech.say(sentences("One.", "Two."))
        await voice.has("One.", "Two.")
        voice.finish()

        voice.die(LOST)
        await spare.has("Two.")
        spare.finish()

        await spare.has("recording is lost, spare speaks.")
        assert speech.voice_name == "spare"
        assert [sentence.text for sentence in speech.last] == ["One.", "Two."]

        spare.finish()
        await speech.drained()


async def test_nothing_is_told_where_the_voice_that_died_is_the_one_that_speaks_again(
    voice: RecordingVoice, spare: RecordingVoice
) -> None:
    async with speaking(voice, spare) as speech:
        speech.say(sentences("One."))
        await voice.has("One.")
        voice.die(LOST)
        await spare.has("One.")
        spare.die(LOST)
        await voice.has("One.")
        voice.finish()

        await speech.drained()
    assert (voice.texts, spare.texts) == (["One.", "One."], ["One."])


async def test_a_change_of_voices_is_told_once(voice: RecordingVoice, spare: RecordingVoice) -> None:
    async with speaking(voice, spare) as speech:
        for now, other in ((voice, spare), (spare, voice), (voice, spare)):
            speech.say(sentences("One."))
            await now.has("One.")
            other.is_quick = True
            now.die(LOST)
            await speech.drained()
            other.is_quick = False

    assert spare.texts == ["One.", "recording is lost, spare speaks.", "One.", "One."]


async def test_a_voice_that_is_missing_is_passed_over_without_a_word(
    voice: RecordingVoice, spare: RecordingVoice
) -> None:
    voice.opening_error = SomethingMissing("No such library.")
    async with Speech([voice.candidate(), spare.candidate()], PROFILE, announcement) as speech:
        speech.say(sentences("One."))
        await spare.has("One.")
        spare.finish()

        await speech.drained()
    assert spare.texts == ["One."]


async def test_a_lone_voice_that_dies_is_tried_again_at_once(speech: Speech, voice: RecordingVoice) -> None:
    speech.say(sentences("One."))
    await voice.has("One.")

    voice.die(LOST)

    await voice.has("One.")
    assert voice.calls == ["open", "say One.", "close", "open", "say One."]


async def test_a_sentence_that_kills_voices_is_left_out(voice: RecordingVoice, spare: RecordingVoice) -> None:
    async with speaking(voice, spare) as speech:
        speech.say(sentences("Deadly.", "Harmless."))
        for dying in alternately(voice, spare, times=DEADLY):
            await dying.has("Deadly.", "Harmless.")
            dying.die(LOST)

        await spare.has("Harmless.")


async def test_with_no_voice_at_all_drained_says_what_to_do_and_the_daemon_lives(
    voice: RecordingVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice.opening_error = SomethingMissing("No voice is installed. Run: sudo apt install espeak-ng")
    monkeypatch.setattr(failover, "FIRST_WAIT_SECONDS", 0.001)
    monkeypatch.setattr(failover, "LONGEST_WAIT_SECONDS", 0.001)
    async with Speech([voice.candidate()], PROFILE) as speech:
        speech.say(sentences("One."))
        with pytest.raises(SomethingMissing, match="sudo apt install espeak-ng"):
            await speech.drained()

        voice.opening_error = None
        speech.say(sentences("Two."))

        await voice.until(lambda: "Two." in voice.texts)


async def test_with_no_sound_the_voice_that_would_have_played_it_says_why(
    voice: RecordingVoice, spare: RecordingVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failover, "FIRST_WAIT_SECONDS", 0.001)
    voice.opening_error = SomethingMissing("It is not installed.")
    async with Speech([voice.candidate(), spare.candidate()], PROFILE) as speech:
        speech.say(sentences("One."))
        drained = asyncio.create_task(speech.drained())
        for _ in range(2):
            await spare.has("One.")
            spare.die(SomethingMissing("There is nothing to play sound on."))

        with pytest.raises(SomethingMissing, match="nothing to play sound on"):
            await drained


async def test_a_better_voice_that_is_back_is_used_when_nothing_is_being_said(
    voice: RecordingVoice, spare: RecordingVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failover, "RETURN_SECONDS", 0.0)
    works = False
    candidates = [voice.candidate(lambda: works), spare.candidate()]
    async with Speech(candidates, PROFILE) as speech:
        await voice.until(lambda: voice.is_open)
        speech.say(sentences("One.", "Two."))
        await voice.has("One.", "Two.")
        voice.die(LOST)
        await spare.has("One.", "Two.")

        works = True
        spare.finish()
        await spare.has("Two.")
        spare.finish()
        await speech.drained()
        speech.say(sentences("Three."))

        await voice.has("Three.")


def alternately(*voices: RecordingVoice, times: int) -> Iterator[RecordingVoice]:
    for number in range(times):
        yield voices[number % len(voices)]
