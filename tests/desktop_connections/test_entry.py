"""What every window for one line keeps: what is typed comes back, leaving it is None, and it ends with its asker."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from assistant.desktop.entry import LONGEST, Entry, KDialog, Zenity, find_entry
from assistant.errors import SightlineError, SomethingMissing
from assistant.host.virtual_desktop import VirtualDesktop
from assistant.host.virtual_screen import OpenWindow
from harness import WAIT_SECONDS

TYPED = "What does “Don't Save” lose? 会丢什么？"
OUTLIVED = """
import asyncio, os, signal
from assistant.desktop.entry import find_entry

async def main():
    entry = find_entry()
    asking = asyncio.create_task(entry.ask("Title", "Prompt"))
    while entry.pid is None:
        await asyncio.sleep(0)
    print(entry.pid, flush=True)
    await asking

asyncio.run(main())
"""


@pytest.fixture(params=[Zenity, KDialog], ids=lambda kind: kind.name)
def entry(request: pytest.FixtureRequest, desktop: VirtualDesktop) -> Entry:
    path = shutil.which(request.param.name)
    if path is None:
        pytest.skip(f"{request.param.name} is not installed")
    made: Entry = request.param(path)
    return made


@asynccontextmanager
async def asking(entry: Entry, desktop: VirtualDesktop) -> AsyncIterator[tuple[asyncio.Task[str | None], OpenWindow]]:
    """Have a line asked for; entered when the window has the keyboard."""
    task = asyncio.create_task(entry.ask("Sightline", "Your question"), name="ask for a line")
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            shown = await desktop.screen.window("Sightline")
            await desktop.screen.active(shown.xid)
            await desktop.screen.drawn(shown.xid)
            yield task, shown
    finally:
        task.cancel()
        await asyncio.wait([task])


def command_of(entry: Entry) -> bytes:
    return Path(f"/proc/{entry.pid}/cmdline").read_bytes()


async def test_what_was_typed_comes_back_in_any_script(entry: Entry, desktop: VirtualDesktop) -> None:
    async with asking(entry, desktop) as (asked, _):
        desktop.screen.type(TYPED)
        desktop.press("Enter")

        assert await asked == TYPED


async def test_what_is_typed_shows_in_no_list_of_processes(entry: Entry, desktop: VirtualDesktop) -> None:
    async with asking(entry, desktop) as (asked, _):
        desktop.screen.type("marmalade")
        command = command_of(entry)
        desktop.press("Enter")
        typed = await asked

    assert typed == "marmalade"
    assert b"Your question" in command
    assert b"marmalade" not in command


async def test_leaving_the_window_is_no_question(entry: Entry, desktop: VirtualDesktop) -> None:
    async with asking(entry, desktop) as (asked, _):
        desktop.press("Escape")

        assert await asked is None
        assert entry.pid is None


async def test_closing_the_window_is_no_question(entry: Entry, desktop: VirtualDesktop) -> None:
    async with asking(entry, desktop) as (asked, shown):
        desktop.screen.close_window(shown.xid)

        assert await asked is None


async def test_nothing_typed_is_an_empty_line(entry: Entry, desktop: VirtualDesktop) -> None:
    async with asking(entry, desktop) as (asked, _):
        desktop.press("Enter")

        assert await asked == ""


async def test_the_window_is_the_named_process(entry: Entry, desktop: VirtualDesktop) -> None:
    async with asking(entry, desktop) as (_, shown):
        assert entry.pid == shown.pid


async def test_being_cancelled_closes_the_window(entry: Entry, desktop: VirtualDesktop) -> None:
    async with asking(entry, desktop) as (asked, shown):
        asked.cancel()

        await desktop.screen.gone(shown)

    assert entry.pid is None


async def test_it_can_be_asked_again(entry: Entry, desktop: VirtualDesktop) -> None:
    for _ in range(2):
        async with asking(entry, desktop) as (asked, _shown):
            desktop.press("Escape")
            await asked


async def test_without_a_screen_it_is_said_what_to_do(
    entry: Entry, desktop: VirtualDesktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":none")

    with pytest.raises(SightlineError, match="sightline ask"):
        await entry.ask("Sightline", "Your question")


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv is not installed")
async def test_the_window_goes_when_its_asker_is_killed(desktop: VirtualDesktop) -> None:
    asker = await desktop.start(sys.executable, "-c", OUTLIVED, stdout=subprocess.PIPE)
    async with asyncio.timeout(WAIT_SECONDS):
        shown = await desktop.screen.window("Title")
        asker.kill()

        await desktop.screen.gone(shown)


async def test_a_line_without_end_is_cut(tmp_path: Path) -> None:
    program = tmp_path / "zenity"
    program.write_text(f"#!/bin/sh\nprintf '%{LONGEST * 2}s\\n' x\n")
    program.chmod(0o755)

    typed = await Zenity(str(program)).ask("Sightline", "Your question")

    assert typed is not None
    assert len(typed) == LONGEST


def test_without_either_program_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SomethingMissing, match="apt install zenity"):
        find_entry()
