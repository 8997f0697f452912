"""The worker of image.py: turns an image file's bytes into pixels, with Pillow. The only place that loads it here."""

from __future__ import annotations

import io
import resource
import warnings
from typing import TYPE_CHECKING

from assistant.errors import NothingToLookAt, SightlineError, SomethingMissing
from assistant.host.frames import Message
from assistant.host.sandbox import forbid_network, keep_no_traces
from assistant.host.working import Answer, refusal, work

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF", "PPM")
"""None of those that start another program, as PostScript does."""
MOST_PIXELS = 64_000_000  # an 8K screen has 33 million
KEPT_PIXELS = 16_000_000  # a page at 400 dots per inch; more helps no reader and costs each of them seconds
MOST_MEMORY = 3 << 30  # bytes of address space


class Decoder:
    """Decodes one file after another."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        import PIL.Image  # noqa: PLC0415 - SomethingMissing without it, see _start

        PIL.Image.MAX_IMAGE_PIXELS = MOST_PIXELS
        warnings.simplefilter("ignore")

    def handle(self, message: Message, payload: bytes) -> None:
        try:
            picture = decode(payload)
        except SightlineError as error:
            self._answer({"id": message["id"], **refusal(error)})
        else:
            self._answer({"id": message["id"], "width": picture.width, "height": picture.height}, picture.tobytes())

    def is_well(self) -> bool:
        """Whether it would answer; while it decodes it does not even get here."""
        return True


def decode(data: bytes) -> Image.Image:
    """Return the picture in RGB, upright, on white, its first one if it moves; NothingToLookAt says what is wrong."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415 - see Decoder

    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            _refuse_huge(picture)
            picture.load()
            return _kept(_rgb(ImageOps.exif_transpose(picture)))
    except NothingToLookAt:
        raise
    except UnidentifiedImageError as error:
        raise NothingToLookAt("This file holds no picture. PNG, JPEG, WebP, BMP, GIF and TIFF can be read.") from error
    except Image.DecompressionBombError as error:
        raise NothingToLookAt("The picture has too many pixels. Save it smaller.") from error
    except MemoryError as error:
        raise NothingToLookAt("The picture needs too much memory. Save it smaller.") from error
    except Exception as error:  # its decoders raise what they like: OSError, ValueError, SyntaxError, struct.error …
        problem = "The picture is damaged, or a part of its file is missing. Save or fetch it again."
        raise NothingToLookAt(problem) from error


def _rgb(picture: Image.Image) -> Image.Image:
    from PIL import Image  # noqa: PLC0415 - see Decoder

    if picture.width == 0 or picture.height == 0:
        raise NothingToLookAt("The picture has no pixels.")
    if picture.mode.startswith("I") or picture.mode == "F":  # 16 and 32 bit: Pillow would cut them off at 255
        return _stretched(picture)
    if picture.has_transparency_data:
        shown = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", shown.size, "white"), shown).convert("RGB")
    return picture.convert("RGB")


def _stretched(picture: Image.Image) -> Image.Image:
    """Return a picture of more than eight bits from its darkest to its brightest, 16 bits as they are."""
    plain = picture.convert("F")
    darkest, brightest = plain.getextrema()
    assert isinstance(darkest, float)
    assert isinstance(brightest, float)
    if picture.mode.startswith("I"):
        darkest, brightest = 0.0, max(65_535.0, brightest)
    scale = 255 / ((brightest - darkest) or 1)
    return plain.point(lambda value: value * scale + -darkest * scale).convert("L").convert("RGB")


def _kept(picture: Image.Image) -> Image.Image:
    """Return a picture with no more pixels than anybody reads, its shape kept."""
    pixels = picture.width * picture.height
    if pixels <= KEPT_PIXELS:
        return picture
    scale = (KEPT_PIXELS / pixels) ** 0.5
    return picture.resize((max(1, int(picture.width * scale)), max(1, int(picture.height * scale))), reducing_gap=2.0)


def _refuse_huge(picture: Image.Image) -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS:
        most = MOST_PIXELS // 1_000_000
        raise NothingToLookAt(f"The picture has {width} by {height} pixels, more than {most} million. Save it smaller.")


def _start(answer: Answer, _: list[str]) -> Decoder:
    keep_no_traces()
    forbid_network()
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    try:
        return Decoder(answer)
    except ImportError as error:
        raise SomethingMissing(
            "To open a picture, Pillow is needed. Run: pip install 'sightline[ocr]', or for a model 'sightline[vlm]'"
        ) from error


if __name__ == "__main__":
    work(_start)
