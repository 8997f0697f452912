"""Reading order: columns one after the other, forms and tables row by row, nothing lost, whatever comes first."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading_order import in_reading_order
from assistant.scene import Box

HIGH = 12


def grid(rows: int, columns: int, *, pitch: int = 30, widths: tuple[int, ...] = (60, 80, 50)) -> list[Box]:
    """Return cells in their reading order, with wide gaps between the columns."""
    return [
        Box(20 + 200 * column, 10 + pitch * row, widths[column % len(widths)], HIGH)
        for row in range(rows)
        for column in range(columns)
    ]


def column(x: int, y: int, rows: int, *, pitch: int, width: int) -> list[Box]:
    return [Box(x, y + pitch * row, width, HIGH) for row in range(rows)]


MENU = [Box(10 + 60 * place, 4, 40, HIGH) for place in range(6)]
SIDEBAR = column(10, 40, 13, pitch=19, width=70)
FORM = [
    box
    for row in range(6)
    for box in (Box(200, 48 + 34 * row, 90 - 10 * (row % 3), HIGH), Box(320, 46 + 34 * row, 120, 16))
]
BUTTONS = [Box(500, 400, 60, 16), Box(580, 400, 60, 16)]
TWO_COLUMNS = [*column(10, 10, 8, pitch=16, width=240), *column(290, 10, 8, pitch=16, width=235)]
UNEVEN = [*column(10, 10, 9, pitch=17, width=80), *column(300, 14, 5, pitch=41, width=150)]
HEADING = [Box(10, 10, 300, 30)]
CASES = {
    "a table": grid(5, 3),
    "a form": FORM,
    "a table of one row": grid(1, 5),
    "a list": SIDEBAR,
    "columns of text": TWO_COLUMNS,
    "columns that are not in rows": UNEVEN,
    "a heading over columns of text": [*HEADING, *[Box(box.x, box.y + 60, *box[2:]) for box in TWO_COLUMNS]],
    "menu, sidebar, form, buttons": [*MENU, *SIDEBAR, *FORM, *BUTTONS],
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_read_as_an_eye_does(name: str) -> None:
    wanted = CASES[name]
    mixed = random.Random(7).sample(wanted, len(wanted))

    assert in_reading_order(mixed, lambda box: box) == wanted


boxes = st.lists(
    st.builds(Box, st.integers(-50, 2000), st.integers(-50, 2000), st.integers(0, 600), st.integers(0, 90)), max_size=40
)


@given(boxes)
def test_nothing_is_lost_and_nothing_comes_twice(given_boxes: list[Box]) -> None:
    things = list(enumerate(given_boxes))

    ordered = in_reading_order(things, lambda thing: thing[1])

    assert sorted(ordered) == things


@given(boxes, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_what_comes_first(given_boxes: list[Box], chance: random.Random) -> None:
    mixed = chance.sample(given_boxes, len(given_boxes))

    assert in_reading_order(mixed, lambda box: box) == in_reading_order(given_boxes, lambda box: box)


@given(boxes, st.integers(-300, 300), st.integers(-300, 300))
def test_the_order_does_not_depend_on_where_the_window_is(given_boxes: list[Box], right: int, down: int) -> None:
    things = list(enumerate(given_boxes))

    moved = in_reading_order(things, lambda thing: Box(thing[1].x + right, thing[1].y + down, *thing[1][2:]))

    assert moved == in_reading_order(things, lambda thing: thing[1])


def test_lines_of_a_column_far_away_are_not_mixed_in() -> None:
    near, far = column(10, 10, 4, pitch=20, width=200), column(700, 15, 3, pitch=33, width=200)

    assert in_reading_order([*far, *near], lambda box: box) == [*near, *far]
