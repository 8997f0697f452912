"""The daemon with its real voice, heard at the sink: a dialog, silence at a key, the newest window, a lost voice."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from assistant.host.virtual_desktop import VirtualDesktop
from harness import WAIT_SECONDS
from harness.daemon import audible_daemon_in
from harness.ear import Ear
from harness.windows import Windows

pytestmark = pytest.mark.desktop

LETTER = ("--info", "--title=Letter", "--text=The letter was sent to your cousin in Vienna this afternoon.")
KETTLE = ("--info", "--title=Kettle", "--text=The kettle boils, and the tea is nearly ready.")
FIRST = "A message from Zenity: Kettle."
OF_KETTLE = "It says: “The kettle boils, and the tea is nearly ready.”"
UNLIKE = 0.7  # other words of the same voice score below this, see test_ear
SOME_SECONDS = 0.5  # to be heard before it is asked again what was heard


async def test_a_dialog_that_opens_is_heard_to_its_end(desktop: VirtualDesktop, windows: Windows, ear: Ear) -> None:
    async with audible_daemon_in(desktop, ear):
        await windows.zenity(*KETTLE)
        await ear.hears_sound()
        await ear.hears_silence()

    assert ear.heard_words(OF_KETTLE)


async def test_a_key_silences_it(desktop: VirtualDesktop, windows: Windows, ear: Ear) -> None:
    async with audible_daemon_in(desktop, ear):
        await windows.zenity(*KETTLE)
        await ear.hears_sound()
        desktop.press("Shift_L")
        await ear.hears_silence()

    assert not ear.heard_words(OF_KETTLE)


async def test_only_the_newest_window_is_heard_to_its_end(desktop: VirtualDesktop, windows: Windows, ear: Ear) -> None:
    async with audible_daemon_in(desktop, ear):
        await windows.zenity(*LETTER)
        await ear.hears_sound()
        await windows.zenity(*KETTLE)
        await ear.hears_silence()

    assert ear.heard_words(OF_KETTLE)
    assert not ear.heard_words("It says: “The letter was sent to your cousin in Vienna this afternoon.”")


async def test_a_voice_that_is_killed_says_its_sentence_again(
    desktop: VirtualDesktop, windows: Windows, ear: Ear
) -> None:
    async with audible_daemon_in(desktop, ear) as daemon:
        await windows.zenity(*KETTLE)
        await ear.hears_sound()
        os.kill(voice_of(desktop), signal.SIGKILL)
        ear.forget()
        async with asyncio.timeout(WAIT_SECONDS):
            while not heard_from_another_voice(ear, OF_KETTLE):
                await ear.hears_more(SOME_SECONDS)

        assert daemon.returncode is None
    assert heard_from_another_voice(ear, FIRST)


def heard_from_another_voice(ear: Ear, text: str) -> bool:
    """Whether a text was heard from speech-dispatcher, which takes over; its rate is its own."""
    return max(ear.likeness(text, rate=rate) for rate in (165, 170)) > UNLIKE


def voice_of(desktop: VirtualDesktop) -> int:
    """Return the process that speaks."""
    (pid,) = [pid for pid in desktop.processes if b"espeak" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    return pid
