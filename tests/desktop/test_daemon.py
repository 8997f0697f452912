"""The daemon in a real session: windows open, keys are pressed, and this is what is said."""

from __future__ import annotations

import asyncio
import signal

import pytest

from assistant.host.virtual_desktop import VirtualDesktop
from harness.daemon import daemon_in
from harness.windows import Windows

SECRET = "Xq7-tangerine"
DELETE = ("--question", "--title", "Delete file?", "--text", "Do you want to delete report.odt for good?")


async def test_a_dialog_that_opens_is_read_without_being_asked(desktop: VirtualDesktop, windows: Windows) -> None:
    async with daemon_in(desktop) as daemon:
        await windows.zenity(*DELETE)
        asked = await daemon.next()
        choices = [await daemon.next(), await daemon.next()]

    assert "report.odt" in asked
    assert sorted(choice.split()[0] for choice in choices) == ["No", "Yes"]


async def test_moving_the_focus_speaks_the_control_alone(desktop: VirtualDesktop, windows: Windows) -> None:
    async with daemon_in(desktop) as daemon:
        await windows.zenity(*DELETE)
        await daemon.says("deletes nothing")
        desktop.press("Shift+Tab")
        moved = await daemon.next()

    assert moved.startswith("No, button.")


async def test_a_dialogs_own_focus_is_not_said_twice(desktop: VirtualDesktop, windows: Windows) -> None:
    async with daemon_in(desktop) as daemon:
        await windows.zenity(*DELETE)
        await daemon.says("deletes nothing")
        await daemon.command("screen")
        next_said = await daemon.next()

    assert "window" in next_said


async def test_the_window_key_explains_the_window_again(desktop: VirtualDesktop, windows: Windows) -> None:
    async with daemon_in(desktop) as daemon:
        await windows.zenity(*DELETE)
        await daemon.says("deletes nothing")
        desktop.press("Super+Alt+W")
        again = await daemon.next()

    assert "report.odt" in again


async def test_learn_mode_says_what_a_key_does_and_does_not_do_it(desktop: VirtualDesktop) -> None:
    async with daemon_in(desktop) as daemon:
        desktop.press("Super+Alt+X")
        await daemon.says("Learn mode")
        desktop.press("Super+Alt+Z")
        explained = await daemon.next()
        await daemon.command("learn")
        await daemon.says("Learn mode is off")

    assert explained == "Pause Sightline, or go on."


async def test_the_style_key_changes_what_is_said(desktop: VirtualDesktop, windows: Windows) -> None:
    async with daemon_in(desktop) as daemon:
        await windows.zenity(*DELETE)
        await daemon.says("deletes nothing")
        await daemon.command("style")
        await daemon.says("Technician")
        await daemon.command("window")
        technical = await daemon.next()

    assert technical.startswith("Delete file?")


async def test_nothing_is_said_of_windows_while_paused(desktop: VirtualDesktop, windows: Windows) -> None:
    async with daemon_in(desktop) as daemon:
        await asyncio.to_thread(daemon.ask, request="pause")
        await daemon.says("Paused")
        window = await windows.zenity(*DELETE)
        await window.close()
        await asyncio.to_thread(daemon.ask, request="resume")
        resumed = await daemon.next()

    assert resumed == "Going on."


async def test_a_profile_that_is_not_there_is_refused_by_name(desktop: VirtualDesktop) -> None:
    async with daemon_in(desktop) as daemon:
        answer = await asyncio.to_thread(daemon.ask, request="profile", name="pirate")

    assert answer["exit_status"] == 2
    assert "pirate" in answer["error"]
    assert "plain-language" in answer["error"]


async def test_a_password_is_in_nothing_that_is_said_or_logged(desktop: VirtualDesktop, windows: Windows) -> None:
    async with daemon_in(desktop, "profile: technician\n") as daemon:
        await windows.zenity("--password", "--title", "Unlock")
        await daemon.says("password")
        desktop.press(*SECRET)
        for command in ("window", "focus", "more", "more", "choices"):
            await daemon.command(command)
            await daemon.next()
        log = daemon.log()

    assert SECRET not in " ".join(daemon.said)
    assert SECRET not in log


async def test_what_is_on_the_screen_is_in_no_log(desktop: VirtualDesktop, windows: Windows) -> None:
    async with daemon_in(desktop) as daemon:
        await windows.zenity("--question", "--title", "Marker-tulip", "--text", "Marker-walrus shall go?")
        await daemon.says("Marker-walrus")
        await daemon.command("more")
        await daemon.says("Marker-tulip")
        log = daemon.log()

    assert "Marker" not in log


async def test_a_window_that_closes_while_it_is_read_leaves_the_daemon_alive(
    desktop: VirtualDesktop, windows: Windows
) -> None:
    async with daemon_in(desktop) as daemon:
        window = await windows.gtk3("closes-on-key")
        desktop.press("space")
        await window.gone()
        await daemon.command("screen")
        await daemon.says("window")


async def test_an_application_that_hangs_leaves_the_daemon_alive(desktop: VirtualDesktop, windows: Windows) -> None:
    async with daemon_in(desktop) as daemon:
        window = await windows.zenity(*DELETE)
        await daemon.says("deletes nothing")
        window.process.send_signal(signal.SIGSTOP)
        await daemon.command("window")
        said = await daemon.next()
        window.process.send_signal(signal.SIGCONT)

    assert "report.odt" not in said


async def test_the_daemon_lives_through_a_restart_of_the_accessibility_bus(fresh_desktop: VirtualDesktop) -> None:
    async with daemon_in(fresh_desktop) as daemon:
        await fresh_desktop.restart_accessibility_bus()
        await daemon.says("connection", "lost")
        await daemon.says("back")
        await fresh_desktop.start("zenity", *DELETE)
        await daemon.says("report.odt")


async def test_the_daemon_ends_with_a_clear_message_when_the_x_server_goes(fresh_desktop: VirtualDesktop) -> None:
    async with daemon_in(fresh_desktop) as daemon:
        await fresh_desktop.kill_x()
        status = await daemon.ended()

    assert status == 4
    assert "The X11 screen is gone" in daemon.log()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_the_daemon_ends_in_order_when_told_to(desktop: VirtualDesktop, number: signal.Signals) -> None:
    async with daemon_in(desktop) as daemon:
        daemon.process.send_signal(number)
        status = await daemon.ended()

    assert status == 0
    assert "Traceback" not in daemon.log()


async def test_wrong_settings_are_refused_with_file_line_and_key(desktop: VirtualDesktop) -> None:
    with pytest.raises(AssertionError) as refusal:
        async with daemon_in(desktop, "announce: {dialogs: perhaps}\n"):
            pass

    assert "settings.yaml:2: announce.dialogs:" in str(refusal.value)


async def test_an_excluded_application_is_left_alone_and_that_is_said(
    desktop: VirtualDesktop, windows: Windows
) -> None:
    async with daemon_in(desktop, "applications: {zenity: {excluded: true}}\n") as daemon:
        await windows.zenity(*DELETE)
        said = await daemon.next()
        await daemon.command("more")
        again = await daemon.next()

    assert "left alone" in said
    assert "left alone" in again
    assert "report" not in " ".join(daemon.said)
