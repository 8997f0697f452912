"""What is compared when controls are read from pixels: what can be seen counts, what cannot counts neither way."""

from __future__ import annotations

import pytest

pytest.importorskip("cv2", reason="needs the extra ocr")

import cv2
import numpy as np

from assistant.scene import Box, Element, Scene, Window
from benchmarks.sight_controls import Tally, in_words, truth_of, without_unseen
from training.widgets.samples import Control
from training.widgets.samples import Window as Made


def made(*controls: Control) -> Made:
    _, png = cv2.imencode(".png", np.full((60, 200, 3), 200, np.uint8))
    return Made(png.tobytes(), controls, (), "gtk4", "Default")


SAVE = Control("push button", (10, 10, 80, 40), frozenset(), "Save")
FAINT = Control(None, (100, 10, 180, 40), frozenset(), "Faint")


def told(number: int, role: str, name: str, box: Box) -> Element:
    return Element(number, role, name, box=box, source="widget")


def test_what_cannot_be_seen_is_neither_missed_nor_invented() -> None:
    truth = truth_of(made(SAVE, FAINT))
    tally = Tally("made")
    save = told(1, "push button", "Save", Box(10, 10, 70, 30))
    faint = told(2, "push button", "Faint", Box(100, 10, 80, 30))

    tally.add(truth, without_unseen(truth, Scene(Window(), elements=(save, faint))), "here")

    assert tally.score.recall == 1.0
    assert tally.score.told == {"push button": 1}


def test_a_control_where_there_is_none_is_invented_and_another_name_is_missed() -> None:
    truth = truth_of(made(SAVE))
    tally = Tally("made")
    other = told(1, "push button", "Open", Box(10, 10, 70, 30))
    nothing = told(2, "entry", "", Box(10, 45, 70, 10))

    tally.add(truth, without_unseen(truth, Scene(Window(), elements=(other, nothing))), "here")

    assert tally.score.recall == 0.0
    assert tally.score.invented_share == 0.5
    assert "push button 0 of 1" in in_words(tally)
