"""The daemon while the screen is locked: nothing under the lock is told, read or kept; what unlocks it is told."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from assistant.host.virtual_desktop import VirtualDesktop
from harness.daemon import RunningDaemon, daemon_in, sightline
from harness.lock import Saver, logind_in, saver_in
from harness.windows import Windows

DELETE = ("--question", "--title", "Delete file?", "--text", "Do you want to delete report.odt for good?")
PATIENT = "look: {tree_ms: 10000}\n"  # on a busy machine
LOCKED = "The screen is locked."


@asynccontextmanager
async def locked_daemon(desktop: VirtualDesktop) -> AsyncIterator[tuple[RunningDaemon, Saver]]:
    """Run a daemon, and lock the screen; entered when it has said so."""
    async with saver_in(desktop) as saver, daemon_in(desktop, PATIENT) as daemon:
        await saver.tell(is_active=True)
        assert await daemon.next() == LOCKED
        yield daemon, saver


async def test_locking_the_screen_is_said_and_ends_what_was_being_said(
    desktop: VirtualDesktop, windows: Windows
) -> None:
    async with saver_in(desktop) as saver, daemon_in(desktop, PATIENT) as daemon:
        await windows.zenity(*DELETE)
        await daemon.next()
        await saver.tell(is_active=True)
        await daemon.says(LOCKED)
        answer = await daemon.answer("repeat")

    assert answer == [LOCKED]


@pytest.mark.parametrize("command", ["window", "more", "focus", "screen", "choices", "repeat", "copy"])
async def test_no_command_tells_what_lies_under_the_lock(
    desktop: VirtualDesktop, windows: Windows, command: str
) -> None:
    await windows.zenity(*DELETE)
    async with locked_daemon(desktop) as (daemon, _):
        assert await daemon.answer(command) == [LOCKED]


async def test_a_dialog_that_opens_under_the_lock_is_told_when_it_is_unlocked(
    desktop: VirtualDesktop, windows: Windows
) -> None:
    async with locked_daemon(desktop) as (daemon, saver):
        await windows.zenity(*DELETE)
        locked = await daemon.answer("window")
        await saver.tell(is_active=False)
        told = await daemon.next()
        log = daemon.log()

    assert locked == [LOCKED]
    assert "report.odt" in told
    assert "report" not in log


async def test_the_window_that_was_there_before_is_told_again_when_it_is_unlocked(
    desktop: VirtualDesktop, windows: Windows
) -> None:
    await windows.gtk3("form")
    async with locked_daemon(desktop) as (daemon, saver):
        await saver.tell(is_active=False)
        told = await daemon.next()

    assert told != LOCKED


async def test_what_was_said_before_the_lock_is_forgotten(desktop: VirtualDesktop, windows: Windows) -> None:
    async with saver_in(desktop) as saver, daemon_in(desktop, PATIENT) as daemon:
        window = await windows.zenity(*DELETE)
        await daemon.says("deletes nothing")
        await window.close()
        await saver.tell(is_active=True)
        await daemon.says(LOCKED)
        await saver.tell(is_active=False)
        answer = await daemon.answer("repeat")

    assert "report" not in " ".join(answer)


async def test_the_lockers_own_password_field_is_told(
    desktop: VirtualDesktop, windows: Windows, tmp_path: Path
) -> None:
    zenity = shutil.which("zenity")
    assert zenity
    asks_for_it = tmp_path / "kscreenlocker_greet"  # a child of ours, as it is one of the screen saver's
    asks_for_it.symlink_to(zenity)

    async with locked_daemon(desktop) as (daemon, saver):
        await windows.open(str(asks_for_it), "--password", "--title", "Unlock")
        first = await daemon.next()
        focus = await daemon.next()
        again = await daemon.answer("focus")
        await saver.tell(is_active=False)

    assert first == LOCKED
    assert "password" in focus.casefold()
    assert again == [first, focus]


async def test_logind_alone_is_enough(desktop: VirtualDesktop, windows: Windows) -> None:
    await windows.zenity(*DELETE)
    async with logind_in(desktop) as logind, daemon_in(desktop, PATIENT) as daemon:
        await daemon.says("deletes nothing")
        await logind.hint(is_locked=True)
        await daemon.says(LOCKED)
        locked = await daemon.answer("window")
        await logind.hint(is_locked=False)
        await daemon.says("report.odt")

    assert locked == [LOCKED]


async def test_a_look_from_the_command_line_sees_nothing_of_a_locked_screen(
    desktop: VirtualDesktop, windows: Windows
) -> None:
    window = await windows.zenity(*DELETE)
    async with saver_in(desktop, is_active=True):
        explained = await sightline(desktop, "explain", "--silent", "--window", str(window.xid))
        scene = await sightline(desktop, "scene", "--json", "--window", str(window.xid))

    assert explained.out.strip() == LOCKED
    assert json.loads(scene.out)["window"]["is_locked_screen"]
    assert "report" not in scene.out


async def test_pausing_while_it_is_locked_stays_a_pause(desktop: VirtualDesktop) -> None:
    async with locked_daemon(desktop) as (daemon, saver):
        await asyncio.to_thread(daemon.ask, request="pause")
        await daemon.says("Paused")
        await saver.tell(is_active=False)
        await asyncio.to_thread(daemon.ask, request="resume")

        assert await daemon.next() == "Going on."
