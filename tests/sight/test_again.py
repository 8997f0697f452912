"""The second look at a window finds what a first one would, and reads only what has changed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest

pytest.importorskip("cv2", reason="needs the extra ocr")

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assistant.host.seeing import Region, Seen, TextLine, Wanted
from assistant.scene import Box
from assistant.sight.controls import search
from assistant.sight.memory import Controls, apart, changed_parts, meet
from assistant.sight.parts import Pixels
from assistant.sight.reader import ReaderName, Reading, TextReader
from assistant.sight.readers import open_reader
from assistant.sight.seer import AT_ONCE, Seer
from sight.pictures import Drawing, drawn

pytest.importorskip("rapidocr", reason="needs the extra ocr")

ROWS = ("Appearance", "Bluetooth", "Displays", "Keyboard", "Network", "Printers", "Sharing", "Users")


class Counting:
    """A reader that counts what it is asked to read."""

    name = "counting"

    def __init__(self, reader: TextReader) -> None:
        self._reader = reader
        self.count = 0

    def read(self, crops: Sequence[Pixels]) -> list[Reading]:
        self.count += len(crops)
        return self._reader.read(crops)

    def find(self, picture: Pixels) -> list[Box]:
        return self._reader.find(picture)


@pytest.fixture(scope="module")
def rapid() -> TextReader:
    name: ReaderName = "rapidocr"
    return open_reader(name)


@pytest.fixture
def counting(rapid: TextReader) -> Counting:
    return Counting(rapid)


@pytest.fixture
def seer(counting: Counting) -> Seer:
    return Seer(counting)


def window(rows: Sequence[str], status: str = "Ready") -> Pixels:
    texts = [(20, 30 + 26 * place, 13, text) for place, text in enumerate(rows)]
    return drawn(Drawing((*texts, (20, 290, 13, status)), (500, 300), frames=((10, 10, 300, 250),)))


def parts(seer: Seer, picture: Pixels, focus: Box | None = None) -> list[Seen]:
    height, width = picture.shape[:2]
    wanted = Wanted(width, height, window="one", focus=focus, controls=False)
    return list(seer.see(wanted, picture.tobytes()))


def texts(seen: Seen) -> list[str]:
    return [line.text for line in seen.lines]


def places(seen: Seen) -> list[tuple[str, Box]]:
    return [(line.text, line.box) for line in seen.lines]


def test_only_the_word_that_changed_is_read_again(seer: Seer, counting: Counting) -> None:
    assert texts(parts(seer, window(ROWS))[-1]) == [*ROWS, "Ready"]
    counting.count = 0

    seen = parts(seer, window(ROWS, "Saved"))[-1]

    assert texts(seen) == [*ROWS, "Saved"]
    assert counting.count == 1


def test_nothing_is_read_where_nothing_changed(seer: Seer, counting: Counting) -> None:
    first = parts(seer, window(ROWS))[-1]
    counting.count = 0

    (again,) = parts(seer, window(ROWS))

    assert again.lines == first.lines
    assert counting.count == 0


def test_a_word_that_moved_is_not_read_again(seer: Seer, counting: Counting) -> None:
    parts(seer, window(ROWS))
    counting.count = 0

    seen = parts(seer, window((*ROWS[1:], ROWS[0])))[-1]

    assert texts(seen) == [*ROWS[1:], ROWS[0], "Ready"]
    assert counting.count == 0


@pytest.mark.parametrize("status", ["Ready for more", "Read", "", "Ready  —  3 of 14 items, 48.2 kB"])
def test_a_second_look_finds_what_a_first_one_would(counting: Counting, status: str) -> None:
    seer, fresh = Seer(counting), Seer(counting)
    parts(seer, window(ROWS))
    changed = window((ROWS[3], *ROWS[1:]), status)

    again = parts(seer, changed)[-1]

    assert places(again) == places(parts(fresh, changed)[-1])


def test_what_is_nearest_to_the_focus_is_known_first(seer: Seer) -> None:
    focus = Box(20, 18 + 26 * 6, 60, 14)

    early = parts(seer, window(ROWS), focus=focus)[0]

    assert ROWS[6] in texts(early)
    assert len(early.lines) == AT_ONCE
    assert early.unread == len(ROWS) + 1 - AT_ONCE
    assert not early.is_complete


def test_every_part_knows_what_the_one_before_knew(seer: Seer) -> None:
    known = [set(texts(seen)) for seen in parts(seer, window(ROWS))]

    assert all(earlier <= later for earlier, later in pairwise(known))
    assert known[-1] == {*ROWS, "Ready"}


BUTTONS = ("Open", "Save", "Print", "Share", "Close", "Quit")


def form(names: Sequence[str], ticked: bool = False) -> Pixels:
    """A window with a column of buttons, a tick box at the bottom."""
    texts = [(74 - 4 * len(name), 40 + 60 * place, 13, name) for place, name in enumerate(names)]
    frames = [(24, 20 + 60 * place, 100, 31) for place, _ in enumerate(names)]
    ticks = [(27, 424, 7, 7), (29, 426, 3, 3)] if ticked else []
    texts.append((48, 434, 13, "Remember me"))
    return drawn(Drawing(tuple(texts), (640, 460), frames=(*frames, (24, 421, 13, 13), *ticks)))


def controls(seer: Seer, picture: Pixels) -> list[tuple[str, Box, bool]]:
    height, width = picture.shape[:2]
    seen = list(seer.see(Wanted(width, height, window="form"), picture.tobytes()))[-1]
    return sorted((one.role, one.box, "checked" in one.states) for one in seen.regions)


@pytest.mark.parametrize(
    ("names", "ticked"),
    [
        pytest.param(BUTTONS, True, id="ticked"),
        pytest.param((*BUTTONS[:2], "Paint", *BUTTONS[3:]), False, id="renamed"),
        pytest.param(BUTTONS[:5], False, id="gone"),
        pytest.param(BUTTONS, False, id="same"),
    ],
)
def test_after_a_change_the_same_controls_are_known_as_at_a_first_look(
    counting: Counting, names: Sequence[str], ticked: bool
) -> None:
    seer, fresh = Seer(counting), Seer(counting)
    before = controls(seer, form(BUTTONS))
    assert {role for role, *_ in before} == {"check box", "push button"}

    again = controls(seer, form(names, ticked))

    assert again == controls(fresh, form(names, ticked))


def test_only_what_is_near_to_a_change_is_searched_for_controls() -> None:
    remembered = Controls((), (Region("slider", Box(400, 40, 100, 20)),))
    picture = form(BUTTONS, ticked=True)
    changed = changed_parts(form(BUTTONS), picture)

    looking = search(picture, None, [], before=remembered, changed=changed)

    found = looking.last([TextLine("Remember me", Box(48, 423, 90, 14)), TextLine("Open", Box(50, 29, 32, 12))])
    assert {region.role for region in found.all} == {"slider", "check box"}


pixels = st.tuples(st.integers(0, 99), st.integers(0, 149))


@given(st.lists(pixels, max_size=12))
def test_all_that_changed_lies_in_the_changed_parts(changed: list[tuple[int, int]]) -> None:
    before = np.zeros((100, 150, 3), np.uint8)
    now = before.copy()
    for y, x in changed:
        now[y, x, 1] = 255

    found = changed_parts(before, now)

    assert all(any(meet(Box(x, y, 1, 1), part) for part in found) for y, x in changed)
    assert bool(found) == bool(changed)


boxes = st.builds(Box, st.integers(0, 300), st.integers(0, 300), st.integers(1, 80), st.integers(1, 80))


@given(st.lists(boxes, max_size=20))
def test_boxes_that_meet_become_one(given_boxes: list[Box]) -> None:
    joined = apart(given_boxes)

    assert not any(meet(one, other) for one in joined for other in joined if one != other)
    assert all(any(meet(box, part) for part in joined) for box in given_boxes)
