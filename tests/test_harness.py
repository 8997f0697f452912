"""The harness itself: windows of every toolkit come and go, keys arrive, sound is heard."""

from __future__ import annotations

import pytest

from assistant.desktop.accessibility import ACCESSIBLE
from harness.tree import Tree
from harness.windows import Windows

pytestmark = pytest.mark.desktop

GTK3 = ("save-changes", "overwrite", "delete", "password", "form", "table", "sections", "tabs", "controls", "big")


@pytest.mark.parametrize("name", [*GTK3, "empty", "closes-on-key", "opens-dialog"])
async def test_gtk3_windows_are_on_the_accessibility_bus(name: str, windows: Windows, shared_tree: Tree) -> None:
    window = await windows.gtk3(name)

    assert window.accessible
    assert await shared_tree.bus.get(window.accessible, ACCESSIBLE, "Name")


async def test_zenity_is_answered_with_a_key(windows: Windows) -> None:
    window = await windows.zenity("--question", "--text", "Go on?")

    windows.desktop.press("Enter")

    assert await window.ended() == 0


async def test_a_dialog_of_the_same_program_is_found(windows: Windows) -> None:
    document = await windows.gtk3("opens-dialog")

    windows.desktop.press("Enter")
    dialog = await windows.next_window(document)

    assert dialog.xid != document.xid
    assert dialog.accessible != document.accessible
