"""What happens on a bad day: dialogs over dialogs, programs that hang or shout, windows that hide or are not there."""

from __future__ import annotations

import signal

import pytest

from assistant.config import Config
from assistant.desktop.accessibility import AccessibilityBus
from assistant.desktop.x11 import X11Connection
from assistant.host.virtual_desktop import VirtualDesktop
from assistant.look import Look
from assistant.scene import Picture
from harness.daemon import daemon_in, sightline
from harness.windows import PROGRAMS, SYSTEM_PYTHON, TestWindow, Windows

pytestmark = pytest.mark.desktop

DELETE = ("--question", "--title", "Delete file?", "--text", "Do you want to delete report.odt for good?")
SHOUTS = str(PROGRAMS.parent / "desktop" / "shouts.py")


async def test_a_dialog_over_a_dialog_and_back(desktop: VirtualDesktop, windows: Windows) -> None:
    async with daemon_in(desktop) as daemon:
        await windows.zenity(*DELETE)
        await daemon.says("No deletes nothing")
        second = await windows.zenity("--info", "--title", "Kettle", "--text", "The kettle boils.")
        await daemon.says("The kettle boils")
        await second.close()
        back = await daemon.says("report.odt")

    assert "kettle" not in back


async def test_a_program_that_hangs_is_told_of_and_the_others_go_on(desktop: VirtualDesktop, windows: Windows) -> None:
    async with daemon_in(desktop) as daemon:
        hung = await windows.zenity(*DELETE)
        await daemon.says("No deletes nothing")
        hung.process.send_signal(signal.SIGSTOP)
        await daemon.command("window")
        apology = await daemon.next()
        await windows.zenity("--info", "--title", "Kettle", "--text", "The kettle boils.")
        await daemon.says("The kettle boils")
        hung.process.send_signal(signal.SIGCONT)

    assert "report.odt" not in apology


async def test_a_program_that_shouts_does_not_drown_another(desktop: VirtualDesktop, windows: Windows) -> None:
    async with daemon_in(desktop) as daemon:
        await windows.open(SYSTEM_PYTHON, SHOUTS)
        await daemon.says("Shouts")
        await windows.gtk3("controls")
        await daemon.says("Undo can't be chosen")
        told = []
        for _ in range(3):
            desktop.press("Tab")
            told.append((await daemon.next()).partition(",")[0])

    assert told == ["Copies", "Remember me", "Small"]


async def test_a_window_of_thousands_is_summed_up(desktop: VirtualDesktop, windows: Windows) -> None:
    async with daemon_in(desktop) as daemon:
        await windows.gtk3("big", count=4000)
        said = [await daemon.says("Many options"), *await daemon.reading(2)]
        desktop.press("Tab")
        await daemon.says("Option")

    assert len(" ".join(said)) < 300


@pytest.mark.parametrize("toolkit", ["gtk3", "gtk4", "qt", "tk"])
async def test_an_empty_window_is_said_to_have_nothing(desktop: VirtualDesktop, windows: Windows, toolkit: str) -> None:
    async with daemon_in(desktop) as daemon:
        await getattr(windows, toolkit)("empty")
        assert await daemon.says("I find nothing to read" if toolkit != "tk" else "can't read")


async def test_with_no_window_at_all_it_says_so(desktop: VirtualDesktop) -> None:
    async with daemon_in(desktop) as daemon:
        await daemon.command("window")
        assert await daemon.next()
        await daemon.command("screen")
        assert await daemon.next()


async def test_chinese_words_in_an_english_session_stay_chinese(desktop: VirtualDesktop, windows: Windows) -> None:
    async with daemon_in(desktop) as daemon:
        await windows.zenity(
            "--question", "--title=备份", "--text=要不要备份旧文件？", "--ok-label=是", "--cancel-label=否"
        )
        await daemon.says("choose 是")
        chinese = [run for record in daemon.records for run in record.get("runs", []) if run[1].startswith("zh")]

    assert chinese


async def test_a_program_in_chinese_is_explained_in_chinese(desktop: VirtualDesktop, windows: Windows) -> None:
    made = await desktop.start("localedef", "-i", "zh_CN", "-f", "UTF-8", desktop.folder / "zh_CN.UTF-8")
    assert await made.wait() == 0
    chinese = {"LANG": "zh_CN.UTF-8", "LANGUAGE": "zh_CN", "LOCPATH": str(desktop.folder)}

    async with daemon_in(desktop) as daemon:
        await windows.zenity(*DELETE, env=chinese)
        said = await daemon.says("report.odt")

    assert "删除" in said


async def test_a_covered_window_is_explained_with_its_own_content(desktop: VirtualDesktop, windows: Windows) -> None:
    covered = await windows.gtk3("password", dark=True)
    await covered.drawn()
    alone = await picture(covered)
    over = await windows.gtk3("big", count=400)
    await over.drawn()
    printed = await sightline(desktop, "explain", "--silent", "--window", str(covered.xid))

    assert "password" in printed.out
    assert "Option" not in printed.out
    assert await picture(covered) == alone


async def picture(window: TestWindow) -> bytes:
    async with AccessibilityBus() as bus, X11Connection() as x11, Look(bus, x11, Config()) as look:
        seen = (await look.scene(window.target, picture=True)).scene.picture
    assert isinstance(seen, Picture)
    return seen.rgb


async def test_a_window_that_closes_half_way_is_no_news(desktop: VirtualDesktop, windows: Windows) -> None:
    async with daemon_in(desktop) as daemon:
        for _ in range(5):
            window = await windows.gtk3("big", count=1000)
            await window.close()
        await windows.zenity("--info", "--title", "Kettle", "--text", "The kettle boils.")
        await daemon.says("The kettle boils")

    assert "Traceback" not in daemon.log()
