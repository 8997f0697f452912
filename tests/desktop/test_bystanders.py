"""What happens beside the keyboard is told too: alerts and dialogs of others, and menus and lists that pop up."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from harness.daemon import RunningDaemon
from harness.windows import PROGRAMS, SYSTEM_PYTHON, Windows

pytestmark = pytest.mark.desktop

BYSTANDER = str(Path(__file__).parent / "bystander.py")
EVERYTHING = PROGRAMS.parent / "watch" / "programs"
PYTHONS = {"gtk3": SYSTEM_PYTHON, "qt": sys.executable}


async def test_an_alert_of_another_program_is_told_once_and_moves_nothing(
    shared_daemon: RunningDaemon, windows: Windows
) -> None:
    other = await windows.open(SYSTEM_PYTHON, BYSTANDER, "info-bar")
    await shared_daemon.says("Bystander")
    await windows.gtk3("controls")
    await shared_daemon.says("Undo can't be chosen")
    start = len(shared_daemon.records)

    other.process.send_signal(signal.SIGUSR1)
    told = await shared_daemon.next()
    where = await shared_daemon.answer("focus")

    assert told.startswith("Notification from Bystander: ")
    assert told.endswith("Disk nearly full.")
    assert where == ["Compression, slider, 70. Left and right change it."]
    assert shared_daemon.said.count(told) == 1
    assert all(record["completed"] for record in shared_daemon.records[start:])


async def test_an_announcement_is_told_with_its_own_text(shared_daemon: RunningDaemon, windows: Windows) -> None:
    await windows.open(PYTHONS["qt"], str(EVERYTHING / "qt.py"))
    await shared_daemon.says("There is one button, Dialog")

    windows.desktop.press("Control+J")

    assert await shared_daemon.next() == "Notification from Qt: Upload finished."


async def test_a_dialog_without_the_keyboard_is_told_and_no_key_for_it(
    shared_daemon: RunningDaemon, windows: Windows
) -> None:
    other = await windows.open(SYSTEM_PYTHON, BYSTANDER, "dialog")
    await shared_daemon.says("Bystander")
    await windows.gtk3("controls")
    await shared_daemon.says("Undo can't be chosen")
    start = len(shared_daemon.said)

    other.process.send_signal(signal.SIGUSR1)
    await shared_daemon.says("You can choose")
    where = await shared_daemon.answer("focus")

    assert where == ["Compression, slider, 70. Left and right change it."]
    assert shared_daemon.said[start : -len(where) - 2] == [
        "Kettle, a question from Bystander.",
        "It says: “Update the kettle now?”",
        "You can choose No or Yes; No is the default.",
    ]  # Tab and Enter go to the slider


async def test_an_opened_menu_speaks_its_items(shared_daemon: RunningDaemon, windows: Windows) -> None:
    await windows.open(PYTHONS["gtk3"], str(EVERYTHING / "gtk3.py"))
    await shared_daemon.says("Everything")
    await shared_daemon.answer("focus")

    windows.desktop.press("Alt+F")
    await shared_daemon.says("New, menu item, 1 of 2.")
    windows.desktop.press("Down")
    second = await shared_daemon.next()
    windows.desktop.press("Escape")
    back = await shared_daemon.next()

    assert second.startswith("Open, menu item, 2 of 2.")
    assert back.startswith("Unlabelled text field")


@pytest.mark.parametrize(("toolkit", "role"), [("gtk3", "menu item"), ("qt", "list item")])
async def test_an_opened_list_speaks_its_items(
    shared_daemon: RunningDaemon, windows: Windows, toolkit: str, role: str
) -> None:
    await windows.open(PYTHONS[toolkit], str(EVERYTHING / f"{toolkit}.py"))
    await shared_daemon.says("Everything")
    await shared_daemon.answer("focus")
    for control in ("Check", "slider", "drop-down list, apple"):
        windows.desktop.press("Tab")
        await shared_daemon.says(control)

    windows.desktop.press("space")
    first = await shared_daemon.next()
    windows.desktop.press("Down")
    second = await shared_daemon.next()
    windows.desktop.press("Return")
    chosen = await shared_daemon.next()

    assert first.startswith(f"apple, {role}, 1 of 3.")
    assert second.startswith(f"pear, {role}, 2 of 3.")
    assert chosen.startswith("Unlabelled drop-down list, pear.")
