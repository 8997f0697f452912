"""What stands where a series of controls goes on is one of them, if the network does not hold it for another thing."""

from __future__ import annotations

import pytest

pytest.importorskip("cv2", reason="needs the extra ocr")

from assistant.host.seeing import Region, TextLine
from assistant.scene import Box
from assistant.sight.parts import Judged
from assistant.sight.series import borne_out, next_in_series


def rows(*tops: int, x: int = 20) -> list[TextLine]:
    return [TextLine(f"row {top}", Box(x, top, 60, 12)) for top in tops]


def in_row(*starts: int, y: int = 10) -> list[TextLine]:
    return [TextLine(f"name {start}", Box(start, y, 40, 12)) for start in starts]


def around(role: str, lines: list[TextLine]) -> list[Region]:
    return [Region(role, Box(line.box.x - 10, line.box.y - 4, line.box.width + 20, 20)) for line in lines]


def test_rows_between_and_below_rows_of_a_list_are_rows() -> None:
    every = rows(10, 30, 50, 70)

    found = next_in_series(around("list item", [every[0], every[1]]), every)

    assert [(region.role, region.box.y) for region in found] == [("list item", 46), ("list item", 66)]


def test_names_in_a_bar_on_either_side_and_between_are_menus() -> None:
    every = in_row(10, 70, 130, 190)

    found = next_in_series(around("menu", [every[1], every[2]]), every)

    assert sorted(region.box.x for region in found) == [0, 180]
    assert {region.role for region in found} == {"menu"}


@pytest.mark.parametrize(
    "beside",
    [rows(90), rows(50, x=45), in_row(300, y=50), rows(57)],
    ids=["further down", "further in", "elsewhere", "too near"],
)
def test_what_does_not_go_on_is_none(beside: list[TextLine]) -> None:
    known = rows(10, 30)

    assert next_in_series(around("list item", known), [*known, *beside]) == []


def test_one_control_is_no_series() -> None:
    every = rows(10, 30)

    assert next_in_series(around("list item", every[:1]), every) == []


def test_a_control_that_is_known_is_not_found_again() -> None:
    every = rows(10, 30, 50)
    known = [*around("list item", every[:2]), *around("check box", every[2:])]

    assert next_in_series(known, every) == []


def test_the_network_has_the_last_word() -> None:
    region = Region("page tab", Box(0, 0, 60, 20))

    assert [one.role for one in borne_out([region], [Judged({"page tab": 0.4, "push button": 0.1})])] == ["page tab"]
    assert borne_out([region], [Judged({"page tab": 0.3, "push button": 0.6})]) == []
    assert borne_out([region], [Judged({"page tab": 0.1})]) == []
