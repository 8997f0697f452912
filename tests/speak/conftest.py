"""Fixtures of the tests of speech: a voice that plays nothing, a second one, and speech through the first."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from assistant.speak.speech import Speech
from speak.recording_voice import RecordingVoice, speaking


@pytest.fixture
def voice() -> RecordingVoice:
    return RecordingVoice()


@pytest.fixture
def spare() -> RecordingVoice:
    return RecordingVoice("spare")


@pytest.fixture
async def speech(voice: RecordingVoice) -> AsyncIterator[Speech]:
    async with speaking(voice) as speech:
        yield speech
