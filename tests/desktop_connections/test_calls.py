"""Many calls at once: answers in order, each failure in its own place, and time that runs out is nobody's fault."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from assistant.desktop.accessibility import (
    ACCESSIBLE,
    AccessibilityBus,
    CallFailed,
    OutOfTime,
    Request,
    plain,
    property_of,
)
from assistant.desktop.target import Accessible
from harness.windows import Windows

pytestmark = pytest.mark.desktop


async def test_answers_come_in_the_order_of_the_requests(windows: Windows) -> None:
    opened = await windows.zenity("--info", "--title", "Greeting", "--text", "Hello")
    assert opened.accessible
    name = property_of(opened.accessible, ACCESSIBLE, "Name")
    missing = Request(Accessible(opened.accessible.bus_name, "/nowhere"), ACCESSIBLE, "GetRole")
    index = Request(opened.accessible, ACCESSIBLE, "GetIndexInParent")

    async with AccessibilityBus() as bus:
        replies = await bus.call_many([name, missing, index] * 50)

    assert [isinstance(reply, CallFailed) for reply in replies] == [False, True, False] * 50
    assert {plain(reply[0]) for reply in replies[::3] if isinstance(reply, list)} == {"Greeting"}
    assert replies[2::3] == [[0]] * 50


async def test_no_requests_need_no_answer() -> None:
    assert await AccessibilityBus().call_many([]) == []


async def test_what_there_is_no_time_for_is_out_of_time_and_nobody_hangs(windows: Windows) -> None:
    stopped = await windows.zenity("--info", "--text", "one")
    well = await windows.zenity("--info", "--text", "two")
    assert stopped.accessible
    assert well.accessible
    async with AccessibilityBus() as bus:
        os.kill(stopped.pid, signal.SIGSTOP)
        try:
            replies = await bus.call_many(
                [property_of(opened, ACCESSIBLE, "Name") for opened in (stopped.accessible, well.accessible)],
                until=asyncio.get_running_loop().time() + 0.5,
            )
            assert isinstance(replies[0], OutOfTime)
            assert isinstance(replies[1], list)
            assert not bus.is_hung(stopped.accessible.bus_name)
        finally:
            os.kill(stopped.pid, signal.SIGCONT)


async def test_calls_that_nobody_waits_for_leave_room_for_others(windows: Windows) -> None:
    opened = await windows.zenity("--info", "--text", "one")
    assert opened.accessible
    async with AccessibilityBus() as bus:
        os.kill(opened.pid, signal.SIGSTOP)
        waiting = asyncio.create_task(bus.call_many([property_of(opened.accessible, ACCESSIBLE, "Name")] * 100))
        await bus.process_id(opened.accessible.bus_name)  # the bus has answered this, so it has all before it
        waiting.cancel()
        await asyncio.wait([waiting])
        os.kill(opened.pid, signal.SIGCONT)

        assert await bus.get(opened.accessible, ACCESSIBLE, "Name") == "Information"
        assert waiting.cancelled()
