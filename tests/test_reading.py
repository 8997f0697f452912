"""Whether a new look at a window shows what a model has read already."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.host.model_question import Picture
from assistant.reading import Reading
from assistant.scene import Box, Element, Scene, Window
from assistant.scene import Picture as Pixels

WIDTH, HEIGHT = 200, 120
BUTTONS = (
    Element(1, "push button", "Keep", box=Box(10, 80, 60, 20)),
    Element(2, "push button", "Drop", box=Box(110, 80, 60, 20)),
)
BLANK = bytes([200]) * (WIDTH * HEIGHT * 3)
SCENE = Scene(Window("Files"), BUTTONS, focus=1, picture=Pixels(WIDTH, HEIGHT, BLANK))
READ = Reading("window", SCENE, Picture(b"png"))


def painted(*boxes: Box) -> Pixels:
    """Return the picture with these boxes black."""
    rgb = bytearray(BLANK)
    for box in boxes:
        for y in range(box.y, box.bottom):
            start = (y * WIDTH + box.x) * 3
            rgb[start : start + 3 * box.width] = bytes(3 * box.width)
    return Pixels(WIDTH, HEIGHT, bytes(rgb))


@pytest.mark.parametrize(
    "scene",
    [
        SCENE,
        replace(SCENE, picture=painted(Box(50, 20, 2, 18))),
        replace(SCENE, picture=painted(Box(199, 119, 1, 1))),
        replace(SCENE, focus=2, picture=painted(Box(8, 78, 64, 24), Box(108, 78, 64, 24))),
    ],
    ids=["the same", "a caret", "a caret in the corner", "the focus has moved"],
)
def test_what_blinks_and_where_the_focus_is_drawn_makes_no_difference(scene: Scene) -> None:
    assert READ.is_of("window", scene, "auto")


@pytest.mark.parametrize(
    "scene",
    [
        replace(SCENE, picture=painted(Box(50, 20, 30, 10))),
        replace(SCENE, picture=painted(Box(10, 10, 2, 2), Box(150, 10, 2, 2))),
        replace(SCENE, picture=Pixels(WIDTH, 60, BLANK[: WIDTH * 60 * 3])),
        replace(SCENE, picture=None),
        replace(SCENE, elements=(BUTTONS[0], replace(BUTTONS[1], name="Burn"))),
    ],
    ids=["something new", "two small things far apart", "another size", "no picture", "another name"],
)
def test_anything_else_is_read_anew(scene: Scene) -> None:
    assert not READ.is_of("window", scene, "auto")


def test_another_window_or_a_closer_look_is_read_anew() -> None:
    assert not READ.is_of("another", SCENE, "auto")
    assert not READ.is_of("window", SCENE, "high")
