"""The words that a real window paints on a control without a name are read from its picture, and heard as such."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

pytest.importorskip("onnxruntime", reason="pip install 'sightline[ocr]'")

from assistant.host.virtual_desktop import VirtualDesktop
from assistant.likeness import shown
from assistant.look import Look
from harness import WAIT_SECONDS
from harness.daemon import audible_daemon_in, daemon_in, sightline
from harness.ear import Ear
from harness.windows import TestWindow, Windows

pytestmark = pytest.mark.desktop

PROGRAM = str(Path(__file__).parent.parent / "look" / "drawn_buttons.py")
WORDS = ("Play", "Start game", "开始游戏")
SOME_SECONDS = 0.5  # to be heard before it is asked again what was heard


async def drawn_buttons(windows: Windows, *words: str) -> TestWindow:
    window = await windows.open(sys.executable, PROGRAM, *words)
    await window.drawn()
    return window


async def test_words_painted_on_controls_without_a_name_are_read(windows: Windows, look: Look) -> None:
    window = await drawn_buttons(windows, *WORDS)

    snapshot = await shown(look, await look.scene(window.target))

    controls = [element for element in snapshot.scene.elements if element.role in ("push button", "check box")]
    assert [element.name for element in controls] == ["Quit", "", "", "", ""]
    assert [element.looks_like and element.looks_like.text for element in controls] == [
        None,
        *WORDS,
        "Show the score",
    ]
    assert all(element.looks_like.confidence < 1 for element in controls if element.looks_like)


async def test_painted_stars_are_not_told_as_words(windows: Windows, look: Look) -> None:
    window = await drawn_buttons(windows, "••••••••", "Play")

    snapshot = await shown(look, await look.scene(window.target))

    buttons = [element for element in snapshot.scene.elements if element.role == "push button"]
    assert not buttons[1].looks_like or not buttons[1].looks_like.text
    assert buttons[2].looks_like
    assert buttons[2].looks_like.text == "Play"


async def test_the_focus_says_the_facts_and_then_the_words(desktop: VirtualDesktop, windows: Windows) -> None:
    async with daemon_in(desktop, "profile: technician\n") as daemon:
        await drawn_buttons(windows, *WORDS)
        await daemon.says("Quit")

        desktop.press("Tab")
        await daemon.says("Unlabelled button")
        await daemon.says("It shows the word “Play”.")

        desktop.press("Tab")
        await daemon.says("Unlabelled button")
        await daemon.says("It shows the words “Start game”.")


async def test_the_words_are_heard(desktop: VirtualDesktop, windows: Windows, ear: Ear) -> None:
    async with audible_daemon_in(desktop, ear):
        await drawn_buttons(windows, *WORDS)
        await ear.hears_sound()

        desktop.press("Tab")

        async with asyncio.timeout(WAIT_SECONDS):
            while not ear.heard_words("It shows the word “Play”."):
                await ear.hears_more(SOME_SECONDS)


async def test_the_window_asked_for_tells_what_its_unlabelled_controls_show(
    desktop: VirtualDesktop, windows: Windows
) -> None:
    async with daemon_in(desktop, "profile: technician\n") as daemon:
        await drawn_buttons(windows, *WORDS)
        await daemon.says("Quit")

        await daemon.command("window")

        await daemon.says("Of the unlabelled controls, 4 show “Play”, “Start game”, “开始游戏” and “Show the score”.")


async def test_the_command_line_tells_it_too(desktop: VirtualDesktop, windows: Windows) -> None:
    await drawn_buttons(windows, *WORDS)

    outcome = await sightline(desktop, "explain", "--silent", "--json", "--profile", "technician")

    printed = json.loads(outcome.out)
    words = [element.get("looks_like", {}).get("text") for element in printed["scene"]["elements"]]
    assert [text for text in words if text] == [*WORDS, "Show the score"]
