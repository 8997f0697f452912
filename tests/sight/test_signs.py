"""What stands on a key is read, though it is a single sign beside frames; on a blank key and on a picture is none."""

from __future__ import annotations

import pytest

pytest.importorskip("cv2", reason="needs the extra ocr")
pytest.importorskip("rapidocr", reason="needs the extra ocr")

import numpy as np

from assistant.host.seeing import Wanted, union
from assistant.scene import Box
from assistant.sight.find import sign_on
from assistant.sight.parts import Pixels
from assistant.sight.readers import open_reader
from assistant.sight.seer import Seer
from sight.pictures import Drawing, drawn

KEY = Box(20, 10, 60, 40)


def key(sign: str) -> Pixels:
    frame = (KEY.x, KEY.y, KEY.width - 1, KEY.height - 1)
    return drawn(Drawing(((KEY.x + 25, KEY.y + 26, 16, sign),), (100, 60), frames=(frame,)))


@pytest.mark.parametrize("sign", ["7", "+", "?"])
def test_a_sign_is_found_in_the_middle_of_a_key(sign: str) -> None:
    found = sign_on(key(sign), KEY, 12.0)

    assert found is not None
    assert union((found.box, KEY)) == KEY
    assert found.box.height < KEY.height / 2


def test_on_a_blank_key_and_on_a_picture_there_is_no_sign() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (60, 100, 3)).astype(np.uint8)

    assert sign_on(key(""), KEY, 12.0) is None
    assert sign_on(noise, KEY, 12.0) is None


def test_the_keys_of_a_keypad_are_told_apart_by_what_stands_on_them() -> None:
    signs = ("7", "8", "9", "4", "5", "6")
    places = [(30 + 90 * (place % 3), 30 + 60 * (place // 3)) for place in range(len(signs))]
    texts = tuple((x + 31, y + 26, 16, sign) for (x, y), sign in zip(places, signs, strict=True))
    picture = drawn(Drawing(texts, (330, 170), frames=tuple((x, y, 72, 40) for x, y in places)))

    seen = list(Seer(open_reader("auto")).see(Wanted(330, 170), picture.tobytes()))[-1]

    assert [line.text for line in seen.lines] == list(signs)
