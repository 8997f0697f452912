"""The file voice: what stands in its file, and who may read it. How it speaks: test_voices.py."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from assistant.errors import SomethingMissing
from assistant.speak.file import TranscriptVoice, file_voice
from assistant.speak.voice import Run, Sound, Utterance

QUESTION, ANSWER, CHINESE = "Do you want to replace the file?", "Press escape to cancel.", "要保存修改吗"
BEEP = Sound("beep", bytes(200))


def en(text: str) -> Utterance:
    return Utterance((Run(text, "en"),))


def zh(text: str) -> Utterance:
    return Utterance((Run(text, "zh"),))


@pytest.fixture
async def transcript(tmp_path: Path) -> AsyncIterator[tuple[TranscriptVoice, Path]]:
    file = tmp_path / "said.jsonl"
    async with TranscriptVoice(file, seconds_per_character=0.001) as voice:
        yield voice, file


def records(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


async def test_a_transcript_holds_what_was_said_in_order(transcript: tuple[TranscriptVoice, Path]) -> None:
    voice, file = transcript

    await asyncio.gather(voice.say(en(QUESTION)), voice.play(BEEP), voice.say(zh(CHINESE)), voice.say(en("")))

    written = records(file)
    assert [record.get("text", record.get("sound")) for record in written] == [QUESTION, "beep", CHINESE]
    assert [record.get("language") for record in written] == ["en", None, "zh"]
    assert all(record["completed"] for record in written)


async def test_a_transcript_says_what_was_cut_and_leaves_out_what_was_dropped(tmp_path: Path) -> None:
    file = tmp_path / "said.jsonl"
    async with TranscriptVoice(file, seconds_per_character=60.0) as voice:
        sentences = [asyncio.ensure_future(voice.say(en(text))) for text in (QUESTION, ANSWER)]
        await asyncio.sleep(0)
        await voice.stop()
        await asyncio.gather(*sentences)

        cancelled = asyncio.ensure_future(voice.say(zh(CHINESE)))
        await asyncio.sleep(0)
        cancelled.cancel()
        await asyncio.wait([cancelled])

    assert [(record["text"], record["completed"]) for record in records(file)] == [
        (QUESTION, False),
        (CHINESE, False),
    ]


@pytest.mark.parametrize("name", ["said.jsonl", "said.wav"])
async def test_only_its_owner_may_read_what_was_said(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.touch(mode=0o644)

    async with file_voice(file) as voice:
        await voice.say(en(QUESTION))

    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["said.jsonl", "said.wav"])
async def test_a_file_that_cannot_be_written_is_told_on_entering(tmp_path: Path, name: str) -> None:
    with pytest.raises(SomethingMissing, match="cannot be written"):
        await file_voice(tmp_path / "nowhere" / name).__aenter__()
