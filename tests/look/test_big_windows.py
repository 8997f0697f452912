"""Windows of a thousand things: what is in view is read, buttons before all else, and what is left out is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from assistant.config import Config, LookConfig
from assistant.desktop.accessibility import AccessibilityBus
from assistant.errors import NothingToLookAt
from assistant.look import Look
from assistant.scene import Position, Scene
from harness.windows import Windows

pytestmark = pytest.mark.desktop

COUNT = 1000
PATIENT = LookConfig(tree_ms=10_000)
BOUNDED = LookConfig(tree_ms=10_000, elements=60)


@pytest.fixture
async def bus(windows: Windows) -> AsyncIterator[AccessibilityBus]:
    async with AccessibilityBus() as connected:
        yield connected


def names(scene: Scene, role: str) -> list[str]:
    return [element.name for element in scene.elements if element.role == role]


@pytest.mark.parametrize("toolkit", ["gtk3", "gtk4", "qt"])
async def test_buttons_are_read_before_a_thousand_things(windows: Windows, bus: AccessibilityBus, toolkit: str) -> None:
    window = await getattr(windows, toolkit)("big-dialog", count=COUNT)

    async with Look(bus, None, Config(look=BOUNDED)) as look:
        scene = (await look.scene(window.target)).scene

    assert sorted(names(scene, "push button")) == ["Cancel", "Keep"]
    assert scene.focused is not None
    assert scene.focused.name == "Keep"
    assert scene.window.title == "Keep which?"


@pytest.mark.parametrize("toolkit", ["gtk4", "qt"])
async def test_what_is_left_out_of_a_wide_container_is_told(
    windows: Windows, bus: AccessibilityBus, toolkit: str
) -> None:
    window = await getattr(windows, toolkit)("big-dialog", count=COUNT)

    async with Look(bus, None, Config(look=BOUNDED)) as look:
        scene = (await look.scene(window.target)).scene

    assert len(names(scene, "check box")) + scene.unread >= COUNT


async def test_only_what_is_in_view_of_a_wide_container_is_asked_for(windows: Windows, bus: AccessibilityBus) -> None:
    window = await windows.gtk3("big-dialog", count=COUNT)
    async with Look(bus, None, Config(look=PATIENT)) as look:
        before = bus.calls

        scene = (await look.scene(window.target)).scene

    things = names(scene, "check box")
    assert things == [f"Thing {number}" for number in range(1, len(things) + 1)]
    assert 0 < len(things) < 100
    assert bus.calls - before < COUNT
    assert scene.unread == 0


@pytest.mark.parametrize("toolkit", ["gtk3", "qt"])
async def test_the_chosen_row_of_a_long_table_is_read_with_its_place(
    windows: Windows, bus: AccessibilityBus, toolkit: str
) -> None:
    window = await getattr(windows, toolkit)("long-table", count=COUNT)

    async with Look(bus, None, Config(look=PATIENT)) as look:
        scene = (await look.scene(window.target)).scene

    (chosen,) = [element for element in scene.elements if element.name == f"File {COUNT // 2 + 1}"]
    assert chosen.cell is not None
    assert (chosen.cell.row, chosen.cell.rows, chosen.cell.column_header) == (COUNT // 2 + 1, COUNT, "Name")
    assert len(scene.elements) < 300


@pytest.mark.parametrize(("toolkit", "row"), [("gtk3", 1), ("qt", COUNT // 2 + 1)])
async def test_rows_of_a_long_list_know_their_place_in_all_of_it(
    windows: Windows, bus: AccessibilityBus, toolkit: str, row: int
) -> None:
    window = await getattr(windows, toolkit)("long-list", count=COUNT)

    async with Look(bus, None, Config(look=PATIENT)) as look:
        scene = (await look.scene(window.target)).scene

    (found,) = [element for element in scene.elements if element.name == f"Row {row}" and element.role == "list item"]
    assert found.position == Position(row, COUNT)
    assert len(scene.elements) < 300


async def test_a_cache_of_gtk4_is_filled_by_the_first_look(windows: Windows, bus: AccessibilityBus) -> None:
    window = await windows.gtk4("groups", count=100)

    async with Look(bus, None, Config(look=PATIENT)) as look:
        first = (await look.scene(window.target)).scene
        second = (await look.scene(window.target)).scene

    assert names(first, "check box") == names(second, "check box") == [f"Option {number}" for number in range(1, 101)]
    assert first.unread == second.unread == 0


async def test_a_window_that_closes_while_it_is_read_is_nothing_to_look_at(
    windows: Windows, bus: AccessibilityBus
) -> None:
    window = await windows.qt("big", count=300)
    assert window.accessible
    async with Look(bus, None, Config(look=PATIENT)) as look:
        looking = asyncio.create_task(look.scene(window.target))
        while bus.calls < 100:
            await bus.process_id(window.accessible.bus_name)

        await window.close()

        with pytest.raises(NothingToLookAt):
            await looking


async def test_the_items_of_an_open_menu_are_read(windows: Windows, bus: AccessibilityBus) -> None:
    window = await windows.gtk3("menu")
    async with Look(bus, None, Config(look=PATIENT)) as look:

        async def items() -> list[str]:
            return names((await look.scene(window.target)).scene, "menu item")

        assert await items() == []
        windows.desktop.press("F10")

        assert await windows.tree.until(items) == ["Open", "Close"]
