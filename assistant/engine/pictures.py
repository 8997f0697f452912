"""Pictures as the model sees them: decoded in memory, shrunk to their budget, the focus cropped at full size."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import math
from dataclasses import dataclass
from typing import NamedTuple

from PIL import Image, UnidentifiedImageError

from assistant.engine.errors import BadRequest

FORMATS = ("PNG", "JPEG", "WEBP")
MOST_PIXELS = 64_000_000  # an 8K screen has 33 million
WORTH_CROPPING = 0.9  # of full size: an overview nearly as sharp makes the crop a waste


class Box(NamedTuple):
    """A part of a picture, in its pixels."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture that was sent, how sharply it is to be seen, and where its user is."""

    pixels: Image.Image
    digest: bytes
    tokens: int
    focus: Box | None = None

    def __repr__(self) -> str:
        return f"Picture({self.pixels.width}×{self.pixels.height})"


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
        pixels = _decode(encoded)
    except (binascii.Error, UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise BadRequest("A picture cannot be read. Send PNG, JPEG or WebP.", parameter="messages") from error
    digest = hashlib.sha256(encoded + repr((tokens, focus)).encode()).digest()
    return Picture(pixels, digest, tokens, focus)


def shrunk(pixels: Image.Image, most_pixels: int | None) -> Image.Image:
    """Return a picture with at most so many pixels, its shape kept."""
    if most_pixels is None or pixels.width * pixels.height <= most_pixels:
        return pixels
    scale = math.sqrt(most_pixels / (pixels.width * pixels.height))
    size = (max(1, int(pixels.width * scale)), max(1, int(pixels.height * scale)))
    return pixels.resize(
        size, Image.Resampling.LANCZOS, reducing_gap=2.0
    )  # most of the work done by the fast box filter


def crop_around(focus: Box, pixels: Image.Image, most_pixels: int, scale: float) -> Image.Image | None:
    """Return the surroundings of a box at full size; None where the overview, at this scale, shows them as well."""
    if scale >= WORTH_CROPPING or focus.width <= 0 or focus.height <= 0:
        return None
    width = min(pixels.width, int(math.sqrt(2 * most_pixels)))  # twice as wide as high, as lines of text are
    height = min(pixels.height, most_pixels // width)
    left = min(max(focus.x + focus.width // 2 - width // 2, 0), pixels.width - width)
    top = min(max(focus.y + focus.height // 2 - height // 2, 0), pixels.height - height)
    return pixels.crop((left, top, left + width, top + height))


def _decode(encoded: bytes) -> Image.Image:
    with Image.open(io.BytesIO(encoded), formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        if picture.has_transparency_data:
            shown = picture.convert("RGBA")
            return Image.alpha_composite(Image.new("RGBA", shown.size, "white"), shown).convert("RGB")
        return picture.convert("RGB")
