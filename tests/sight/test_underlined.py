"""The line under a letter that tells its key is no part of the letter; what is a part of a letter stays."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("cv2", reason="needs the extra ocr")
pytest.importorskip("rapidocr", reason="needs the extra ocr")

from assistant.host.seeing import Wanted
from assistant.sight.readers import open_reader
from assistant.sight.seer import Seer
from assistant.sight.underlined import without_underline
from sight.pictures import line

BASELINE = 40  # the last row of letters without a tail


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [12, 13, 16, 24])
@pytest.mark.parametrize("name", ["&File", "&Tools", "&Edit", "Save &As…", "&Go", "Pr&operties"])
def test_the_line_under_a_letter_goes_and_nothing_else(name: str, size: int, *, dark: bool) -> None:
    underlined = line(name, size, dark=dark, width=160)

    bare = without_underline(underlined)

    changed = np.argwhere((bare != underlined).any(axis=2))
    assert len(changed) >= 3
    assert changed[:, 0].min() > BASELINE
    assert np.ptp(changed[:, 0]) <= 2
    assert without_underline(bare) is bare


@pytest.mark.parametrize(
    "text",
    [
        "File",
        "snake_case",
        "x = 3",
        "a_b",
        "_private",
        "第三步",
        "二月三日",
        "三",
        "…",
        "12 - 7",
        "Queue jyg",
        "≡ Menu",
    ],
)
def test_what_belongs_to_letters_stays(text: str) -> None:
    shown = line(text)

    assert without_underline(shown) is shown


def test_names_of_menus_are_read_without_what_underlines_them() -> None:
    for name in ("&File", "&Tools"):
        picture = line(name, 13, width=120)
        *_, seen = Seer(open_reader("auto")).see(Wanted(picture.shape[1], picture.shape[0]), picture.tobytes())
        assert [read.text for read in seen.lines] == [name.replace("&", "")]
