"""Whether the screen is locked, as real buses tell it. Stand-ins there play logind and the screen saver."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from assistant.host.virtual_desktop import VirtualDesktop
from assistant.watch.event import CommandGiven, ScreenLocked, ScreenUnlocked
from assistant.watch.lock import SAVERS, Lock
from harness import WAIT_SECONDS
from harness.lock import logind_in, saver_in
from watch.listening import listening

pytestmark = pytest.mark.desktop


class Following:
    """What a Lock tells, awaited."""

    def __init__(self) -> None:
        self._told: asyncio.Queue[bool] = asyncio.Queue()
        self.lock = Lock(self._told.put_nowait)

    async def next(self) -> bool:
        async with asyncio.timeout(WAIT_SECONDS):
            return await self._told.get()


@asynccontextmanager
async def following() -> AsyncIterator[Following]:
    followed = Following()
    async with followed.lock:
        yield followed


@pytest.mark.parametrize("name", SAVERS)
async def test_a_screen_saver_that_is_there_tells_of_locking_and_unlocking(desktop: VirtualDesktop, name: str) -> None:
    async with saver_in(desktop, name) as saver, following() as followed:
        assert not followed.lock.is_locked
        await saver.tell(is_active=True)
        locked = await followed.next()
        lockers = followed.lock.lockers
        await saver.tell(is_active=False)
        unlocked = await followed.next()

    assert (locked, unlocked) == (True, False)
    assert lockers == {os.getpid()}


async def test_a_screen_saver_that_comes_later_is_heard_too(desktop: VirtualDesktop) -> None:
    async with following() as followed, saver_in(desktop, is_active=True):
        assert await followed.next()


async def test_a_screen_that_is_locked_already_is_told_at_the_start(desktop: VirtualDesktop) -> None:
    async with saver_in(desktop, is_active=True), following() as followed:
        assert followed.lock.is_locked
        assert await followed.next()


async def test_a_locker_that_dies_locks_nothing(desktop: VirtualDesktop) -> None:
    async with saver_in(desktop) as saver, following() as followed:
        await saver.tell(is_active=True)
        await followed.next()
        await saver.leave()

        assert not await followed.next()
        assert followed.lock.lockers == frozenset()


async def test_logind_tells_that_the_session_is_locked(desktop: VirtualDesktop) -> None:
    async with logind_in(desktop) as logind, following() as followed:
        await logind.hint(is_locked=True)
        locked = await followed.next()
        await logind.hint(is_locked=False)
        unlocked = await followed.next()

    assert (locked, unlocked) == (True, False)


@pytest.mark.parametrize("environment", [{}, {"XDG_SESSION_ID": "1"}], ids=["as a service", "in a session"])
async def test_a_session_that_is_locked_already_is_seen(desktop: VirtualDesktop, environment: dict[str, str]) -> None:
    async with logind_in(desktop, is_locked=True), Lock(environment=environment) as lock:
        assert lock.is_locked


async def test_a_request_to_lock_counts_until_the_request_to_unlock(desktop: VirtualDesktop) -> None:
    async with logind_in(desktop) as logind, following() as followed:
        await logind.ask_to("Lock")
        locked = await followed.next()
        await logind.ask_to("Unlock")
        unlocked = await followed.next()

    assert (locked, unlocked) == (True, False)


async def test_a_request_that_was_followed_ends_when_the_screen_saver_does(desktop: VirtualDesktop) -> None:
    async with logind_in(desktop) as logind, saver_in(desktop) as saver, following() as followed:
        await logind.ask_to("Lock")
        locked = await followed.next()
        await saver.tell(is_active=True)
        await saver.tell(is_active=False)
        unlocked = await followed.next()

    assert (locked, unlocked) == (True, False)


async def test_while_one_says_locked_it_is_locked(desktop: VirtualDesktop) -> None:
    async with logind_in(desktop) as logind, saver_in(desktop) as saver, following() as followed:
        await saver.tell(is_active=True)
        await followed.next()
        await logind.hint(is_locked=True)
        await logind.hint(is_locked=False)
        await logind.ask_to("Unlock")
        await saver.tell(is_active=False)
        unlocked = await followed.next()

    assert not unlocked


async def test_with_nobody_to_tell_it_is_not_locked(desktop: VirtualDesktop) -> None:
    async with following() as followed:
        assert not followed.lock.is_locked


async def test_a_key_that_arrives_denies_a_mere_request(desktop: VirtualDesktop) -> None:
    async with logind_in(desktop) as logind, listening(keys={"Super+Alt+W": "window"}) as heard:
        await logind.ask_to("Lock")
        await heard.next(ScreenLocked)
        desktop.press("Super+Alt+W")
        await heard.next(CommandGiven)

        assert [type(event) for event in heard.told[-2:]] == [ScreenUnlocked, CommandGiven]


async def test_a_key_that_arrives_does_not_deny_a_fact(desktop: VirtualDesktop) -> None:
    async with saver_in(desktop, is_active=True), listening(keys={"Super+Alt+W": "window"}) as heard:
        locked = await heard.next(ScreenLocked)
        desktop.press("Super+Alt+W")
        await heard.next(CommandGiven)

        assert locked.lockers == {os.getpid()}
        assert heard.watch.is_locked
        assert heard.count(lambda event: isinstance(event, ScreenUnlocked)) == 0
