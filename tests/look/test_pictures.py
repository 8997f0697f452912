"""The picture is of the window alone: covered, resized, minimised, scaled."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator

import pytest

from assistant.config import Config, LookConfig
from assistant.desktop.accessibility import AccessibilityBus
from assistant.desktop.x11 import X11Connection
from assistant.look import Look
from assistant.scene import Box, Picture, Scene
from harness import WAIT_SECONDS
from harness.windows import PROGRAMS, SYSTEM_PYTHON, TestWindow, Windows

pytestmark = pytest.mark.desktop

PATIENT = Config(look=LookConfig(tree_ms=10_000))


@pytest.fixture
async def look(windows: Windows) -> AsyncIterator[Look]:
    async with AccessibilityBus() as bus, X11Connection() as x11, Look(bus, x11, PATIENT) as opened:
        yield opened


async def seen(look: Look, window: TestWindow) -> tuple[Scene, Picture]:
    scene = (await look.scene(window.target, picture=True)).scene
    assert scene.picture is not None
    return scene, scene.picture


def inside(picture: Picture, box: Box) -> bytes:
    rows = range(max(box.y, 0), min(box.bottom, picture.height))
    return b"".join(picture.rgb[(y * picture.width + box.x) * 3 : (y * picture.width + box.right) * 3] for y in rows)


@pytest.mark.parametrize("toolkit", ["gtk3", "gtk4", "qt"])
async def test_a_covered_window_shows_its_own_content(windows: Windows, toolkit: str) -> None:
    window = await getattr(windows, toolkit)("controls")
    await window.drawn()
    width, height = windows.desktop.screen.geometry(window.xid)[2:]
    alone = await seen_for_the_first_time(window)
    cover = await windows.gtk3("table", dark=True)
    await cover.drawn()
    windows.desktop.screen.place(window.xid, 40, 40, width, height)
    windows.desktop.screen.place(cover.xid, 30, 30, width + 50, height + 50)

    covered = await seen_for_the_first_time(window)

    assert (covered.width, covered.height) == (alone.width, alone.height)
    assert share_alike(covered, alone) > 0.97  # a cursor blinks, a focus ring goes


async def seen_for_the_first_time(window: TestWindow) -> Picture:
    """Look through a new connection, so that the server has to begin to keep the window's pixels apart."""
    async with X11Connection() as x11, AccessibilityBus() as bus, Look(bus, x11, PATIENT) as fresh:
        return (await seen(fresh, window))[1]


def share_alike(one: Picture, other: Picture) -> float:
    pairs = zip(one.rgb[::30], other.rgb[::30], strict=True)
    return sum(first == second for first, second in pairs) / len(one.rgb[::30])


async def test_a_resized_window_is_pictured_in_its_new_size(windows: Windows, look: Look) -> None:
    window = await windows.gtk3("form")
    await window.drawn()
    _, before = await seen(look, window)
    x, y, width, height = windows.desktop.screen.geometry(window.xid)
    screen = windows.desktop.screen
    screen.place(window.xid, x, y, width + 100, height + 60)
    async with asyncio.timeout(WAIT_SECONDS):
        await screen.until(lambda: screen.geometry(window.xid)[2:] == (width + 100, height + 60))

    _, after = await seen(look, window)

    assert (after.width, after.height) == (before.width + 100, before.height + 60)


@pytest.mark.parametrize("toolkit", ["gtk3", "gtk4", "qt", "page"])
async def test_boxes_lie_on_what_they_are_of(windows: Windows, look: Look, toolkit: str) -> None:
    window = await getattr(windows, toolkit)("sign-in" if toolkit == "page" else "save-changes")
    await window.drawn()

    scene, picture = await seen(look, window)

    buttons = [element.box for element in scene.elements if element.role == "push button" and element.box]
    assert buttons
    for box in buttons:
        assert box.x >= 0
        assert box.right <= picture.width
        assert box.bottom <= picture.height
        assert len(set(inside(picture, box)[::3])) > 4  # words are drawn in it


@pytest.mark.parametrize(
    ("program", "toolkit", "environment"),
    [
        (SYSTEM_PYTHON, "gtk3", {"GDK_SCALE": "2"}),
        (SYSTEM_PYTHON, "gtk4", {"GDK_SCALE": "2"}),
        ("", "qt", {"QT_SCALE_FACTOR": "2"}),
    ],
)
async def test_boxes_fit_on_a_screen_with_many_pixels(
    windows: Windows, look: Look, program: str, toolkit: str, environment: dict[str, str]
) -> None:
    plain = await getattr(windows, toolkit)("save-changes")
    small, _ = await seen(look, plain)
    await plain.close()
    arguments = (program or sys.executable, str(PROGRAMS / f"{toolkit}.py"), "save-changes")
    window = await windows.open(*arguments, env=environment)
    await window.drawn()

    scene, picture = await seen(look, window)

    assert picture.scale == 2
    for element, twin in zip(scene.elements, small.elements, strict=True):
        assert element.box is not None
        assert twin.box is not None
        assert abs(element.box.width - 2 * twin.box.width) <= 12
        assert element.box.right <= picture.width


async def test_a_minimised_window_has_no_picture(windows: Windows, look: Look) -> None:
    window = await windows.gtk3("form")
    await window.drawn()
    async with X11Connection() as x11:
        shown = x11.window(window.xid)
        assert shown is not None
        x11.display.create_resource_object("window", window.xid).unmap()
        x11.display.sync()
        await window.gone()

        scene = (await look.scene(window.target, picture=True)).scene

    assert scene.picture is None


async def test_there_is_no_picture_without_x11(windows: Windows) -> None:
    window = await windows.gtk3("form")
    async with AccessibilityBus() as bus, Look(bus, None, PATIENT) as look:
        scene = (await look.scene(window.target, picture=True)).scene

    assert scene.picture is None
    assert scene.elements


async def test_there_is_no_picture_where_something_was_left_unread(windows: Windows) -> None:
    window = await windows.gtk3("form")
    await window.drawn()
    few = Config(look=LookConfig(tree_ms=10_000, elements=10))
    async with AccessibilityBus() as bus, X11Connection() as x11, Look(bus, x11, few) as look:
        scene = (await look.scene(window.target, picture=True)).scene

    assert scene.unread > 0
    assert scene.picture is None
