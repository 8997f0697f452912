"""The X11 connection: facts about real windows, and what happens when they or the server go."""

from __future__ import annotations

import asyncio
import gc

import pytest
from Xlib import X

from assistant.desktop.x11 import X11Connection, X11Lost
from assistant.errors import SomethingMissing
from assistant.host.virtual_desktop import VirtualDesktop
from harness import WAIT_SECONDS
from harness.windows import Windows

pytestmark = pytest.mark.desktop


async def test_a_dialog_is_described_with_its_process_kind_and_place(windows: Windows) -> None:
    opened = await windows.zenity("--question", "--title", "Go on?", "--text", "Really?")

    async with X11Connection() as x11:
        window = x11.window(opened.xid)
        active = x11.active_window()

    assert window
    assert active == opened.xid
    assert (window.title, window.application, window.pid) == ("Go on?", "Zenity", opened.pid)
    assert (window.is_dialog, window.is_viewable, window.is_unmanaged) == (True, True, False)
    assert tuple(window.box) == windows.desktop.screen.geometry(opened.xid)
    assert window.frame.top > 0
    assert "Go on" not in repr(window)


async def test_a_window_that_is_gone_is_none(windows: Windows) -> None:
    async with X11Connection() as x11:
        root, nobody = x11.root.id, 0x7FFFFF

        assert x11.window(nobody) is None
        assert not x11.exists(nobody)
        assert x11.exists(root)


async def test_events_that_a_question_has_read_are_told_all_the_same(windows: Windows) -> None:
    async with X11Connection() as x11:
        told = asyncio.Event()
        atom = x11.atom("_NET_ACTIVE_WINDOW")
        x11.listen(lambda event: told.set() if event.type == X.PropertyNotify and event.atom == atom else None)
        opened = await windows.zenity("--info", "--text", "Hello")

        assert x11.active_window() == opened.xid
        async with asyncio.timeout(WAIT_SECONDS):
            await told.wait()


async def test_the_windows_are_listed_from_the_lowest_to_the_highest(windows: Windows) -> None:
    first = await windows.zenity("--info", "--text", "one")
    second = await windows.zenity("--info", "--text", "two")

    async with X11Connection() as x11:
        assert [xid for xid in x11.windows() if xid in (first.xid, second.xid)] == [first.xid, second.xid]


async def test_a_dead_server_is_told_once_and_every_question_says_so(fresh_desktop: VirtualDesktop) -> None:
    async with X11Connection() as x11:
        told: list[str] = []
        x11.on_lost(lambda: told.append("lost"))

        await fresh_desktop.kill_x()
        async with asyncio.timeout(WAIT_SECONDS):
            await x11.lost.wait()

        with pytest.raises(X11Lost):
            x11.active_window()
        assert told == ["lost"]
        assert not x11.is_connected


async def test_a_server_that_dies_under_a_question_is_noticed_by_it(fresh_desktop: VirtualDesktop) -> None:
    async with X11Connection() as x11:
        await fresh_desktop.kill_x()

        with pytest.raises(X11Lost):
            x11.window(x11.root.id)
        assert x11.lost.is_set()


async def test_without_a_screen_something_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)

    with pytest.raises(SomethingMissing, match="DISPLAY"):
        async with X11Connection():
            pass


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # python-xlib 0.33 leaves its sockets
async def test_a_screen_that_does_not_answer_is_missing_too() -> None:
    with pytest.raises(SomethingMissing, match="does not answer"):
        async with X11Connection(":987"):
            pass
    gc.collect()  # here, and not in the next test
