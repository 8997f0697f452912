"""Reading order follows the eye."""

from __future__ import annotations

import random

import pytest

from assistant.look.order import in_reading_order
from assistant.scene import Box

FORM = {
    "Name": Box(0, 0, 60, 30),
    "name field": Box(70, 2, 200, 26),
    "Street": Box(0, 40, 60, 30),
    "street field": Box(70, 42, 200, 26),
    "Cancel": Box(100, 90, 80, 30),
    "Save": Box(190, 90, 80, 30),
}
COLUMNS = {
    "heading": Box(0, 0, 400, 20),
    "left 1": Box(0, 30, 180, 50),
    "left 2": Box(0, 85, 180, 80),
    "right 1": Box(200, 30, 180, 90),
    "right 2": Box(200, 125, 180, 40),
    "footer": Box(0, 200, 400, 20),
}


def order(boxes: dict[str, Box], *, right_to_left: bool = False) -> list[str]:
    names = list(boxes)
    random.Random(7).shuffle(names)
    return in_reading_order(names, boxes.get, right_to_left=right_to_left)


@pytest.mark.parametrize("boxes", [FORM, COLUMNS], ids=["form", "columns"])
def test_rows_and_columns_are_read_as_they_stand(boxes: dict[str, Box]) -> None:
    assert order(boxes) == list(boxes)


def test_right_to_left_windows_are_read_from_the_right() -> None:
    assert order(FORM, right_to_left=True)[:2] == ["name field", "Name"]


def test_what_has_no_place_stays_behind_what_it_followed() -> None:
    boxes: dict[str, Box | None] = {"b": Box(0, 50, 10, 10), "after b": None, "a": Box(0, 0, 10, 10)}

    assert in_reading_order(list(boxes), boxes.get) == ["a", "b", "after b"]


def test_without_places_the_order_is_the_toolkits() -> None:
    assert in_reading_order(["c", "a", "b"], lambda _: None) == ["c", "a", "b"]


def test_rows_that_touch_are_still_rows() -> None:
    boxes = {"one": Box(0, 0, 50, 22), "two": Box(0, 20, 50, 22), "three": Box(0, 40, 50, 22)}

    assert order(boxes) == ["one", "two", "three"]
