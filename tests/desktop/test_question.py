"""A question by key: a small window to type it into, one sentence when it opens, and then the answer."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.desktop.x11 import X11Connection
from assistant.host.virtual_desktop import VirtualDesktop
from assistant.host.virtual_screen import OpenWindow
from harness import WAIT_SECONDS
from harness.daemon import RunningDaemon, daemon_in
from harness.lock import saver_in
from harness.scripted_model import ScriptedModel, Talk, scripted_model
from harness.windows import TestWindow, Windows

pytest.importorskip("openai", reason="needs sightline[vlm]")

DELETE = ("--question", "--title", "Delete file?", "--text", "Do you want to delete report.odt for good?")
PROMPT = "Your question about Delete file?"
QUESTION = "Which file is meant? marmalade"
ANSWER = "The file report.odt is meant."
PATIENT = "look: {tree_ms: 10000}\n"  # on a busy machine


async def answers(talk: Talk) -> None:
    await talk.begin()
    await talk.say(ANSWER)
    await talk.finish()


@dataclass
class Asking:
    """A daemon with a model, and a window that something can be asked about."""

    daemon: RunningDaemon
    model: ScriptedModel
    window: TestWindow

    async def open(self) -> OpenWindow:
        """Press the key, and wait until the window for the question is there and has been told."""
        screen = self.window.desktop.screen
        self.window.desktop.press("Super+Alt+D")
        assert await self.daemon.next() == PROMPT
        async with asyncio.timeout(WAIT_SECONDS):
            entry = await screen.window("Sightline")
            await screen.active(entry.xid)
            await screen.drawn(entry.xid)
        return entry

    async def gone(self, entry: OpenWindow) -> None:
        async with asyncio.timeout(WAIT_SECONDS):
            await self.window.desktop.screen.gone(entry)

    async def rest(self) -> list[str]:
        """Return what has been said meanwhile and nobody waited for."""
        start = len(self.daemon.said)
        await self.daemon._mark()
        return self.daemon.said[start:-1]


@asynccontextmanager
async def asking(
    windows: Windows, play: Callable[[Talk], Awaitable[None]] = answers, **environment: str
) -> AsyncIterator[Asking]:
    async with scripted_model(play) as model:
        settings = f"{PATIENT}engine: {{url: '{model.url}', model: screen, explain: asked}}\n"
        async with daemon_in(windows.desktop, settings, **environment) as daemon:
            window = await windows.zenity(*DELETE)
            await window.drawn()
            await daemon.says("deletes nothing")
            yield Asking(daemon, model, window)


def asked_of(model: ScriptedModel, number: int) -> str:
    """Return the texts that the model was asked with."""
    return json.dumps(model.asked[number].body["messages"], ensure_ascii=False)


async def test_a_question_is_typed_and_the_answer_is_heard_and_nothing_else(
    desktop: VirtualDesktop, windows: Windows
) -> None:
    async with asking(windows) as question:
        await question.open()
        desktop.screen.type(QUESTION)
        desktop.press("Enter")
        answer = await question.daemon.next()
        await asyncio.wait_for(desktop.screen.active(question.window.xid), WAIT_SECONDS)
        rest = await question.rest()

        assert answer == ANSWER
        assert rest == []
        assert QUESTION in asked_of(question.model, 0)
        assert "marmalade" not in question.daemon.log()
        assert "Delete file" not in question.daemon.log()


async def test_the_focus_is_told_again_after_the_answer(desktop: VirtualDesktop, windows: Windows) -> None:
    async with asking(windows) as question:
        await question.open()
        desktop.screen.type(QUESTION)
        desktop.press("Enter")
        await question.daemon.says(ANSWER)
        await asyncio.wait_for(desktop.screen.active(question.window.xid), WAIT_SECONDS)
        await question.rest()
        desktop.press("Shift+Tab")
        moved = await question.daemon.next()

    assert moved.startswith("No, button.")


async def test_a_second_question_goes_with_the_first_and_its_answer(desktop: VirtualDesktop, windows: Windows) -> None:
    async with asking(windows) as question:
        for typed in ("First?", "Second?"):
            entry = await question.open()
            desktop.screen.type(typed)
            desktop.press("Enter")
            await question.daemon.says(ANSWER)
            await question.gone(entry)
            await asyncio.wait_for(desktop.screen.active(question.window.xid), WAIT_SECONDS)

        second = asked_of(question.model, 1)
        assert "First?" in second
        assert ANSWER in second
        assert "Second?" in second


@pytest.mark.parametrize("keys", [("Escape",), ("Enter",), ("space", "Enter")], ids=["left", "empty", "blank"])
async def test_no_question_is_said_to_be_none(desktop: VirtualDesktop, windows: Windows, keys: tuple[str, ...]) -> None:
    async with asking(windows) as question:
        await question.open()
        desktop.press(*keys)
        said = await question.daemon.next()
        await asyncio.wait_for(desktop.screen.active(question.window.xid), WAIT_SECONDS)

        assert said == "No question asked."
        assert await question.rest() == []
        assert question.model.asked == []


async def test_the_key_again_says_again_what_the_window_is_for(desktop: VirtualDesktop, windows: Windows) -> None:
    async with asking(windows) as question:
        await question.open()
        await question.open()

        assert len([shown for shown in desktop.screen.windows() if desktop.screen.title(shown.xid) == "Sightline"]) == 1


async def test_the_buttons_of_the_window_are_told_as_any(desktop: VirtualDesktop, windows: Windows) -> None:
    async with asking(windows) as question:
        await question.open()
        await question.rest()
        desktop.press("Tab")

        assert "button" in await question.daemon.next()


async def test_commands_tell_of_the_window_that_is_asked_about(desktop: VirtualDesktop, windows: Windows) -> None:
    async with asking(windows) as question:
        await question.open()
        choices = await question.daemon.answer("choices")

    assert any(choice.startswith("No ") for choice in choices)


async def test_a_window_that_has_closed_meanwhile_is_not_asked_about(desktop: VirtualDesktop, windows: Windows) -> None:
    async with asking(windows) as question:
        await question.open()
        await question.window.close()
        desktop.screen.type(QUESTION)
        desktop.press("Enter")

        assert await question.daemon.next() == "That window has closed. Nothing was asked."
        assert question.model.asked == []


async def test_who_goes_back_with_the_question_open_hears_where_they_are(
    desktop: VirtualDesktop, windows: Windows
) -> None:
    async with asking(windows) as question:
        entry = await question.open()
        desktop.screen.activate(question.window.xid)
        back = await question.daemon.next()
        await question.rest()
        desktop.screen.activate(entry.xid)
        again = await question.daemon.next()

    assert "report.odt" in back
    assert again == PROMPT


async def test_asking_about_another_window_closes_the_first_question(desktop: VirtualDesktop, windows: Windows) -> None:
    async with asking(windows) as question:
        entry = await question.open()
        await windows.zenity("--info", "--title", "Other", "--text", "Another window.")
        await question.daemon.says("Another window")
        desktop.press("Super+Alt+D")
        prompt = await question.daemon.says("Your question")
        await question.gone(entry)

    assert prompt == "Your question about Other?"


async def test_the_window_goes_when_the_screen_is_locked(desktop: VirtualDesktop, windows: Windows) -> None:
    async with saver_in(desktop) as saver, asking(windows) as question:
        entry = await question.open()
        desktop.screen.type("marmalade")
        await saver.tell(is_active=True)
        await question.gone(entry)
        said = await question.daemon.next()
        locked = await question.daemon.answer("question")

        assert said == "The screen is locked."
        assert locked == ["The screen is locked."]
        assert question.model.asked == []


async def test_the_window_goes_with_the_daemon(desktop: VirtualDesktop, windows: Windows) -> None:
    async with asking(windows) as question:
        entry = await question.open()
        question.daemon.process.terminate()
        status = await question.daemon.ended()
        await question.gone(entry)

    assert status == 0


async def test_no_model_is_asked_about_a_locked_screen(desktop: VirtualDesktop, windows: Windows) -> None:
    async with saver_in(desktop) as saver, asking(windows) as question:
        await saver.tell(is_active=True)
        await question.daemon.says("The screen is locked.")
        for command in ("window", "more", "check", "question"):
            assert await question.daemon.answer(command) == ["The screen is locked."]

        assert question.model.asked == []


async def test_without_a_model_it_is_said_how_to_choose_one(desktop: VirtualDesktop) -> None:
    async with daemon_in(desktop, PATIENT) as daemon:
        said = await daemon.answer("question")

    assert len(said) == 1
    assert "sightline model list" in said[0]


async def test_without_zenity_it_is_said_how_to_ask_in_a_terminal(
    desktop: VirtualDesktop, windows: Windows, tmp_path: Path
) -> None:
    async with asking(windows, PATH=str(tmp_path)) as question:
        said = await question.daemon.answer("question")

    assert len(said) == 1
    assert "sightline ask" in said[0]


@pytest.mark.skipif(shutil.which("kdialog") is None, reason="kdialog is not installed")
async def test_where_there_is_kdialog_alone_it_is_the_same(
    desktop: VirtualDesktop, windows: Windows, tmp_path: Path
) -> None:
    kdialog = shutil.which("kdialog")
    assert kdialog
    (tmp_path / "kdialog").symlink_to(kdialog)
    async with asking(windows, PATH=str(tmp_path)) as question:
        await question.open()
        desktop.screen.type(QUESTION)
        desktop.press("Enter")
        answer = await question.daemon.next()
        await asyncio.wait_for(desktop.screen.active(question.window.xid), WAIT_SECONDS)

        assert answer == ANSWER
        assert await question.rest() == []


async def test_a_window_can_be_given_the_keyboard(desktop: VirtualDesktop, windows: Windows) -> None:
    first = await windows.zenity("--info", "--text", "one")
    await windows.zenity("--info", "--text", "two")

    async with X11Connection() as x11:
        x11.activate(first.xid)

        await asyncio.wait_for(desktop.screen.active(first.xid), WAIT_SECONDS)
