"""What every TextReader must do, and each of them does."""

from __future__ import annotations

import pytest

pytest.importorskip("cv2", reason="needs the extra ocr")

import numpy as np

from assistant.errors import SomethingMissing
from assistant.sight.find import crop_of
from assistant.sight.lines import find_lines
from assistant.sight.parts import Pixels
from assistant.sight.reader import NOTHING, ReaderName, TextReader
from assistant.sight.readers import open_reader
from sight.pictures import line

READERS: tuple[ReaderName, ...] = ("rapidocr", "tesseract")


@pytest.fixture(scope="module", params=READERS)
def reader(request: pytest.FixtureRequest) -> TextReader:
    pytest.importorskip({"rapidocr": "rapidocr", "tesseract": "tesserocr"}[request.param])
    try:
        return open_reader(request.param)
    except SomethingMissing as error:
        pytest.skip(str(error))


def crop(picture: Pixels) -> Pixels:
    (box,) = find_lines(picture)
    return crop_of(picture, box, box.height)


def read(reader: TextReader, picture: Pixels) -> str:
    return reader.read([crop(picture)])[0].text


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [13, 16, 26])
@pytest.mark.parametrize("text", ["Restore Defaults", "Remember me on this computer", "Saved at 14:32"])
def test_a_line_of_english_is_read(reader: TextReader, text: str, size: int, dark: bool) -> None:
    assert read(reader, line(text, size, dark=dark, width=600)) == text


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("text", ["关闭前是否保存更改", "电子邮件地址", "恢复默认值"])
def test_a_line_of_chinese_is_read(reader: TextReader, text: str, dark: bool) -> None:
    assert read(reader, line(text, 20, dark=dark)) == text


def test_readings_come_in_the_order_of_their_crops(reader: TextReader) -> None:
    words = ["Apply", "Cancel", "Printers", "Help"]

    readings = reader.read([crop(line(word, 16)) for word in words])

    assert [reading.text for reading in readings] == words


def test_what_is_read_is_surer_than_what_is_not_there(reader: TextReader) -> None:
    real, empty = reader.read([crop(line("Restore Defaults", 16)), np.full((30, 120, 3), 255, np.uint8)])

    assert real.confidence > 0.8
    assert empty.text == "" or empty.confidence < 0.6


@pytest.mark.parametrize("shape", [(1, 1, 3), (0, 5, 3), (40, 1, 3), (3, 900, 3), (200, 3, 3)])
def test_a_crop_of_any_shape_is_borne(reader: TextReader, shape: tuple[int, int, int]) -> None:
    (reading,) = reader.read([np.zeros(shape, np.uint8)])

    assert reading == NOTHING or reading.confidence <= 1


def test_nothing_is_read_of_nothing(reader: TextReader) -> None:
    assert reader.read([]) == []


def test_the_same_crop_is_read_the_same(reader: TextReader) -> None:
    one = crop(line("If you delete an item", 13))

    assert reader.read([one, one, one])[0] == reader.read([one])[0]
