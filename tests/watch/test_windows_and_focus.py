"""What Watch tells of real windows when real keys are pressed."""

from __future__ import annotations

import pytest

from assistant.watch.event import (
    ControlChanged,
    DialogOpened,
    FocusMoved,
    Notification,
    WindowActivated,
    WindowClosed,
    WindowExposed,
)
from harness.windows import Windows
from watch.listening import listening, program

pytestmark = pytest.mark.desktop

TOOLKITS = ("gtk3", "gtk4", "qt")


@pytest.mark.parametrize("toolkit", TOOLKITS)
async def test_a_window_that_opens_is_told_once_and_its_focus_after_it(windows: Windows, toolkit: str) -> None:
    async with listening() as heard:
        window = await windows.open(*program(toolkit))

        activated = await heard.next(WindowActivated)
        focus = await heard.next(FocusMoved)

        assert (activated.target.xid, activated.target.pid) == (window.xid, window.pid)
        assert activated.target.accessible == window.accessible
        assert focus.accessible.bus_name == window.accessible.bus_name  # type: ignore[union-attr] # it has a tree
        assert heard.told == [activated, focus]


@pytest.mark.parametrize("toolkit", TOOLKITS)
async def test_the_window_that_was_active_before_is_told_at_the_start(windows: Windows, toolkit: str) -> None:
    window = await windows.open(*program(toolkit))

    async with listening() as heard:
        activated = await heard.next(WindowActivated)

        assert activated.target.xid == window.xid
        assert activated.target.accessible == window.accessible


@pytest.mark.parametrize("toolkit", TOOLKITS)
async def test_each_move_of_the_focus_is_told_once(windows: Windows, toolkit: str) -> None:
    async with listening() as heard:
        await windows.open(*program(toolkit))
        await heard.next(FocusMoved)
        heard.forget()

        windows.desktop.press("Tab")
        first = await heard.next(FocusMoved)
        windows.desktop.press("Tab")
        second = await heard.next(FocusMoved)

        assert await heard.name(first.accessible) == "Check"
        assert first.accessible != second.accessible
        assert [event for event in heard.told if isinstance(event, FocusMoved)] == [first, second]


@pytest.mark.parametrize("toolkit", TOOLKITS)
async def test_a_dialog_is_told_with_its_own_window_and_then_the_way_back(windows: Windows, toolkit: str) -> None:
    async with listening() as heard:
        window = await windows.open(*program(toolkit))
        await heard.next(FocusMoved)
        heard.forget()

        windows.desktop.press("Alt+D")
        dialog = await heard.window("Really?")
        in_dialog = await heard.next(FocusMoved)
        windows.desktop.press("Escape")
        back = await heard.next(WindowActivated)

        assert dialog.target.accessible != window.accessible
        assert back.target.accessible == window.accessible
        assert in_dialog.accessible not in (dialog.target.accessible, window.accessible)
        assert heard.activations == [dialog, back]


@pytest.mark.parametrize(("toolkit", "to_combo", "item"), [("gtk3", ["Tab"] * 3, "pear"), ("qt", ["Tab"] * 3, "pear")])
async def test_a_list_that_pops_up_moves_the_focus_and_is_no_window(
    windows: Windows, toolkit: str, to_combo: list[str], item: str
) -> None:
    async with listening() as heard:
        await windows.open(*program(toolkit))
        await heard.next(FocusMoved)
        heard.forget()

        windows.desktop.press(*to_combo, "space", "Down")
        await heard.focus(item)
        windows.desktop.press("Return")
        await heard.next(FocusMoved)

        assert heard.activations == []


async def test_a_menu_moves_the_focus_and_is_no_window(windows: Windows) -> None:
    async with listening() as heard:
        await windows.open(*program("gtk3"))
        await heard.next(FocusMoved)
        heard.forget()

        windows.desktop.press("Alt+F")
        await heard.focus("New")
        windows.desktop.press("Down")
        await heard.focus("Open")

        assert heard.activations == []


async def test_the_current_row_of_a_table_is_the_focus(windows: Windows) -> None:
    async with listening() as heard:
        await windows.open(*program("gtk3"))
        await heard.next(FocusMoved)

        windows.desktop.press("Tab", "Tab", "Tab", "Tab")
        await heard.focus("row one")
        windows.desktop.press("Down")

        assert await heard.focus("row two") == ["row two"]


@pytest.mark.parametrize("toolkit", TOOLKITS)
async def test_a_ticked_box_is_told_with_its_new_state(windows: Windows, toolkit: str) -> None:
    async with listening() as heard:
        await windows.open(*program(toolkit))
        windows.desktop.press("Tab")
        await heard.focus("Check")
        heard.forget()

        windows.desktop.press("space")
        ticked = await heard.next(ControlChanged)
        windows.desktop.press("space")
        cleared = await heard.next(ControlChanged)

        assert [(event.change, event.is_on) for event in (ticked, cleared)] == [("checked", True), ("checked", False)]
        assert heard.told == [ticked, cleared]


@pytest.mark.parametrize("toolkit", ["gtk3", "qt"])
async def test_a_slider_that_is_moved_tells_of_its_value(windows: Windows, toolkit: str) -> None:
    async with listening() as heard:
        await windows.open(*program(toolkit))
        windows.desktop.press("Tab")
        await heard.focus("Check")
        windows.desktop.press("Tab")
        slider = (await heard.next(FocusMoved)).accessible

        windows.desktop.press("Right")
        moved = await heard.next(ControlChanged)

        assert (moved.accessible, moved.change) == (slider, "value")


