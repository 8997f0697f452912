"""The harness itself: windows of every toolkit come and go, keys arrive, sound is heard."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.speak.file import TranscriptVoice
from assistant.speak.voice import Run, Utterance
from harness.ear import Ear
from harness.utterances import utterances
from harness.windows import Toolkit, Windows

pytestmark = pytest.mark.desktop

GTK3 = "save-changes overwrite delete password form table sections tabs controls big empty closes-on-key opens-dialog"
GTK4 = "save-changes password form tabs controls big empty"
QT = "save-changes overwrite delete password form table sections tabs controls big empty"
PAGES = "sign-in scam article"
ALL = [
    *(("gtk3", name) for name in GTK3.split()),
    *(("gtk4", name) for name in GTK4.split()),
    *(("qt", name) for name in QT.split()),
    *(("page", name) for name in PAGES.split()),
]


@pytest.mark.parametrize(("toolkit", "name"), ALL)
async def test_a_window_is_on_the_accessibility_bus(toolkit: Toolkit, name: str, windows: Windows) -> None:
    window = await windows.program(toolkit, name)

    assert window.accessible
    assert windows.desktop.screen.title(window.xid)


@pytest.mark.parametrize("toolkit", ["gtk3", "gtk4", "qt", "page"])
async def test_a_window_can_be_chinese_and_dark(toolkit: Toolkit, windows: Windows) -> None:
    name = "sign-in" if toolkit == "page" else "controls"
    window = await windows.program(toolkit, name, language="zh", dark=True)
    await window.drawn()

    pixels = windows.desktop.screen.picture(windows.desktop.screen.geometry(window.xid))[2]

    assert not windows.desktop.screen.title(window.xid).isascii()
    assert sum(pixels) / len(pixels) < 90


async def test_a_tk_window_is_on_the_screen_alone(windows: Windows) -> None:
    window = await windows.tk("question", language="zh")

    assert window.accessible is None
    assert windows.desktop.screen.title(window.xid) == "备份文件？"


async def test_zenity_is_answered_with_a_key(windows: Windows) -> None:
    window = await windows.zenity("--question", "--text", "Go on?")

    windows.desktop.press("Enter")

    assert await window.ended() == 0


@pytest.mark.parametrize("text", ["Grüße, Alt+Y", "保存"])
async def test_text_of_any_script_is_typed(text: str, windows: Windows) -> None:
    window = await windows.zenity("--entry", "--text", "Say something", read_output=True)

    windows.desktop.screen.type(text + "\n")

    assert window.process.stdout
    assert (await window.process.stdout.read()).decode() == text + "\n"


async def test_a_dialog_of_the_same_program_is_found(windows: Windows) -> None:
    document = await windows.gtk3("opens-dialog")

    windows.desktop.press("Enter")
    dialog = await windows.next_window(document)

    assert dialog.xid != document.xid
    assert dialog.accessible != document.accessible


async def test_a_window_closes_itself_on_a_key(windows: Windows) -> None:
    window = await windows.gtk3("closes-on-key")

    windows.desktop.press("x")

    await window.gone()


async def test_the_ear_tells_what_was_said_from_what_was_not(ear: Ear) -> None:
    await ear.plays("espeak-ng", "-v", "en-us", "The file already exists. Do you want to replace it?")

    assert ear.heard_words("The file already exists.")
    assert ear.heard_words("Do you want to replace it?")
    assert not ear.heard_words("The file was removed.")
    assert not ear.heard_words("Do you want to keep it?")


async def test_the_ear_hears_where_a_sound_ends(ear: Ear) -> None:
    await ear.plays("espeak-ng", "Hello")

    began = await ear.hears_sound()
    ended = await ear.hears_silence()

    assert began < ended


async def test_the_ear_hears_that_nothing_is_played(ear: Ear) -> None:
    await ear.hears_more(0.2)

    assert ear.is_silent()


async def test_what_the_file_voice_writes_is_heard(tmp_path: Path) -> None:
    async with utterances(tmp_path / "said.jsonl") as heard, TranscriptVoice(heard.path) as voice:
        await voice.say(Utterance((Run("Save changes?"),)))
        await voice.say(Utterance((Run("要保存吗？", "zh"),)))

        assert (await heard.next())["text"] == "Save changes?"
        assert await heard.until("保存") == ["Save changes?", "要保存吗？"]
