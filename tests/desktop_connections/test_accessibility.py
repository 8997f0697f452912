"""The accessibility bus: calls that fail, applications that hang, one object's signals, a bus that is lost."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest
from dbus_fast import Message

from assistant.desktop.accessibility import (
    ACCESSIBLE,
    DESKTOP,
    AccessibilityBus,
    ApplicationHangs,
    BusLost,
    CallFailed,
)
from assistant.desktop.target import Accessible
from assistant.errors import SomethingMissing
from assistant.host.virtual_desktop import VirtualDesktop
from harness import WAIT_SECONDS
from harness.windows import Windows

pytestmark = pytest.mark.desktop

OBJECT = "org.a11y.atspi.Event.Object"


async def test_a_property_and_a_process_are_read(windows: Windows) -> None:
    opened = await windows.zenity("--info", "--text", "Hello")
    assert opened.accessible

    async with AccessibilityBus() as bus:
        assert await bus.get(opened.accessible, ACCESSIBLE, "Name") == "Information"
        assert await bus.process_id(opened.accessible.bus_name) == opened.pid


async def test_an_object_that_is_not_there_is_a_failed_call(windows: Windows) -> None:
    opened = await windows.zenity("--info", "--text", "Hello")
    assert opened.accessible

    async with AccessibilityBus() as bus:
        with pytest.raises(CallFailed) as failure:
            await bus.get(Accessible(opened.accessible.bus_name, "/org/a11y/atspi/accessible/987"), ACCESSIBLE, "Name")

        assert not isinstance(failure.value, ApplicationHangs | BusLost)
        assert not bus.is_hung(opened.accessible.bus_name)


async def test_an_application_that_hangs_is_left_alone_and_others_are_not(windows: Windows) -> None:
    hung = await windows.zenity("--info", "--text", "one")
    well = await windows.zenity("--info", "--text", "two")
    assert hung.accessible
    assert well.accessible
    async with AccessibilityBus() as bus:
        os.kill(hung.pid, signal.SIGSTOP)
        try:
            with pytest.raises(ApplicationHangs):
                await bus.get(hung.accessible, ACCESSIBLE, "Name")
            before = bus.calls
            with pytest.raises(ApplicationHangs):
                await bus.get(hung.accessible, ACCESSIBLE, "Name")

            assert bus.calls == before, "the second call was not even sent"
            assert await bus.get(well.accessible, ACCESSIBLE, "Name") == "Information"
        finally:
            os.kill(hung.pid, signal.SIGCONT)


async def test_hundreds_of_calls_at_once_do_not_break_the_connection(windows: Windows) -> None:
    opened = await windows.zenity("--info", "--text", "Hello")
    assert opened.accessible

    async with AccessibilityBus() as bus:
        names = await asyncio.gather(*(bus.get(opened.accessible, ACCESSIBLE, "Name") for _ in range(500)))

        assert set(names) == {"Information"}
        assert bus.is_connected


async def test_followed_objects_are_heard_and_their_neighbours_are_not(windows: Windows) -> None:
    async with AccessibilityBus() as bus, AccessibilityBus() as other:
        await windows.zenity("--info", "--text", "Hello")
        heard: asyncio.Queue[str] = asyncio.Queue()
        bus.handle(lambda message: heard.put_nowait(message.path or ""), interface=OBJECT, member="StateChanged")
        await other.call(DESKTOP, ACCESSIBLE, "GetChildren")
        assert other._bus
        assert other._bus.unique_name
        bus.follow(Accessible(other._bus.unique_name, "/followed"), interface=OBJECT)
        await bus.call(DESKTOP, ACCESSIBLE, "GetChildren")  # the bus has read the rule before this

        for path in ("/neighbour", "/followed"):
            other._bus.send(Message.new_signal(path, OBJECT, "StateChanged", "s", ["checked"]))

        async with asyncio.timeout(WAIT_SECONDS):
            assert await heard.get() == "/followed"


async def test_a_lost_bus_fails_calls_and_comes_back_with_its_subscriptions(fresh_desktop: VirtualDesktop) -> None:
    async with AccessibilityBus() as bus:
        changes: asyncio.Queue[bool] = asyncio.Queue()
        focused = asyncio.Event()
        await bus.subscribe(
            "object:state-changed:focused",
            lambda _: focused.set(),
            interface=OBJECT,
            member="StateChanged",
            detail="focused",
        )
        keeper = asyncio.create_task(bus.keep(changes.put_nowait))
        async with asyncio.timeout(WAIT_SECONDS):
            await fresh_desktop.restart_accessibility_bus()
            assert await changes.get() is False
            with pytest.raises(BusLost):
                await bus.get(DESKTOP, ACCESSIBLE, "Name")
            assert await changes.get() is True

            await fresh_desktop.start("zenity", "--question", "--text", "Go on?")
            await focused.wait()
        keeper.cancel()
        await asyncio.wait([keeper])


async def test_without_a_session_something_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")

    with pytest.raises(SomethingMissing, match="no desktop session"):
        async with AccessibilityBus():
            pass
