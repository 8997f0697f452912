"""A real window's buttons without a name are told by what their icons look like, after the facts, as a guess."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("onnxruntime", reason="pip install 'sightline[ocr]'")

from assistant.host.virtual_desktop import VirtualDesktop
from assistant.likeness import shown
from assistant.look import Look
from harness.daemon import daemon_in, sightline
from harness.windows import SYSTEM_PYTHON, TestWindow, Windows

pytestmark = pytest.mark.desktop

PROGRAM = str(Path(__file__).parent.parent / "look" / "icon_buttons.py")
ICONS = {
    "open-menu-symbolic": "menu",
    "user-trash-symbolic": "delete",
    "starred-symbolic": "star",
}  # GTK 3 names others


async def icon_buttons(windows: Windows, toolkit: str) -> TestWindow:
    window = await windows.open(SYSTEM_PYTHON, PROGRAM, toolkit, *ICONS)
    await window.drawn()
    return window


@pytest.mark.parametrize("toolkit", ["gtk3", "gtk4"])
async def test_buttons_without_a_name_look_like_their_icons(windows: Windows, look: Look, toolkit: str) -> None:
    window = await icon_buttons(windows, toolkit)

    snapshot = await shown(look, await look.scene(window.target))

    buttons = [element for element in snapshot.scene.elements if element.role == "push button"]
    assert [element.name for element in buttons] == ["Play", "", "", ""]
    assert [element.looks_like and element.looks_like.meaning for element in buttons] == [None, *ICONS.values()]
    assert all(element.looks_like.confidence < 1 for element in buttons if element.looks_like)


async def test_the_focus_on_such_a_button_says_the_facts_and_then_the_guess(
    desktop: VirtualDesktop, windows: Windows
) -> None:
    async with daemon_in(desktop, "profile: technician\n") as daemon:
        await icon_buttons(windows, "gtk3")
        await daemon.says("Play")

        desktop.press("Tab")

        await daemon.says("Unlabelled button")
        await daemon.says("It looks like menu.")


async def test_the_window_asked_for_tells_what_its_unlabelled_buttons_look_like(
    desktop: VirtualDesktop, windows: Windows
) -> None:
    async with daemon_in(desktop, "profile: technician\n") as daemon:
        await icon_buttons(windows, "gtk3")
        await daemon.says("Play")

        await daemon.command("window")

        await daemon.says("Of the unlabelled buttons, 3 look like menu, delete and star.")


async def test_the_command_line_tells_it_too(desktop: VirtualDesktop, windows: Windows) -> None:
    await icon_buttons(windows, "gtk3")

    outcome = await sightline(desktop, "explain", "--silent", "--json", "--profile", "technician")

    printed = json.loads(outcome.out)
    guesses = [element.get("looks_like", {}).get("meaning") for element in printed["scene"]["elements"]]
    assert [guess for guess in guesses if guess] == list(ICONS.values())
