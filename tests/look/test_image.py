"""A picture from a file: whatever is in it, it becomes a picture or one clear sentence, never a crash."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.errors import NothingToLookAt, WrongSettings
from assistant.look.image import scene_of_image

Image = pytest.importorskip("PIL.Image", reason="needs sightline[ocr] or sightline[vlm]")

from assistant.look.image_worker import FORMATS, KEPT_PIXELS, decode  # noqa: E402

RED, WHITE = bytes((255, 0, 0)), bytes((255, 255, 255))


def saved(picture: Any, kind: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def png_of(width: int, height: int, data: bytes = b"") -> bytes:
    """Return a PNG that says that it is so large, whatever is in it."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def red(mode: str = "RGB", size: tuple[int, int] = (40, 30)) -> Any:
    return Image.new("RGB", size, "red").convert(mode)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "GIF", "TIFF", "PPM"])
async def test_a_file_of_each_kind_becomes_a_picture(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "picture"
    file.write_bytes(saved(red(), kind))

    scene = await scene_of_image(file)

    assert scene.picture is not None
    assert (scene.picture.width, scene.picture.height) == (40, 30)
    assert scene.picture.rgb == RED * 1200
    assert (scene.elements, scene.window.title) == ((), "")


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "RGB"), ("JPEG", "CMYK"), ("TIFF", "CMYK"), ("WEBP", "RGB")])
def test_what_is_lossy_or_printed_is_red_as_well(kind: str, mode: str) -> None:
    shown = decode(saved(red(mode), kind)).getpixel((20, 15))

    assert isinstance(shown, tuple)
    assert shown[0] > 225
    assert max(shown[1:]) < 40


@pytest.mark.parametrize(
    ("picture", "pixel"),
    [
        (Image.new("I;16", (4, 4), 65_535), 255),
        (Image.new("I;16", (4, 4), 32_768), 127),
        (Image.new("I;16", (4, 4), 300), 1),
        (Image.new("L", (4, 4), 127), 127),
        (Image.new("1", (4, 4), 1), 255),
        (Image.new("LA", (4, 4), (0, 0)), 255),
        (Image.new("RGBA", (4, 4), (0, 0, 0, 0)), 255),
    ],
)
def test_sixteen_bits_and_transparency_are_shown_as_people_see_them(picture: Any, pixel: int) -> None:
    assert decode(saved(picture)).getpixel((1, 1)) == (pixel,) * 3


def test_of_a_picture_that_moves_the_first_one_is_seen() -> None:
    moving = saved(red("P"), "GIF", save_all=True, append_images=[Image.new("P", (40, 30), 3)] * 4)

    assert decode(moving).tobytes() == RED * 1200


def test_a_photograph_taken_sideways_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter

    assert decode(saved(red(), "JPEG", exif=exif)).size == (30, 40)


def test_a_very_large_picture_is_made_smaller_and_keeps_its_shape() -> None:
    kept = decode(saved(Image.new("1", (8000, 4000))))

    assert KEPT_PIXELS * 0.99 < kept.width * kept.height <= KEPT_PIXELS
    assert kept.width == pytest.approx(2 * kept.height, abs=2)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(b"This is no picture.", "holds no picture", id="text"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "holds no picture", id="postscript"),
        pytest.param(saved(red(size=(400, 300)))[:600], "damaged", id="cut"),
        pytest.param(saved(red(size=(400, 300)), "JPEG")[:1500], "damaged", id="cut-jpeg"),
        pytest.param(png_of(20_000, 20_000), "pixels", id="huge"),
        pytest.param(png_of(65_000, 65_000), "pixels", id="bomb"),
        pytest.param(png_of(0, 0), "", id="zero"),
        pytest.param(png_of(5, 0), "", id="zero-high"),
        pytest.param(png_of(30, 30), "damaged", id="no-pixels"),
    ],
)
async def test_what_is_no_picture_is_said_in_a_sentence(data: bytes, words: str, tmp_path: Path) -> None:
    file = tmp_path / "secret-name.png"
    file.write_bytes(data)

    with pytest.raises(NothingToLookAt) as refused:
        await scene_of_image(file)

    assert words in str(refused.value)
    assert "secret-name" not in str(refused.value)


async def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    for path in (tmp_path, tmp_path / "nowhere.png", tmp_path / "pipe", Path("/dev/zero"), tmp_path / "a\0b"):
        with pytest.raises(WrongSettings, match="--image"):
            await scene_of_image(path)


async def test_several_are_read_at_once(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(saved(red()))

    scenes = await asyncio.gather(*(scene_of_image(tmp_path / "one") for _ in range(3)))

    assert all(scene.picture and scene.picture.width == 40 for scene in scenes)


HOSTILE = [saved(red(size=(9, 9)), kind) for kind in FORMATS]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(HOSTILE), st.lists(st.tuples(st.floats(0, 0.999), st.binary(min_size=1, max_size=6)), max_size=6)
)
def test_damage_anywhere_gives_a_picture_or_a_sentence(data: bytes, wounds: list[tuple[float, bytes]]) -> None:
    damaged = bytearray(data)
    for place, junk in wounds:
        start = int(place * len(damaged))
        damaged[start : start + len(junk)] = junk

    picture = None
    with contextlib.suppress(NothingToLookAt):
        picture = decode(bytes(damaged))

    assert picture is None or picture.mode == "RGB"
