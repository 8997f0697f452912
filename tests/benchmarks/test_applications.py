"""What is to be seen in a program's window, and which half of them is looked at."""

from __future__ import annotations

import pytest

pytest.importorskip("numpy", reason="pip install numpy")

from assistant.scene import Box, Element, Picture, Scene, Window
from benchmarks.applications_opened import listed
from benchmarks.applications_truth import Truth, half_of, truth_of
from harness.sight_score import Score

WIDTH, HEIGHT = 200, 100
SHOWING = frozenset({"showing"})


def striped() -> Picture:
    """A picture with something to be seen everywhere: upright stripes."""
    row = bytes([0, 0, 0, 255, 255, 255]) * (WIDTH // 2)
    return Picture(WIDTH, HEIGHT, row * HEIGHT)


def blank() -> Picture:
    return Picture(WIDTH, HEIGHT, b"\xf0" * (WIDTH * HEIGHT * 3))


def truth(*elements: Element, picture: Picture | None = None, toolkit: str = "GTK 3.24.38", **how: bool) -> Truth:
    tree = Scene(Window(toolkit=toolkit), elements)
    return truth_of(tree, picture or striped(), icons=["Up"], has_own_title_bar=how.get("bar", False))


def names(found: Truth) -> list[str]:
    return [element.name for element in found.scene.elements]


def button(number: int, name: str, *box: int, parent: int | None = None) -> Element:
    return Element(number, "push button", name, SHOWING, box=Box(*(box or (10, 70, 60, 20))), parent=parent)


@pytest.mark.parametrize(
    "hidden",
    [
        Element(1, "push button", "Save", box=Box(10, 10, 60, 20)),
        Element(1, "push button", "Save", SHOWING),
        Element(1, "page tab", "Save", SHOWING, box=Box(-1, -1, -1, -1)),
        Element(1, "push button", "Save", SHOWING, box=Box(10, 10, 60, 3)),
        Element(1, "push button", "Save", SHOWING, box=Box(10, 90, 60, 40)),
    ],
)
def test_what_is_not_on_the_picture_is_not_to_be_found(hidden: Element) -> None:
    assert names(truth(hidden, button(2, "Close"))) == ["Close"]


def test_a_button_of_one_colour_is_not_to_be_found() -> None:
    assert names(truth(button(1, "Save"), picture=blank())) == []


def test_a_blackened_password_may_be_found_and_need_not_be() -> None:
    secret = Element(1, "password text", "Password", SHOWING, box=Box(10, 10, 60, 20))

    assert names(truth(secret, picture=blank())) == [""]


def test_what_a_list_has_scrolled_away_is_not_to_be_found() -> None:
    items = Element(1, "list", "", SHOWING, box=Box(0, 0, 100, 40))
    here = Element(2, "list item", "Tea", SHOWING, box=Box(0, 20, 100, 20), parent=1)
    away = Element(3, "list item", "Milk", SHOWING, box=Box(0, 40, 100, 20), parent=1)

    assert names(truth(items, here, away)) == ["", "Tea"]


def test_the_items_of_a_closed_combo_box_are_not_to_be_found() -> None:
    combo = Element(1, "combo box", "Colour", SHOWING, box=Box(0, 0, 100, 20))
    items = Element(2, "list", "", SHOWING, box=Box(0, 0, 0, 0), parent=1)
    item = Element(3, "list item", "Red", SHOWING, box=Box(0, 0, 100, 20), parent=2)

    assert names(truth(combo, items, item)) == ["Colour"]


def test_of_two_controls_in_one_place_neither_is_asked_for() -> None:
    found = truth(button(1, "tmp", 0, 0, 60, 20), button(2, "home", 10, 0, 50, 20), button(3, "Close"))

    assert names(found) == ["", "", "Close"]


def test_a_switch_in_its_row_covers_nothing() -> None:
    row = Element(1, "list item", "Grid", SHOWING, box=Box(0, 0, 60, 20))
    switch = Element(2, "switch", "Grid", SHOWING, box=Box(20, 0, 40, 20), parent=1)

    assert names(truth(row, switch)) == ["Grid", "Grid"]


def test_a_row_that_a_table_tells_of_under_a_button_is_no_row() -> None:
    row = Element(1, "table cell", "Adwaita", SHOWING, box=Box(0, 70, 190, 20))

    assert [e.role for e in truth(row, button(2, "Close")).scene.elements] == ["push button"]


def test_a_row_of_a_table_may_be_found_and_need_not_be() -> None:
    row = Element(1, "table cell", "Adwaita", SHOWING, box=Box(0, 0, 190, 20))
    score = Score()

    score.add(truth(row).scene, Scene(Window(), (Element(1, "list item", "Adwaita", box=row.box),)))

    assert (score.there.total(), score.invented.total()) == (0, 0)


def test_a_check_box_in_a_tool_bar_of_qt_is_a_button() -> None:
    bar = Element(1, "tool bar", "", SHOWING, box=Box(0, 0, 200, 40))
    check = Element(2, "check box", "Icon View", SHOWING, box=Box(0, 0, 90, 30), parent=1)

    roles = {toolkit: truth(bar, check, toolkit=toolkit).scene.elements[1].role for toolkit in ("Qt 5", "GTK 3")}

    assert roles == {"Qt 5": "toggle button", "GTK 3": "check box"}


def test_a_radio_button_without_a_mark_is_a_button() -> None:
    row = b"\xf0" * 3 * 40 + bytes([0, 0, 0, 255, 255, 255]) * 80
    picture = Picture(WIDTH, HEIGHT, row * HEIGHT)
    bare = Element(1, "radio button", "Screen", SHOWING, box=Box(0, 0, 90, 40))
    marked = Element(2, "radio button", "Small", SHOWING, box=Box(30, 50, 90, 20))

    assert [e.role for e in truth(bare, marked, picture=picture).scene.elements] == ["toggle button", "radio button"]


@pytest.mark.parametrize(
    "field",
    [
        Element(2, "spin button", "Browsing", SHOWING, box=Box(0, 20, 60, 20), parent=1),
        Element(2, "combo box", "Icon View", SHOWING, text="Icon View", box=Box(0, 20, 60, 20), parent=1),
        Element(2, "entry", "Warning", SHOWING, box=Box(0, 20, 60, 20), parent=1, confidence=0.7),
    ],
)
def test_a_field_is_not_asked_for_by_a_name_that_is_not_its_own(field: Element) -> None:
    frame = Element(1, "panel", "Browsing", SHOWING, box=Box(0, 0, 200, 60))

    assert names(truth(frame, field)) == ["Browsing", ""]


@pytest.mark.parametrize(("told", "name"), [("mod mod", "mod"), ("( (", "("), ("New tab", "New tab")])
def test_a_name_is_said_once(told: str, name: str) -> None:
    assert names(truth(button(1, told))) == [name]


@pytest.mark.parametrize(
    ("shown", "is_icon"),
    [
        (button(1, "Reload File", 0, 70, 33, 30), True),
        (button(1, "Up", 0, 70, 33, 30), True),
        (button(1, "Menu", 0, 70, 36, 30), True),
        (button(1, "Up", 0, 70, 60, 30), False),
        (button(1, "OK", 0, 70, 33, 30), False),
        (Element(1, "switch", "Grid pattern", SHOWING, box=Box(0, 70, 40, 20)), True),
        (Element(1, "check box", "Grid pattern", SHOWING, box=Box(0, 70, 90, 20)), False),
        (button(1, "Reload File", 0, 70, 90, 20), False),
        (button(1, "重新载入文件", 0, 70, 40, 20), True),
        (button(1, "重新载入文件", 0, 70, 90, 20), False),
    ],
)
def test_the_name_of_a_button_that_has_no_room_for_it_is_not_asked_for(shown: Element, is_icon: bool) -> None:
    found = truth(shown)

    assert (found.nameless == {1}, found.with_shown_names.elements[0].name == "") == (is_icon, is_icon)


def test_the_buttons_of_a_title_bar_that_no_tree_tells_are_not_invented() -> None:
    search = button(1, "Search", 20, 5, 60, 30)
    cross = Scene(Window(), (Element(1, "push button", "", box=Box(170, 10, 20, 20)),))
    with_bar, without = Score(), Score()

    with_bar.add(truth(search, bar=True).scene, cross)
    without.add(truth(search).scene, cross)

    assert (with_bar.invented.total(), without.invented.total()) == (0, 1)


def test_a_button_without_a_readable_name_is_found_by_its_place() -> None:
    found = truth(button(1, "Up", 0, 70, 33, 30))
    read = Scene(Window(), (Element(1, "push button", "", box=Box(2, 72, 30, 26)),))
    by_place, by_name = Score(), Score()

    by_place.add(found.scene, read, nameless=found.nameless)
    by_name.add(found.scene, read)

    assert (by_place.recall, by_name.recall) == (1, 0)


@pytest.mark.parametrize(("told", "recall"), [("(", 1), (")", 0), ("", 0)])
def test_a_name_of_signs_alone_has_to_be_the_same(told: str, recall: float) -> None:
    key = button(1, "(")
    score = Score()

    score.add(Scene(Window(), (key,)), Scene(Window(), (Element(1, "push button", told, box=key.box),)))

    assert score.recall == recall


def test_a_program_is_always_in_the_same_half() -> None:
    halves = {program: half_of(program) for program in ("mousepad", "meld", "featherpad", "zenity")}

    assert halves == {"mousepad": "seen", "meld": "blind", "featherpad": "blind", "zenity": "seen"}


def test_no_window_of_the_list_has_the_name_of_another() -> None:
    all_names = [window.name for window in listed()]

    assert len(set(all_names)) == len(all_names)
    assert {half_of(window.program) for window in listed()} == {"seen", "blind"}
