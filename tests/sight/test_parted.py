"""Names that stand so near that they look like one line are read apart where a control ends; no word is cut in two."""

from __future__ import annotations

import pytest

pytest.importorskip("cv2", reason="needs the extra ocr")

from assistant.host.seeing import Region
from assistant.scene import Box
from assistant.sight.memory import Place
from assistant.sight.parted import parted
from assistant.sight.parts import Pixels
from sight.pictures import Drawing, drawn

LINE = Box(10, 27, 200, 14)


def bar(*names: str) -> Pixels:
    texts = tuple((10 + 50 * place, 40, 13, name) for place, name in enumerate(names))
    return drawn(Drawing(texts, (260, 60)))


def boxes(picture: Pixels, *regions: Region) -> list[tuple[int, int]]:
    found = parted(picture, [Place(LINE, b"line", 12.0)], regions)
    return [(place.box.x // 50, place.box.right // 50) for place in found]


def test_the_names_in_a_menu_bar_are_read_apart() -> None:
    menus = [Region("menu", Box(5 + 50 * place, 20, 50, 26)) for place in range(4)]

    assert boxes(bar("File", "Edit", "View", "Help"), *menus) == [(0, 0), (1, 1), (2, 2), (3, 3)]


def test_a_mark_in_a_line_parts_what_is_before_it_from_its_words() -> None:
    mark = Region("radio button", Box(92, 26, 13, 13))

    assert boxes(bar("Left", "", "Right"), mark) == [(0, 0), (2, 2)]


def test_a_word_is_not_cut_by_what_was_taken_for_a_control() -> None:
    picture = drawn(Drawing(((10, 40, 13, "Preferences and more settings"),), (260, 60)))
    within_a_letter = [Region("push button", Box(0, 20, edge, 26)) for edge in range(20, 80)]

    cut = [parted(picture, [Place(LINE, b"line", 12.0)], [region]) for region in within_a_letter]

    assert sum(len(places) == 1 for places in cut) > len(cut) / 2


def test_the_words_of_a_row_stay_together() -> None:
    row = Region("list item", Box(0, 20, 120, 26))

    assert boxes(bar("One", "Two", "Three", "Four"), row) == [(0, 4)]


def test_a_ring_around_a_word_is_no_second_line() -> None:
    word, ring, other = Box(60, 27, 40, 14), Box(56, 23, 47, 22), Box(10, 27, 30, 14)

    found = parted(bar("", "Open"), [Place(box, b"line", 12.0) for box in (ring, word, other, word)], [])

    assert [place.box for place in found] == [word, other]


def test_a_short_word_in_a_long_line_leaves_the_line_whole() -> None:
    line, part = Box(10, 27, 200, 14), Box(60, 27, 40, 14)

    found = parted(bar("One", "Two", "Three"), [Place(box, b"line", 12.0) for box in (line, part)], [])

    assert line in [place.box for place in found]
