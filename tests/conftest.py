"""Fixtures of all tests: a private desktop, the windows in it, and what is heard there."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from hypothesis import settings

from assistant.desktop.accessibility import AccessibilityBus, enable_accessibility
from assistant.host.living import living_in
from assistant.host.virtual_desktop import VirtualDesktop
from assistant.host.wayland_desktop import NobodyCannotRead, WaylandDesktop
from harness.ear import Ear
from harness.tree import Tree
from harness.windows import Windows

settings.register_profile("ci", derandomize=True)  # a change is judged by the same examples each time
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.fixture(scope="session")
async def shared_desktop() -> AsyncIterator[VirtualDesktop]:
    """One desktop with sound for all tests; use `desktop` or `windows`, which also tidy up."""
    async with VirtualDesktop(sound=True) as desktop:
        yield desktop


@pytest.fixture(scope="session")
async def shared_tree(shared_desktop: VirtualDesktop) -> AsyncIterator[Tree]:
    with living_in(shared_desktop.environment):
        await enable_accessibility()  # as a running screen reader does; Qt exposes nothing before it
        async with AccessibilityBus() as bus:
            tree = Tree(bus)
            await tree.listen()
            yield tree


@pytest.fixture
async def desktop(shared_desktop: VirtualDesktop, shared_tree: Tree) -> AsyncIterator[VirtualDesktop]:
    """A private desktop, in which this process lives too: its DISPLAY, its buses, its HOME."""
    with living_in(shared_desktop.environment):
        yield shared_desktop


@pytest.fixture
async def windows(desktop: VirtualDesktop, shared_tree: Tree) -> AsyncIterator[Windows]:
    """Opens real windows; they are closed after the test."""
    opened = Windows(desktop, shared_tree)
    yield opened
    await opened.close_all()


@pytest.fixture
async def fresh_desktop() -> AsyncIterator[VirtualDesktop]:
    """A desktop for this test alone, for tests that break it: its X server, its accessibility bus."""
    async with AsyncExitStack() as stack:
        desktop = await stack.enter_async_context(VirtualDesktop(sound=True))
        stack.enter_context(living_in(desktop.environment))
        yield desktop


@pytest.fixture
async def wayland_desktop() -> AsyncIterator[WaylandDesktop]:
    """A Wayland desktop without X11. What shall live in it is started with its `start`, also our own daemon.

    Root is nobody in there, because sway refuses root, so this process itself cannot join its buses.
    """
    try:
        async with WaylandDesktop(sound=True) as desktop:
            yield desktop
    except NobodyCannotRead as error:
        pytest.skip(str(error))


@pytest.fixture
async def ear(desktop: VirtualDesktop) -> AsyncIterator[Ear]:
    """Hears what is played in `desktop`."""
    async with desktop.sink.record() as recording:
        yield Ear(desktop, recording)
