"""What stands on a key is read, though it is a single sign beside frames; on a blank key and on a picture is none."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("cv2", reason="needs the extra ocr")
pytest.importorskip("rapidocr", reason="needs the extra ocr")

import numpy as np

from assistant.errors import SomethingMissing
from assistant.host.seeing import Wanted, union
from assistant.scene import Box
from assistant.sight import weights
from assistant.sight.find import sign_on
from assistant.sight.parts import Pixels
from assistant.sight.readers import open_reader
from assistant.sight.seer import Seer
from assistant.sight.signs import WEIGHTS, SignReader
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


SIGNS = ("÷", "×", "−", "+", "(", ")", "√", "%", "=", "0", "8", "#", "→", "±", "π")


@pytest.mark.parametrize(("ink", "ground"), [("#202020", "#f0f0f0"), ("#e6e6e6", "#242424")])
def test_signs_that_readers_of_text_cannot_read_are_told(ink: str, ground: str) -> None:
    keys = [Box(10 + 60 * (place % 5), 10 + 50 * (place // 5), 54, 44) for place in range(len(SIGNS))]
    texts = tuple((key.x + 20, key.y + 28, 16, sign) for key, sign in zip(keys, SIGNS, strict=True))
    frames = tuple((key.x, key.y, key.width - 1, key.height - 1) for key in keys)
    picture = drawn(Drawing(texts, (320, 170), ink, ground, frames))

    read = SignReader().read(picture, keys, 12.0)

    assert [read[key].text for key in keys] == list(SIGNS)
    assert all(union((read[key].box, key)) == key for key in keys)


@pytest.mark.parametrize("text", ["OK", "Go", "10", "保", "…and", "确定"])
def test_words_and_chinese_characters_are_left_to_the_reader_of_text(text: str) -> None:
    assert SignReader().read(key(text), [KEY], 12.0) == {}


def test_an_arrow_alone_is_left_to_the_icons_and_among_signs_it_is_a_sign() -> None:
    def lines(signs: str) -> list[str]:
        places = [(30 + 90 * place, 30) for place in range(len(signs))]
        texts = tuple((x + 28, y + 26, 18, sign) for (x, y), sign in zip(places, signs, strict=True))
        picture = drawn(Drawing(texts, (60 + 90 * len(signs), 100), frames=tuple((x, y, 72, 40) for x, y in places)))
        wanted = Wanted(picture.shape[1], picture.shape[0])
        return [line.text for line in list(Seer(open_reader("auto")).see(wanted, picture.tobytes()))[-1].lines]

    assert lines("78→9") == ["7", "8", "→", "9"]
    assert lines("→") == []


def test_weights_that_were_changed_are_refused(tmp_path: Path) -> None:
    (tmp_path / WEIGHTS).write_bytes(b"not what was shipped")
    (tmp_path / weights.SUMS).write_text((weights.FOLDER / weights.SUMS).read_text())

    with pytest.raises(SomethingMissing):
        SignReader(tmp_path)


def test_of_keys_that_are_seen_again_only_the_changed_one_is_read() -> None:
    def keys(signs: str) -> Pixels:
        texts = tuple((58 + 90 * place, 56, 16, sign) for place, sign in enumerate(signs))
        return drawn(Drawing(texts, (420, 100), frames=tuple((30 + 90 * place, 30, 72, 40) for place in range(4))))

    seer, wanted = Seer(open_reader("auto")), Wanted(420, 100, window="calculator")

    told = [
        [line.text for line in list(seer.see(wanted, picture.tobytes()))[-1].lines]
        for picture in (keys("7÷94"), keys("7×94"), keys("7×94"))
    ]

    assert told == [["7", "÷", "9", "4"], ["7", "×", "9", "4"], ["7", "×", "9", "4"]]
