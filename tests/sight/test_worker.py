"""The sight worker on real windows, and on pictures that are none."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.desktop.x11 import X11Connection
from assistant.errors import NothingToLookAt, WorkerLost
from assistant.host.seeing import Seen, Wanted
from assistant.look.pixels import Pixels
from assistant.look.sight import PROGRAM, Sight
from assistant.scene import Picture
from harness import WAIT_SECONDS
from harness.windows import TestWindow, Windows

pytest.importorskip("rapidocr", reason="needs the extra ocr")

WHITE = Picture(200, 100, b"\xff" * 60_000)


@pytest.fixture
async def sight() -> AsyncIterator[Sight]:
    async with Sight() as opened:
        yield opened


async def picture_of(window: TestWindow) -> Picture:
    await window.drawn()
    async with X11Connection() as x11, Pixels(x11) as pixels:
        shown = x11.window(window.xid)
        assert shown is not None
        shot = await pixels.shot(shown)
    assert shot is not None
    return Picture(shot.width, shot.height, bytes(shot.rgb))


def texts(seen: Seen) -> list[str]:
    return [line.text for line in seen.lines]


@pytest.mark.desktop
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_a_window_that_has_no_tree_is_read(windows: Windows, sight: Sight, dark: bool) -> None:
    window = await windows.tk("question", dark=dark)

    seen = await sight.seen(await picture_of(window))

    assert texts(seen) == ["Do you want to back up your old files first?", "Yes", "No"]


@pytest.mark.desktop
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_chinese_is_read(windows: Windows, sight: Sight, dark: bool) -> None:
    window = await windows.gtk3("save-changes", language="zh", dark=dark)

    seen = await sight.seen(await picture_of(window))

    read = [line.text.replace(" ", "") for line in seen.lines if line.language == "zh"]
    assert "如果不保存，最近12分钟的更改将丢失。" in read
    assert [text[:2] for text in read[-3:]] == ["不保", "取消", "保存"]


async def test_an_empty_picture_has_nothing_in_it(sight: Sight) -> None:
    seen = await sight.seen(WHITE)

    assert seen.is_complete
    assert not seen.lines


async def test_a_picture_of_the_wrong_size_is_refused_and_the_worker_lives(sight: Sight) -> None:
    await sight.seen(WHITE)
    before = sight.pid

    with pytest.raises(NothingToLookAt, match="not as large as it says"):
        await sight.seen(WHITE, Wanted(300, 100))

    assert sight.pid == before


async def test_one_that_is_killed_is_replaced(sight: Sight) -> None:
    await sight.seen(WHITE)
    assert sight.pid is not None

    os.kill(sight.pid, signal.SIGKILL)
    with pytest.raises(WorkerLost):
        await sight.seen(WHITE)

    assert (await sight.seen(WHITE)).is_complete


async def test_one_that_hangs_on_a_picture_is_killed_and_replaced() -> None:
    async with Sight(program=replace(PROGRAM, answer_seconds=1.0)) as sight:
        await sight.seen(WHITE)
        before = sight.pid
        assert before is not None

        os.kill(before, signal.SIGSTOP)
        with pytest.raises(WorkerLost):
            await sight.seen(WHITE)

        assert (await sight.seen(WHITE)).is_complete
        assert sight.pid != before
        assert not Path(f"/proc/{before}").exists()  # noqa: ASYNC240 - the kernel's own, at once


async def test_it_ends_after_idle() -> None:
    async with Sight(idle_minutes=0.001) as sight:
        await sight.seen(WHITE)
        pid = sight.pid
        assert pid is not None
        descriptor = os.pidfd_open(pid)
        ended = asyncio.Event()
        asyncio.get_running_loop().add_reader(descriptor, ended.set)

        async with asyncio.timeout(WAIT_SECONDS):
            await ended.wait()

        asyncio.get_running_loop().remove_reader(descriptor)
        os.close(descriptor)
        assert (await sight.seen(WHITE)).is_complete  # and starts again on need


async def test_it_has_no_network(sight: Sight) -> None:
    await sight.seen(WHITE)

    status = Path(f"/proc/{sight.pid}/status").read_text(encoding="ascii")  # noqa: ASYNC240 - the kernel's own, at once

    assert "Seccomp:\t2\n" in status
