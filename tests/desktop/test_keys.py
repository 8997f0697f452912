"""Keys that the running daemon hears, through X11's grabs and through pynput."""

from __future__ import annotations

import subprocess

import pytest

from assistant.desktop.x11 import X11Connection
from assistant.host.virtual_desktop import VirtualDesktop
from assistant.watch.keys import KeyListener
from assistant.watch.keys_x11 import X11Keys
from harness.daemon import daemon_in
from harness.windows import Windows

QUESTION = ("--question", "--title", "Delete file?", "--text", "Do you want to delete report.odt for good?")


class Nobody(KeyListener):
    """Another program that has a key."""

    def on_command(self, command: str) -> None:
        """Not looked at."""

    def on_key(self) -> None:
        """Not looked at."""


@pytest.mark.parametrize("source", ["auto", "pynput"])
async def test_a_command_key_is_heard(desktop: VirtualDesktop, source: str) -> None:
    async with daemon_in(desktop, f"key_source: {source}\n") as daemon:
        desktop.press("Super+Alt+X")
        said = await daemon.next()

    assert said.startswith("Learn mode.")


async def test_a_key_that_another_program_has_is_reported_by_name(desktop: VirtualDesktop) -> None:
    async with X11Connection() as x11, X11Keys(x11, {"Super+Alt+C": "choices"}, Nobody()), daemon_in(desktop) as daemon:
        said = await daemon.says("Super Alt C")

    assert "another program has taken it" in said


async def test_the_last_text_is_copied_to_the_clipboard(desktop: VirtualDesktop, windows: Windows) -> None:
    async with daemon_in(desktop) as daemon:
        await windows.zenity(*QUESTION)
        await daemon.says("deletes nothing")
        desktop.press("Super+Alt+T")
        await daemon.says("Copied")
        paste = await desktop.start("xclip", "-o", "-selection", "clipboard", stdout=subprocess.PIPE)
        copied, _ = await paste.communicate()

    assert "report.odt" in copied.decode()
