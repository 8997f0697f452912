"""Speech, with a voice whose sentences end when the test says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from assistant.errors import SightlineError, SomethingMissing, WorkerLost
from assistant.profile import Profile, VoiceSettings
from assistant.sentence import Sentence
from assistant.speak.queue import About
from assistant.speak.speech import Speech
from speak.recording_voice import PROFILE, RecordingVoice, sentences, speaking


async def test_what_is_said_before_a_voice_is_open_is_said_when_it_is(voice: RecordingVoice) -> None:
    async with Speech([voice.candidate()], PROFILE) as speech:
        speech.say(sentences("Ready."))

        await voice.has("Ready.")


async def test_a_sentence_is_with_the_voice_one_turn_of_the_loop_after_say(
    speech: Speech, voice: RecordingVoice
) -> None:
    speech.say(sentences("One.", "Two.", "Three."))
    await asyncio.sleep(0)

    assert voice.waiting == ["One.", "Two."]


async def test_the_next_sentence_is_handed_over_before_the_one_being_heard_ends(
    speech: Speech, voice: RecordingVoice
) -> None:
    speech.say(sentences("One.", "Two.", "Three."))
    await voice.has("One.", "Two.")

    voice.finish()

    await voice.has("Two.", "Three.")


async def test_a_stop_is_asked_of_the_voice_before_stop_gives_way_to_others(
    speech: Speech, voice: RecordingVoice
) -> None:
    speech.say(sentences("One.", "Two."))
    await voice.has("One.", "Two.")
    voice.answers_stop.clear()

    stopping = speech.stop()
    stopping.send(None)  # as far as it goes without waiting

    assert voice.calls[-1] == "stop"
    assert voice.waiting == []
    stopping.close()


async def test_after_a_stop_nothing_that_was_said_before_is_heard(speech: Speech, voice: RecordingVoice) -> None:
    speech.say(sentences("One.", "Two.", "Three."))
    speech.say(sentences("A mail has come."), priority="notification")
    await voice.has("One.", "Two.")

    await speech.stop()
    speech.say(sentences("New."))

    await voice.has("New.")
    assert voice.texts == ["One.", "Two.", "New."]


async def test_a_hush_reaches_the_voice_before_what_is_said_next(speech: Speech, voice: RecordingVoice) -> None:
    speech.say(sentences("One.", "Two."))
    await voice.has("One.", "Two.")

    speech.hush()
    speech.say(sentences("New."))

    await voice.has("New.")
    assert voice.calls[-2:] == ["stop", "say New."]


async def test_what_was_said_in_the_same_turn_as_the_stop_never_reaches_the_voice(
    speech: Speech, voice: RecordingVoice
) -> None:
    speech.say(sentences("One."))
    await speech.stop()
    speech.say(sentences("New."))

    await voice.has("New.")
    assert voice.texts == ["New."]


async def test_a_stop_in_silence_does_not_trouble_the_voice(speech: Speech, voice: RecordingVoice) -> None:
    await speech.stop()

    assert voice.calls == ["open"]


async def test_the_newest_text_cuts_the_one_before_without_waiting_for_the_voices_answer(
    speech: Speech, voice: RecordingVoice
) -> None:
    speech.say(sentences("Old.", "Older."), priority="text", about=About("editor"))
    await voice.has("Old.", "Older.")
    voice.answers_stop.clear()

    speech.say(sentences("New."), priority="text", about=About("dialog"))

    await voice.has("New.")
    assert voice.calls == ["open", "say Old.", "say Older.", "stop", "say New."]
    voice.answers_stop.set()


async def test_what_gave_way_to_something_important_goes_on_from_the_sentence_that_was_cut(
    speech: Speech, voice: RecordingVoice
) -> None:
    speech.say(sentences("One.", "Two.", "Three."))
    await voice.has("One.", "Two.")
    voice.finish()
    await voice.has("Two.", "Three.")

    speech.say(sentences("The screen is gone."), priority="important")
    await voice.has("The screen is gone.")
    voice.finish()

    await voice.has("Two.", "Three.")


async def test_a_closed_window_is_cut(speech: Speech, voice: RecordingVoice) -> None:
    speech.say(sentences("Save changes?"), priority="text", about=About("dialog"))
    await voice.has("Save changes?")

    speech.forget("dialog")

    await voice.until(lambda: voice.calls[-1] == "stop")
    await speech.drained()


async def test_an_utterance_that_is_late_is_not_said(speech: Speech, voice: RecordingVoice) -> None:
    left = speech.begin()
    speech.say(sentences("Dialog."), priority="text", about=About("dialog"), number=speech.begin())

    speech.say(sentences("Editor."), priority="text", about=About("editor"), number=left)
    await voice.has("Dialog.")
    voice.finish()

    await speech.drained()
    assert voice.texts == ["Dialog."]


async def test_each_run_of_a_sentence_has_the_settings_of_its_language(voice: RecordingVoice) -> None:
    profile = Profile(name="mine", voice=VoiceSettings(rate=300), voices={"zh": VoiceSettings(rate=200)})
    async with speaking(voice, profile=profile) as speech:
        speech.say([Sentence("按 Save。", "zh-CN")])
        await voice.until(lambda: bool(voice.said))

    assert [(run.text, run.language, run.settings.rate) for run in voice.said[0].runs] == [
        ("按 ", "zh-CN", 200),
        ("Save。", "en", 300),
    ]


async def test_a_new_profile_counts_for_what_is_said_next_and_not_for_what_waits(
    speech: Speech, voice: RecordingVoice
) -> None:
    speech.say(sentences("One.", "Two.", "Three."))
    speech.set_profile(Profile(name="fast", voice=VoiceSettings(rate=400)))
    speech.say(sentences("Four."))

    voice.is_quick = True
    await speech.drained()

    assert [utterance.runs[0].settings.rate for utterance in voice.said] == [None, None, None, 400]


# Streams.


class Model:
    """Gives sentences when the test has some."""

    def __init__(self) -> None:
        self.made: asyncio.Queue[Sentence | SightlineError | None] = asyncio.Queue()
        self.was_cancelled = asyncio.Event()

    async def stream(self) -> AsyncIterator[Sentence]:
        try:
            while made := await self.made.get():
                if isinstance(made, SightlineError):
                    raise made
                yield made
        except asyncio.CancelledError:
            self.was_cancelled.set()
            raise


async def test_sentences_of_a_stream_are_handed_over_as_they_come(speech: Speech, voice: RecordingVoice) -> None:
    model = Model()
    speech.say(model.stream())

    model.made.put_nowait(Sentence("One."))
    await voice.has("One.")
    model.made.put_nowait(Sentence("Two."))
    await voice.has("One.", "Two.")
    model.made.put_nowait(None)
    voice.finish()
    voice.finish()

    await speech.drained()
    assert [sentence.text for sentence in speech.last] == ["One.", "Two."]


async def test_a_stop_cancels_the_stream_that_is_being_said(speech: Speech, voice: RecordingVoice) -> None:
    model = Model()
    speech.say(model.stream())
    model.made.put_nowait(Sentence("One."))
    await voice.has("One.")

    await speech.stop()

    async with asyncio.timeout(30):
        await model.was_cancelled.wait()
    await speech.drained()


async def test_a_stream_that_breaks_off_leaves_what_came_and_speech_goes_on(
    speech: Speech, voice: RecordingVoice
) -> None:
    model = Model()
    speech.say(model.stream())
    model.made.put_nowait(Sentence("One."))
    model.made.put_nowait(WorkerLost("The model died."))
    await voice.has("One.")

    speech.say(sentences("Two."))
    voice.finish()

    await voice.has("Two.")


# What was said.


async def test_repeat_says_the_last_thing_again_from_its_beginning(speech: Speech, voice: RecordingVoice) -> None:
    speech.say(sentences("One.", "Two."))
    await voice.has("One.", "Two.")
    voice.finish()

    await speech.repeat()

    await voice.has("One.", "Two.")


async def test_sightlines_own_remarks_are_not_what_was_said_last(speech: Speech, voice: RecordingVoice) -> None:
    speech.say(sentences("Save changes?"))
    speech.say(sentences("Copied."), is_remembered=False)
    await voice.has("Save changes?")
    voice.finish()
    await voice.has("Copied.")

    assert speech.is_speaking
    assert [sentence.text for sentence in speech.last] == ["Save changes?"]


async def test_repeat_with_nothing_said_yet_is_harmless(speech: Speech, voice: RecordingVoice) -> None:
    await speech.repeat()

    await speech.drained()
    assert voice.texts == []


# Earcons.


async def test_an_earcon_comes_before_the_words(speech: Speech, voice: RecordingVoice) -> None:
    speech.earcon("error")
    speech.say(sentences("It failed."))

    await voice.has("error", "It failed.")


async def test_an_earcon_before_a_voice_is_open_is_heard_when_it_is(voice: RecordingVoice) -> None:
    async with Speech([voice.candidate()], PROFILE) as speech:
        speech.say(sentences("Ready."))
        speech.earcon("started")

        await voice.has("started", "Ready.")


async def test_an_earcon_outlives_the_cut_that_its_words_make(speech: Speech, voice: RecordingVoice) -> None:
    speech.say(sentences("Old."), priority="text", about=About("editor"))
    await voice.has("Old.")

    speech.earcon("nothing-found")
    await voice.has("Old.", "nothing-found")
    speech.say(sentences("Nothing here."), priority="text", about=About("dialog"))

    await voice.has("nothing-found", "Nothing here.")


async def test_a_stop_silences_an_earcon(speech: Speech, voice: RecordingVoice) -> None:
    speech.earcon("started")
    await voice.has("started")

    await speech.stop()

    assert voice.waiting == []
    await speech.drained()


async def test_a_profile_can_do_without_earcons(voice: RecordingVoice) -> None:
    async with speaking(voice, profile=Profile(name="mine", earcons=False)) as speech:
        speech.earcon("started")
        speech.say(sentences("Ready."))

        await voice.has("Ready.")
    assert "play started" not in voice.calls


# What goes wrong.


async def test_what_goes_wrong_in_the_callers_block_comes_out_as_it_is(voice: RecordingVoice) -> None:
    with pytest.raises(SomethingMissing):
        async with speaking(voice):
            raise SomethingMissing


async def test_our_own_mistakes_in_a_voice_are_not_hidden(voice: RecordingVoice) -> None:
    with pytest.raises(BaseExceptionGroup) as caught:
        await speak_with_a_mistake(voice)

    assert caught.group_contains(ZeroDivisionError)


async def speak_with_a_mistake(voice: RecordingVoice) -> None:
    async with speaking(voice) as speech:
        speech.say(sentences("One."))
        await voice.has("One.")
        voice.die(ZeroDivisionError())
        await asyncio.Event().wait()