async def test_a_dialog_that_does_not_take_the_keyboard_is_told_as_such_and_when_it_goes(windows: Windows) -> None:
    async with listening() as heard:
        window = await windows.open(*program("gtk3"))
        await heard.next(FocusMoved)
        heard.forget()

        windows.desktop.press("Alt+Q")
        opened = await heard.next(DialogOpened)
        windows.desktop.screen.close_window(opened.target.xid or 0)
        closed = await heard.next(WindowClosed)

        assert opened.target.pid == window.pid
        assert opened.target.accessible not in (None, window.accessible)
        assert closed.target == opened.target
        assert heard.activations == []
        assert heard.watch.active is not None
        assert heard.watch.active.xid == window.xid


@pytest.mark.parametrize(("key", "last"), [("Alt+B", "Second"), ("Alt+R", "Stays")])
async def test_of_two_dialogs_at_once_the_active_one_is_told_last_with_its_own_accessible(
    windows: Windows, key: str, last: str
) -> None:
    async with listening() as heard:
        await windows.open(*program("gtk3"))
        await heard.next(FocusMoved)

        windows.desktop.press(key)
        activated = await heard.window(last)

        while not await heard.is_active(heard.watch.active):  # as its own application says; or Watch corrects itself
            await heard.next(WindowExposed)

        assert heard.watch.active is not None
        assert heard.watch.active.xid == activated.target.xid


async def test_dialogs_of_two_programs_are_told_each_with_its_own_accessible(windows: Windows) -> None:
    async with listening() as heard:
        first = await windows.zenity("--question", "--text", "one")
        second = await windows.zenity("--warning", "--text", "two")
        one, two = await heard.next(WindowActivated), await heard.next(WindowActivated)

        windows.desktop.screen.activate(first.xid)
        again = await heard.next(WindowActivated)

        assert [event.target.accessible for event in (one, two)] == [first.accessible, second.accessible]
        assert again == one


async def test_a_window_that_exposes_nothing_is_told_by_its_x_window(windows: Windows) -> None:
    async with listening() as heard:
        window = await windows.open(*program("tk"), has_tree=False)

        activated = await heard.next(WindowActivated)

        assert (activated.target.xid, activated.target.accessible) == (window.xid, None)
        assert (activated.target.pid, activated.target.application) == (window.pid, "Plain")


async def test_a_program_that_is_killed_takes_its_window_with_it(windows: Windows) -> None:
    async with listening() as heard:
        below = await windows.open(*program("gtk3"))
        above = await windows.open(*program("qt"))
        await heard.window("Everything")
        await heard.window("Everything")

        await above.close()
        closed = await heard.next(WindowClosed)
        back = await heard.next(WindowActivated)

        assert closed.target.xid == above.xid
        assert back.target.accessible == below.accessible


async def test_a_storm_in_one_label_does_not_keep_the_focus_waiting(windows: Windows) -> None:
    async with listening() as heard:
        await windows.open(*program("gtk3"))
        await heard.next(FocusMoved)
        windows.desktop.press("Alt+S", "Tab")  # the storm begins before the focus moves
        await heard.focus("Check")
        heard.forget()

        windows.desktop.press("Tab")
        moved = await heard.next(FocusMoved)

        assert heard.told == [moved]


async def test_an_alert_inside_a_window_is_a_notification(windows: Windows) -> None:
    async with listening() as heard:
        window = await windows.open(*program("gtk3"))
        await heard.next(FocusMoved)

        windows.desktop.press("Alt+A")
        alert = await heard.next(Notification)

        assert alert.kind == "alert"
        assert alert.accessible.bus_name == window.accessible.bus_name  # type: ignore[union-attr] # it has a tree


async def test_an_announcement_carries_its_text_but_never_shows_it(windows: Windows) -> None:
    async with listening() as heard:
        await windows.open(*program("qt"))
        await heard.next(FocusMoved)

        windows.desktop.press("Control+J")
        announced = await heard.next(Notification)

        assert (announced.kind, announced.text) == ("announcement", "Upload finished")
        assert "Upload" not in repr(announced)


@pytest.mark.parametrize("toolkit", TOOLKITS)
async def test_without_x11_the_bus_alone_tells_the_same_windows(windows: Windows, toolkit: str) -> None:
    async with listening(x11=False) as heard:
        window = await windows.open(*program(toolkit))
        activated = await heard.next(WindowActivated)
        await heard.next(FocusMoved)
        heard.forget()

        windows.desktop.press("Alt+D")
        dialog = await heard.next(WindowActivated)
        await heard.next(FocusMoved)
        windows.desktop.press("Escape")
        back = await heard.next(WindowActivated)

        assert (activated.target.accessible, activated.target.xid) == (window.accessible, None)
        assert dialog.target.pid == window.pid
        assert back.target.accessible == window.accessible
        assert heard.activations == [dialog, back]


async def test_without_x11_a_list_that_pops_up_is_no_window(windows: Windows) -> None:
    async with listening(x11=False) as heard:
        await windows.open(*program("gtk3"))
        await heard.next(FocusMoved)
        heard.forget()

        windows.desktop.press("Tab", "Tab", "Tab", "space", "Down")
        await heard.focus("pear")

        assert heard.activations == []
