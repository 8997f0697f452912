"""Controls are found in windows of every toolkit, and nowhere else."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest

pytest.importorskip("onnxruntime", reason="needs the extra ocr")

from assistant.host.seeing import TextLine
from assistant.scene import Box
from assistant.sight.judged import apart
from assistant.sight.weights import load
from assistant.sight.widgets import FIRST, SECOND, Finder, First, Map, Pixels, Second, network
from training.widgets.generate import needs, run
from training.widgets.nothing import KINDS
from training.widgets.report import Tally, text_lines
from training.widgets.roles import ROLES, STATES
from training.widgets.samples import Window, window_of
from training.widgets.themes import Job

JOBS = {
    "gtk3": Job("gtk3", "gtk.py", ("3",), "check", ("Adwaita", "HighContrast"), 1.0),
    "gtk4": Job("gtk4", "gtk.py", ("4",), "check", ("Default",), 1.0),
    "qt": Job("qt6", "qt.py", ("PySide6",), "check", ("Fusion", "Windows"), 1.0),
    "tk": Job("tk", "tk.py", (), "check", ("tk", "clam", "default"), 1.0),
    "web": Job("web", "web.py", ("1",), "check", ("native", "flat"), 1.0),
}
SOME = 8
"""Windows of each toolkit."""
MOST, HARDLY_ANY = 0.4, 0.05
"""Shares of the controls of so few windows; training/widgets/report.py has the figures of many."""


@pytest.fixture(scope="module", params=JOBS)
def windows(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Window]:
    """Some windows of one toolkit, with the truth about them."""
    job = JOBS[request.param]
    if missing := needs(job):
        pytest.skip(f"needs {missing}")
    folder = tmp_path_factory.mktemp(request.param)
    with contextlib.closing(run(job, folder, range(77_000, 77_000 + SOME))) as records:
        return [window_of(record, folder) for record in records]


def picture(height: int, width: int, kind: str) -> Pixels:
    return KINDS[kind](height, width, np.random.default_rng(3))


def test_most_controls_are_found_and_hardly_any_invented(windows: list[Window]) -> None:
    tally = Tally()

    for window in windows:
        tally.add(window.controls, network().find(window.picture(), text_lines(window)))

    assert tally.touched.total() >= MOST * tally.there.total()
    assert tally.invented.total() <= max(1, HARDLY_ANY * tally.said.total())


def test_what_is_found_lies_in_the_picture_and_is_known_by_name(windows: list[Window]) -> None:
    for window in windows:
        height, width = window.picture().shape[:2]

        for region in network().find(window.picture(), []):
            assert region.role in ROLES
            assert region.states <= {*STATES, "enabled", "sensitive"}
            assert 0 < region.confidence <= 1
            assert region.box.x >= 0 <= region.box.y
            assert region.box.right <= width
            assert region.box.bottom <= height


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("height", "width"), [(600, 800), (90, 1300), (40, 40)])
def test_nothing_is_found_where_there_is_no_control(kind: str, height: int, width: int) -> None:
    assert network().find(picture(height, width, kind), []) == []


@pytest.mark.parametrize(("height", "width"), [(1, 1), (7, 900), (900, 3), (33, 8)])
def test_the_smallest_pictures_do_no_harm(height: int, width: int) -> None:
    assert network().find(picture(height, width, "noise"), []) == []


class Counting(First):
    """Counts the pixels that the first network looks at."""

    pixels = 0

    def look(self, picture: Pixels) -> Map:
        self.pixels += picture.shape[0] * picture.shape[1]
        return super().look(picture)


def finder(first: First | None = None) -> Finder:
    return Finder(first or First(load(FIRST)), Second(load(SECOND)))


def test_a_second_look_at_the_same_window_looks_at_what_changed_alone() -> None:
    counting = Counting(load(FIRST))
    eye = finder(counting)
    shown = picture(900, 1200, "page")
    eye.find(shown, [])
    first = counting.pixels
    changed = shown.copy()
    changed[400:420, 500:560] = 0

    eye.find(changed, [])

    assert counting.pixels - first < 0.3 * first
    eye.find(changed, [])
    assert counting.pixels - first < 0.3 * first


def test_a_second_look_finds_what_a_first_look_finds(windows: list[Window]) -> None:
    eye = finder()
    before = max((window.picture() for window in windows), key=lambda shown: shown.size)
    after = before.copy()
    height, width = before.shape[:2]
    after[height // 2 : height // 2 + 12, width // 2 : width // 2 + 12] ^= 255
    eye.find(before, [])

    again = eye.find(after, [])

    fresh = finder().find(after, [])
    assert len(again) == pytest.approx(len(fresh), abs=max(1, 0.1 * len(fresh)))


def test_a_picture_drawn_twice_as_large_shows_the_same(windows: list[Window]) -> None:
    shown = max((window.picture() for window in windows), key=lambda shown: shown.size)
    lines = [TextLine("", Box(0, 0, 80, 16))]
    twice = [TextLine("", Box(0, 0, 160, 32))]

    small, large = network().find(shown, lines), network().find(shown.repeat(2, axis=0).repeat(2, axis=1), twice)

    assert [region.role for region in large] == [region.role for region in small]
    assert [region.box for region in large] == [
        pytest.approx(tuple(2 * number for number in region.box), abs=4) for region in small
    ]


def test_the_weights_say_what_they_were_trained_for() -> None:
    second = Second(load(SECOND))

    assert second.roles == ROLES
    assert second.states == STATES
    assert len(load(FIRST)) + len(load(SECOND)) < 10_000_000  # of 15 MB for all that sees


def test_two_boxes_across_one_another_are_one_control_and_side_by_side_they_are_two() -> None:
    flat, upright, beside, row = (0, 10, 80, 30), (30, 0, 50, 40), (84, 10, 164, 30), (0, 8, 200, 32)
    boxes = np.array([flat, upright, beside, row], np.float32)
    scores, role = np.array([0.9, 0.8, 0.7, 0.6], np.float32), np.array([0, 0, 0, 1])

    assert apart(boxes, scores, role, np.array([True, False])) == [0, 2, 3]
