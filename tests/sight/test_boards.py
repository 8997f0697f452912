"""The fields of a board are no buttons; the keys of a calculator are."""

from __future__ import annotations

import pytest

pytest.importorskip("cv2", reason="needs the extra ocr")

from assistant.host.seeing import Region
from assistant.scene import Box
from assistant.sight.memory import Controls

OK = Region("push button", Box(400, 400, 80, 30))


def grid(columns: int, rows: int, gap: int) -> tuple[Region, ...]:
    return tuple(
        Region("push button", Box(10 + column * (30 + gap), 10 + row * (30 + gap), 30, 30))
        for row in range(rows)
        for column in range(columns)
    )


@pytest.mark.parametrize(
    ("columns", "rows", "gap"), [(6, 5, 0), (6, 6, 1), (10, 8, 6)], ids=["keypad", "large keypad", "keys apart"]
)
def test_keys_are_buttons(columns: int, rows: int, gap: int) -> None:
    keys = grid(columns, rows, gap)

    assert Controls((*keys, OK)).all == (*keys, OK)


@pytest.mark.parametrize(("columns", "rows", "gap"), [(8, 8, 0), (16, 10, 1)], ids=["chess", "letters"])
def test_the_fields_of_a_board_are_left_out_and_the_button_beside_it_stays(columns: int, rows: int, gap: int) -> None:
    assert Controls((*grid(columns, rows, gap), OK)).all == (OK,)
