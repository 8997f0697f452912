"""Lines of text are found on the ground of windows: not torn, not joined across columns, without frames and boxes."""

from __future__ import annotations

import pytest

pytest.importorskip("cv2", reason="needs the extra ocr")

import numpy as np

from assistant.scene import Box
from assistant.sight.find import rough_parts
from assistant.sight.lines import find_lines
from sight.pictures import Drawing, drawn


def found(drawing: Drawing) -> list[Box]:
    return sorted(find_lines(drawn(drawing)), key=lambda box: (box.y // 20, box.x))


@pytest.mark.parametrize("size", [11, 13, 16, 24, 32, 48])
@pytest.mark.parametrize("text", ["Restore the default settings, please.", "如果删除此项目，它将永久丢失。"])
def test_a_sentence_is_one_line(text: str, size: int) -> None:
    (box,) = found(Drawing(((20, 80, size, text),), (1000, 120)))

    assert box.width > 6 * box.height


def test_columns_are_not_joined() -> None:
    cells = ((20, 40, 13, "budget.ods"), (120, 40, 13, "48.2 kB"), (200, 40, 13, "yesterday"))

    assert len(found(Drawing(cells))) == 3


def test_cells_that_nearly_touch_are_divided_by_their_frame() -> None:
    cells = ((20, 40, 13, "letter.odt"), (94, 40, 13, "9.6 kB"))

    boxes = found(Drawing(cells, frames=((10, 20, 80, 30), (90, 20, 80, 30)), ground="#333333", ink="#dddddd"))

    assert len(boxes) == 2


def test_a_field_is_no_text_but_what_is_in_it() -> None:
    (box,) = found(Drawing(((24, 40, 13, "Margaret Hamilton"),), frames=((20, 22, 300, 26),)))

    assert box.x >= 22
    assert box.right < 200


def test_a_tick_box_is_no_part_of_its_words() -> None:
    (box,) = found(Drawing(((42, 40, 13, "Remember me"),), frames=((20, 27, 14, 14),)))

    assert box.x >= 40


def test_an_icon_beside_two_lines_is_part_of_neither() -> None:
    window = drawn(Drawing(((78, 40, 13, "Do you want to save your"), (78, 55, 13, "changes?")), (300, 100))).copy()
    window[22:58, 20:56] = (250, 200, 30)  # orange, 36 by 36

    boxes = sorted(find_lines(window), key=lambda box: box.y)

    assert [box.x // 10 for box in boxes] == [7, 7]
    assert boxes[0].bottom <= boxes[1].y + 3


@pytest.mark.parametrize("pitch", [13, 14, 16])
def test_rows_set_tight_are_not_joined(pitch: int) -> None:
    rows = tuple(
        (20, 20 + pitch * place, 11, text) for place, text in enumerate(("Sharing", "Displays", "Power", "键盘"))
    )

    assert len(found(Drawing(rows, (200, 100)))) == 4


@pytest.mark.parametrize("ground", ["#ffffff", "#000000", "#3584e4"])
def test_there_are_no_lines_on_empty_ground(ground: str) -> None:
    assert found(Drawing((), (600, 400), ground=ground, frames=((20, 20, 300, 200),))) == []


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 500, 3), (500, 1, 3), (70, 70, 3)])
def test_a_picture_of_any_shape_is_borne(shape: tuple[int, int, int]) -> None:
    assert find_lines(np.zeros(shape, np.uint8)) == []


def test_a_photograph_in_a_window_is_told_from_its_ground() -> None:
    window = drawn(Drawing(((20, 40, 13, "Holiday photos"),), (800, 600))).copy()
    noise = np.random.default_rng(3).integers(0, 255, (256, 320, 3), np.uint8)
    window[192:448, 320:640] = noise

    (part,) = rough_parts(window)

    assert part == Box(320, 192, 320, 256)
