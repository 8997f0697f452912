"""Controls by their shape, drawn here: buttons, entries, marks; what is no control is none."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.host.seeing import Region, TextLine
from assistant.scene import Box

np = pytest.importorskip("numpy")
cv2 = pytest.importorskip("cv2")

from assistant.sight import shapes  # noqa: E402 - it needs numpy
from assistant.sight.agreed import agreed  # noqa: E402
from assistant.sight.parts import Judged  # noqa: E402

INK, PAPER, FIELD = (30, 30, 30), (236, 236, 236), (255, 255, 255)


def window() -> Any:
    return np.full((200, 400, 3), PAPER, np.uint8)


def words(picture: Any, text: str, x: int, y: int) -> TextLine:
    """Write words as a block of strokes, and say where they are."""
    width = 8 * len(text)
    for place in range(x, x + width, 4):
        cv2.line(picture, (place, y), (place, y + 11), INK, 1)
    return TextLine(text, Box(x, y, width, 12))


def found(picture: Any, *lines: TextLine) -> list[tuple[str, bool]]:
    return [(region.role, "checked" in region.states) for region in shapes.find(picture, lines)]


def test_words_in_the_middle_of_a_frame_are_a_button() -> None:
    picture = window()
    cv2.rectangle(picture, (100, 50), (220, 80), INK, 1)

    assert found(picture, words(picture, "Cancel", 136, 59)) == [("push button", False)]


def test_words_at_the_left_of_a_frame_are_an_entry_and_so_is_an_empty_one() -> None:
    picture = window()
    for y in (50, 100):
        cv2.rectangle(picture, (100, y), (320, y + 28), INK, 1)
        cv2.rectangle(picture, (101, y + 1), (319, y + 27), FIELD, -1)

    assert found(picture, words(picture, "Ada", 106, 58)) == [("entry", False), ("entry", False)]


def test_a_square_before_words_is_a_check_box_and_a_circle_a_radio_button() -> None:
    picture = window()
    cv2.rectangle(picture, (20, 50), (34, 64), INK, 1)
    cv2.rectangle(picture, (20, 90), (34, 104), INK, 1)
    cv2.rectangle(picture, (25, 95), (29, 99), INK, -1)
    cv2.circle(picture, (27, 137), 8, INK, 2)
    lines = [words(picture, "Remember", 44, y) for y in (51, 91, 131)]

    assert found(picture, *lines) == [("check box", False), ("check box", True), ("radio button", False)]


def test_words_alone_and_an_empty_window_are_no_control() -> None:
    picture = window()

    assert found(window()) == []
    assert found(picture, words(picture, "Nothing to press here", 40, 60)) == []


def test_what_the_network_takes_for_nothing_is_left_out_and_what_it_knows_better_is_renamed() -> None:
    regions = [Region("push button", Box(0, 0, 50, 20)), Region("push button", Box(60, 0, 50, 20))]

    kept = agreed(regions, [Judged({"push button": 0.05}), Judged({"push button": 0.01, "page tab": 0.97})])

    assert [region.role for region in kept] == ["page tab"]
    assert [region.role for region in agreed(regions, [Judged({}), Judged({})])] == ["push button", "push button"]
