"""Windows that tell nothing about themselves, through the daemon: read from their pixels and heard."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.host.virtual_desktop import VirtualDesktop
from harness.daemon import daemon_in
from harness.windows import Windows

pytest.importorskip("rapidocr")
pytestmark = pytest.mark.desktop


async def test_a_window_of_tk_is_read_from_its_pixels(desktop: VirtualDesktop, windows: Windows) -> None:
    async with daemon_in(desktop) as daemon:
        await windows.tk("question")
        title = await daemon.says("Back up files?")
        message = await daemon.says("old files first")

    assert "can't read" not in title + message


async def test_it_is_read_in_its_own_language(desktop: VirtualDesktop, windows: Windows) -> None:
    async with daemon_in(desktop, "profile: technician") as daemon:
        await windows.tk("question", language="zh")
        await daemon.says("备份")


async def test_its_choices_can_be_asked_for(desktop: VirtualDesktop, windows: Windows) -> None:
    async with daemon_in(desktop) as daemon:
        await windows.tk("question")
        await daemon.says("old files first")
        await daemon.command("window")
        await daemon.says("old files first")


async def test_a_window_that_closes_while_it_is_read_is_not_told(desktop: VirtualDesktop, windows: Windows) -> None:
    async with daemon_in(desktop) as daemon:
        window = await windows.tk("question")
        await daemon.says("Back up files?")
        await window.close()
        await windows.zenity("--info", "--title", "Kettle", "--text", "The kettle boils.")
        told = await daemon.says("The kettle boils")

    assert "old files" not in told


async def test_without_the_extra_that_reads_it_is_said_what_mends_it(
    desktop: VirtualDesktop, windows: Windows, tmp_path: Path
) -> None:
    (tmp_path / "rapidocr.py").write_text("raise ImportError('not installed here')\n")
    async with daemon_in(desktop, PYTHONPATH=str(tmp_path)) as daemon:
        await windows.tk("question")
        await daemon.says("can't read this window")
        await daemon.says("pip install")


async def test_an_empty_window_is_said_to_be_empty(desktop: VirtualDesktop, windows: Windows) -> None:
    async with daemon_in(desktop) as daemon:
        await windows.tk("empty")
        await daemon.says("empty")
