"""Pictures as the model sees them: decoded in memory, shrunk to their budget, the focus cropped at full size."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from PIL import Image, UnidentifiedImageError

from assistant.engine.errors import BadRequest

FORMATS = ("PNG", "JPEG", "WEBP")
MOST_PIXELS = 64_000_000  # an 8K screen has 33 million
_UNREADABLE = (binascii.Error, UnidentifiedImageError, OSError, ValueError, SyntaxError)  # PIL raises all of them
WORTH_CROPPING = 0.9  # of full size: an overview nearly as sharp makes the crop a waste


class Box(NamedTuple):
    """A part of a picture, in its pixels."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Picture:
    """A picture that was sent, how sharply it is to be seen, and where its user is."""

    size: tuple[int, int]
    digest: bytes
    """Tells it, seen like this, from all others."""
    tokens: int
    focus: Box | None
    decode: Callable[[], Image.Image]
    """Only called when it has not been read before: a large one takes 100 ms."""


def read_picture(uri: str, *, tokens: int, focus: Box | None = None) -> Picture:
    """Return the picture in a data URI; BadRequest for an address, a path, or what is no picture."""
    head, _, data = uri.partition(",")
    if not (head.startswith("data:image/") and head.endswith(";base64")):
        raise BadRequest(
            "A picture must be sent as data:image/png;base64,… The engine opens no address and no file.",
            parameter="messages",
        )
    try:
        encoded = base64.b64decode(data, validate=True)
        with Image.open(io.BytesIO(encoded), formats=FORMATS) as picture:
            size = picture.size
    except _UNREADABLE as error:
        raise _unreadable() from error
    if size[0] * size[1] > MOST_PIXELS:
        raise BadRequest("A picture is too large. Send it smaller.", parameter="messages")
    digest = hashlib.sha256(encoded + repr((tokens, focus)).encode()).digest()
    return Picture(size, digest, tokens, focus, lambda: _decode(encoded))


def shrunk(pixels: Image.Image, most_pixels: int | None) -> Image.Image:
    """Return a picture with at most so many pixels, its shape kept."""
    if most_pixels is None or pixels.width * pixels.height <= most_pixels:
        return pixels
    scale = math.sqrt(most_pixels / (pixels.width * pixels.height))
    size = (max(1, int(pixels.width * scale)), max(1, int(pixels.height * scale)))
    return pixels.resize(
        size, Image.Resampling.LANCZOS, reducing_gap=2.0
    )  # most of the work done by the fast box filter


def surroundings(focus: Box, size: tuple[int, int], most_pixels: int, scale: float) -> Box | None:
    """Return what to show around a box at full size; None where the overview, at this scale, shows it as well."""
    if scale >= WORTH_CROPPING or focus.width <= 0 or focus.height <= 0:
        return None
    width = min(size[0], int(math.sqrt(2 * most_pixels)))  # twice as wide as high, as lines of text are
    height = min(size[1], most_pixels // width)
    left = min(max(focus.x + focus.width // 2 - width // 2, 0), size[0] - width)
    top = min(max(focus.y + focus.height // 2 - height // 2, 0), size[1] - height)
    return Box(left, top, width, height)


def _decode(encoded: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(encoded), formats=FORMATS) as picture:
            if picture.has_transparency_data:
                shown = picture.convert("RGBA")
                return Image.alpha_composite(Image.new("RGBA", shown.size, "white"), shown).convert("RGB")
            return picture.convert("RGB")
    except _UNREADABLE as error:
        raise _unreadable() from error


def _unreadable() -> BadRequest:
    return BadRequest("A picture cannot be read. Send PNG, JPEG or WebP.", parameter="messages")
