"""Questions of one's own about a window: the last few turns go with them, and are forgotten with the window."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from assistant.adviser import Adviser
from assistant.config import Config, EngineConfig, ServerUrl, SpeechConfig, profile_folders
from assistant.desktop.accessibility import AccessibilityBus
from assistant.desktop.target import Target
from assistant.desktop.x11 import X11Connection
from assistant.host.virtual_desktop import VirtualDesktop
from assistant.look import Look, Snapshot
from assistant.profile import load_profile
from assistant.speak.choose import choose_voices
from assistant.speak.speech import Speech
from assistant.teller import Teller
from harness.scripted_model import ScriptedModel, Talk, scripted_model
from harness.windows import Windows

pytest.importorskip("openai", reason="needs sightline[vlm]")

DELETE = ("--question", "--title", "Delete file?", "--text", "Do you want to delete report.odt for good?")
OPINION = "It looks like a letter."


async def opines(talk: Talk) -> None:
    await talk.begin()
    await talk.say(OPINION)
    await talk.finish()


async def invents(talk: Talk) -> None:
    await talk.begin()
    await talk.say("Press the Burn button.")
    await talk.finish()


@asynccontextmanager
async def adviser_for(server: ScriptedModel, folder: Path) -> AsyncIterator[tuple[Adviser, Look]]:
    """Have an adviser live in the desktop, with a voice that writes to a file."""
    config = Config(
        engine=EngineConfig(url=ServerUrl.of(server.url), model="screen"),
        speech=SpeechConfig(voice="file", file=folder / "said.jsonl"),
    )
    async with AsyncExitStack() as stack:
        profile = load_profile("plain-language", profile_folders())
        speech = await stack.enter_async_context(Speech(choose_voices(config.speech), profile))
        teller = Teller(speech, config, profile_folders=profile_folders(), session_locale="en")
        bus = await stack.enter_async_context(AccessibilityBus())
        x11 = await stack.enter_async_context(X11Connection())
        look = await stack.enter_async_context(Look(bus, x11, config))
        yield await stack.enter_async_context(Adviser(look, teller, config)), look


async def answer(adviser: Adviser, snapshot: Snapshot, question: str) -> list[str]:
    return [sentence.text async for sentence in adviser.ask(snapshot, question)]


def roles(server: ScriptedModel, number: int) -> list[str]:
    return [message["role"] for message in server.asked[number].body["messages"]]


async def test_a_second_question_goes_with_the_first_and_its_answer(
    desktop: VirtualDesktop, windows: Windows, tmp_path: Path
) -> None:
    window = await windows.zenity(*DELETE)
    await window.drawn()
    async with scripted_model(opines) as server, adviser_for(server, tmp_path) as (adviser, look):
        snapshot = await look.scene(Target(window.accessible))
        first = await answer(adviser, snapshot, "What is report.odt?")
        await answer(adviser, snapshot, "And who wrote it?")

    messages = [asked.body["messages"] for asked in server.asked]
    assert first == [OPINION]
    assert roles(server, 1) == ["system", "user", "assistant", "user"]
    assert messages[1][:2] == messages[0], "the model need not read the beginning again"
    assert messages[1][2]["content"] == OPINION
    assert "who wrote it" in str(messages[1][3]["content"])


@pytest.mark.parametrize("way", ["closed", "locked"])
async def test_a_window_that_closes_or_a_lock_forgets_what_was_asked(
    desktop: VirtualDesktop, windows: Windows, tmp_path: Path, way: str
) -> None:
    window = await windows.zenity(*DELETE)
    async with scripted_model(opines) as server, adviser_for(server, tmp_path) as (adviser, look):
        snapshot = await look.scene(Target(window.accessible))
        await answer(adviser, snapshot, "What is report.odt?")
        if way == "closed":
            adviser.forget(snapshot.target.key)
        else:
            await adviser.forget_all()
        await answer(adviser, snapshot, "And who wrote it?")

    assert roles(server, 1) == ["system", "user"]
    assert "What is report" not in str(server.asked[1].body)


async def test_a_question_whose_answer_is_all_invented_is_answered_so(
    desktop: VirtualDesktop, windows: Windows, tmp_path: Path
) -> None:
    window = await windows.zenity(*DELETE)
    async with scripted_model(invents) as server, adviser_for(server, tmp_path) as (adviser, look):
        snapshot = await look.scene(Target(window.accessible))
        answered = await answer(adviser, snapshot, "What now?")

    assert answered == ["The model gave no answer that can be trusted."]
