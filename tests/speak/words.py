"""Words for the voices to say, and how alike what is heard has to be."""

from __future__ import annotations

from assistant.profile import VoiceSettings
from assistant.speak.voice import Run, Utterance
from harness.ear import Ear

QUESTION = "Do you want to replace the file?"
ANSWER = "Press escape to cancel."
LONG = "One hundred and one, one hundred and two, one hundred and three, one hundred and four. " * 4
ALIKE = 0.8


def en(text: str, settings: VoiceSettings | None = None) -> Utterance:
    return Utterance((Run(text, "en", settings or VoiceSettings()),))


async def settle(ear: Ear) -> None:
    """Let what was played reach the recorder."""
    await ear.hears_more(0.2)
