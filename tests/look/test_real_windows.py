"""Real windows of GTK 3, GTK 4, Qt 6, Chromium and zenity become Scenes that say what is true of them."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator

import pytest

from assistant.config import ApplicationConfig, Config, LookConfig
from assistant.desktop.accessibility import AccessibilityBus
from assistant.desktop.target import Target
from assistant.desktop.x11 import X11Connection
from assistant.errors import NothingToLookAt
from assistant.look import Look
from assistant.scene import Element, Scene
from harness.windows import TestWindow, Windows

pytestmark = pytest.mark.desktop

PATIENT = LookConfig(tree_ms=10_000)  # the machine that tests run on may be busy; bounds have their own tests


@pytest.fixture
async def bus(windows: Windows) -> AsyncIterator[AccessibilityBus]:
    async with AccessibilityBus() as connected:
        yield connected


@pytest.fixture
async def x11(windows: Windows) -> AsyncIterator[X11Connection]:
    async with X11Connection() as connected:
        yield connected


@pytest.fixture
async def look(bus: AccessibilityBus, x11: X11Connection) -> AsyncIterator[Look]:
    async with Look(bus, x11, Config(look=PATIENT)) as opened:
        yield opened


def names(scene: Scene, *roles: str) -> list[str]:
    return [element.name for element in scene.elements if element.role in roles]


async def with_focus(windows: Windows, look: Look, window: TestWindow) -> Scene:
    """Wait until the focus has come back from the window that the test before this one closed; return the Scene."""

    async def scene_with_focus() -> Scene | None:
        scene = (await look.scene(window.target)).scene
        return scene if scene.focused else None

    return await windows.tree.until(scene_with_focus)


def one(scene: Scene, name: str, *roles: str) -> Element:
    (found,) = [element for element in scene.elements if element.name == name and element.role in roles]
    return found


@pytest.mark.parametrize(
    ("toolkit", "buttons"),
    [
        ("gtk3", ["Close Without Saving", "Cancel", "Save"]),
        ("gtk4", ["Cancel", "Discard", "Save"]),
        ("qt", ["Save", "Discard", "Cancel"]),
    ],
)
async def test_a_dialog_has_its_message_before_its_buttons(
    windows: Windows, look: Look, toolkit: str, buttons: list[str]
) -> None:
    window = await getattr(windows, toolkit)("save-changes")

    scene = await with_focus(windows, look, window)

    assert names(scene, "push button") == buttons
    assert [element.role for element in scene.elements[:2]] == ["label", "label"]
    assert scene.window.kind in {"alert", "dialog"}
    assert scene.window.title == "Save changes?"
    assert scene.focused is not None
    assert scene.focused.name == "Save"


@pytest.mark.parametrize("toolkit", ["gtk3", "qt"])
async def test_the_default_and_its_key_are_told(windows: Windows, look: Look, toolkit: str) -> None:
    window = await getattr(windows, toolkit)("save-changes")

    scene = (await look.scene(window.target)).scene

    assert scene.default_element is not None
    assert scene.default_element.name == "Save"
    assert scene.default_element.keys == ("Alt+S",)


@pytest.mark.parametrize(("toolkit", "yes"), [("gtk3", "保存"), ("gtk4", "保存")])
async def test_chinese_mnemonics_are_no_part_of_a_name(windows: Windows, look: Look, toolkit: str, yes: str) -> None:
    window = await getattr(windows, toolkit)("save-changes", language="zh")

    scene = (await look.scene(window.target)).scene

    assert one(scene, yes, "push button").keys == ("Alt+S",)


@pytest.mark.parametrize("toolkit", ["gtk3", "gtk4", "qt"])
async def test_fields_are_named_by_their_labels_and_a_guess_is_marked(
    windows: Windows, look: Look, toolkit: str
) -> None:
    window = await getattr(windows, toolkit)("form")

    scene = (await look.scene(window.target)).scene

    assert names(scene, "text") == ["Name", "Street", "E-mail"]
    assert [element.confidence < 1 for element in scene.elements if element.role == "text"] == [False, True, True]
    labels = [element for element in scene.elements if element.role == "label"]
    assert all(len(label.labels) == 1 for label in labels)


@pytest.mark.parametrize("toolkit", ["gtk3", "qt"])
async def test_a_combo_box_is_not_named_after_its_value(windows: Windows, look: Look, toolkit: str) -> None:
    window = await getattr(windows, toolkit)("form")

    scene = (await look.scene(window.target)).scene

    assert one(scene, "Country", "combo box").text == "China"


@pytest.mark.parametrize("toolkit", ["gtk3", "gtk4", "qt"])
async def test_hidden_pages_are_left_out(windows: Windows, look: Look, toolkit: str) -> None:
    window = await getattr(windows, toolkit)("tabs")

    scene = (await look.scene(window.target)).scene

    assert names(scene, "page tab") == ["General", "Fonts"]
    assert names(scene, "check box") == ["Open at login"]


@pytest.mark.parametrize("toolkit", ["gtk3", "qt"])
async def test_cells_know_their_place_and_their_column(windows: Windows, look: Look, toolkit: str) -> None:
    window = await getattr(windows, toolkit)("table")

    scene = (await look.scene(window.target)).scene

    cell = one(scene, "310 KB", "table cell").cell
    assert cell is not None
    assert (cell.row, cell.column, cell.rows, cell.columns, cell.column_header) == (2, 2, 3, 3, "Size")


@pytest.mark.parametrize("toolkit", ["gtk3", "gtk4", "qt"])
async def test_values_are_numbers(windows: Windows, look: Look, toolkit: str) -> None:
    window = await getattr(windows, toolkit)("controls")

    scene = (await look.scene(window.target)).scene

    slider = one(scene, "Compression", "slider").value
    assert slider is not None
    assert slider.current == 70
    assert "enabled" not in one(scene, "Undo", "push button").states or toolkit == "qt"


async def test_a_web_page_wakes_up_and_says_what_is_wrong(windows: Windows, look: Look) -> None:
    window = await windows.page("sign-in")

    scene = (await look.scene(window.target)).scene

    mail = one(scene, "E-mail", "entry")
    assert mail.error == "This is not an e-mail address."
    assert "required" in one(scene, "Password", "password text").states
    assert one(scene, "Sign in", "push button").keys == ("Alt+S",)
    assert one(scene, "Sign in", "heading").level == 1


async def test_the_focus_is_followed_without_a_new_look(windows: Windows, look: Look, bus: AccessibilityBus) -> None:
    window = await windows.gtk3("save-changes")
    snapshot = await look.scene(window.target)
    cancel = one(snapshot.scene, "Cancel", "push button")
    before = bus.calls

    moved = await look.focused(snapshot, snapshot.accessible(cancel.id))

    assert bus.calls - before <= 4
    assert moved.scene.focus == cancel.id
    assert not any(element.has("focused") for element in moved.scene.elements if element.id != cancel.id)
    assert snapshot.scene.focus != cancel.id


async def test_what_was_not_there_before_is_found_by_a_new_look(windows: Windows, look: Look) -> None:
    window = await windows.gtk3("opens-dialog")
    snapshot = await look.scene(window.target)
    windows.desktop.press("Enter")
    dialog = await windows.next_window(window)
    other = await look.scene(dialog.target)
    save = other.accessible(one(other.scene, "Save", "push button").id)

    moved = await look.focused(snapshot, save)

    assert moved.scene.focused is not None
    assert moved.scene.focused.name == "Save"
    assert moved.scene.window.title == "Save changes?"


async def test_the_active_window_is_found_with_and_without_x11(
    windows: Windows, look: Look, bus: AccessibilityBus
) -> None:
    window = await windows.gtk3("form")

    with_x11 = await look.active_window()
    async with Look(bus) as blind:
        without = await blind.active_window()

    assert with_x11.accessible == without.accessible == window.accessible
    assert with_x11.xid == window.xid


async def test_a_window_on_no_bus_is_known_by_its_title_alone(windows: Windows, look: Look) -> None:
    window = await windows.tk("question")

    scene = (await look.scene(Target(xid=window.xid))).scene

    assert scene.window.title
    assert not scene.elements


@pytest.mark.parametrize("name", ["zenity", "Zenity"])
async def test_an_excluded_application_is_not_read(
    windows: Windows, bus: AccessibilityBus, x11: X11Connection, name: str
) -> None:
    window = await windows.zenity("--info", "--title", "marker-title", "--text", "marker-text")
    config = Config(look=PATIENT, applications={name: ApplicationConfig(excluded=True)})
    async with Look(bus, x11, config) as look:
        before = bus.calls
        known = await look.scene(Target(window.accessible, window.xid, window.pid, "zenity"), picture=True)
        calls = bus.calls - before
        unknown = await look.scene(window.target, picture=True)

    for scene in (known.scene, unknown.scene):
        assert scene.window.application == "zenity"
        assert not scene.window.title
        assert not scene.elements
        assert scene.picture is None
    assert calls == 0


async def test_a_closed_window_is_nothing_to_look_at(windows: Windows, look: Look) -> None:
    window = await windows.gtk3("empty")
    await look.scene(window.target)
    await window.close()

    with pytest.raises(NothingToLookAt):
        await look.scene(window.target)


@pytest.mark.parametrize("toolkit", ["gtk3", "qt"])
async def test_an_application_that_hangs_is_nothing_to_look_at(windows: Windows, look: Look, toolkit: str) -> None:
    window = await getattr(windows, toolkit)("save-changes")
    await look.scene(window.target)
    os.kill(window.pid, signal.SIGSTOP)

    try:
        with pytest.raises(NothingToLookAt):
            await look.scene(window.target)
    finally:
        os.kill(window.pid, signal.SIGCONT)


@pytest.mark.parametrize("toolkit", ["gtk3", "gtk4", "qt"])
async def test_a_bound_on_elements_makes_an_honest_partial_scene(
    windows: Windows, bus: AccessibilityBus, toolkit: str
) -> None:
    window = await getattr(windows, toolkit)("big", count=120)
    async with Look(bus, None, Config(look=PATIENT)) as whole:
        everything = (await whole.scene(window.target)).scene
    async with Look(bus, None, Config(look=LookConfig(tree_ms=10_000, elements=50))) as bounded:
        scene = (await bounded.scene(window.target)).scene

    assert everything.unread == 0
    assert 0 < len(scene.elements) < 50
    assert scene.unread >= len(everything.elements) - len(scene.elements)


async def test_a_bound_on_time_makes_an_honest_partial_scene(windows: Windows, bus: AccessibilityBus) -> None:
    window = await windows.qt("big", count=2000)
    async with Look(bus, None, Config(look=LookConfig(tree_ms=150))) as hurried:
        scene = (await hurried.scene(window.target)).scene

    assert scene.unread > 0
    assert len(scene.elements) < 2000
