"""LFM2-VL's pictures without torchvision: one tile of at most `max_image_tokens`, as its own processor resizes it.

Its processor also cuts large pictures into tiles; we send a crop at full size instead, so one tile is enough.
After transformers 5.23, models/lfm2_vl/image_processing_lfm2_vl.py.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from transformers import BatchFeature
from transformers.image_processing_utils import BaseImageProcessor
from transformers.image_utils import make_flat_list_of_images
from transformers.processing_utils import ImagesKwargs


class Lfm2VlPictureSettings(ImagesKwargs, total=False):
    """What the processor may ask of us beside what all are asked."""

    max_image_tokens: int
    do_image_splitting: bool
    return_row_col_info: bool
    use_thumbnail: bool


class Lfm2VlPictures(BaseImageProcessor):
    """Turns PIL pictures into LFM2-VL's patches."""

    valid_kwargs = Lfm2VlPictureSettings
    model_input_names = ["pixel_values", "pixel_attention_mask", "spatial_shapes"]  # noqa: RUF012 - as the base has it

    def __init__(
        self,
        *,
        encoder_patch_size: int = 16,
        downsample_factor: int = 2,
        min_image_tokens: int = 64,
        max_image_tokens: int = 256,
        image_mean: tuple[float, ...] = (0.5, 0.5, 0.5),
        image_std: tuple[float, ...] = (0.5, 0.5, 0.5),
        **_others: Any,
    ) -> None:
        super().__init__()
        self.encoder_patch_size, self.downsample_factor = encoder_patch_size, downsample_factor
        self.min_image_tokens, self.max_image_tokens = min_image_tokens, max_image_tokens
        self.image_mean, self.image_std = tuple(image_mean), tuple(image_std)
        self.use_thumbnail, self.do_image_splitting, self.tile_size = False, False, 512

    def fetch_images(self, images: Any) -> Any:
        """Return them: they are pictures already, never addresses."""
        return images

    def preprocess(self, images: Any, *, max_image_tokens: int | None = None, **_others: Any) -> BatchFeature:
        """Return patches, their mask and their shapes, with the fields that the processor asks for."""
        most = min(max_image_tokens or self.max_image_tokens, self.max_image_tokens)
        flat: list[Any] = make_flat_list_of_images(images)  # type: ignore[assignment]  # PIL's, of all that it allows
        pictures: list[Image.Image] = [picture.convert("RGB") for picture in flat]
        sizes = [self._size(picture.width, picture.height, most) for picture in pictures]
        room = self.max_image_tokens * self.downsample_factor**2
        patches = [self._patches(picture, size) for picture, size in zip(pictures, sizes, strict=True)]
        side = self.encoder_patch_size
        return BatchFeature(
            {
                "pixel_values": np.stack([np.pad(one, ((0, room - len(one)), (0, 0))) for one in patches]),
                "pixel_attention_mask": np.stack([(np.arange(room) < len(one)).astype(np.int32) for one in patches]),
                "spatial_shapes": np.array([(height // side, width // side) for width, height in sizes]),
                "image_rows": [1] * len(pictures),
                "image_cols": [1] * len(pictures),
                "image_sizes": [[height, width] for width, height in sizes],
            }
        )

    def _size(self, width: int, height: int, most_tokens: int) -> tuple[int, int]:
        step = self.encoder_patch_size * self.downsample_factor
        least, most = self.min_image_tokens * step**2, most_tokens * step**2
        wide, high = (max(step, round(side / step) * step) for side in (width, height))
        if wide * high > most:
            scale = math.sqrt(width * height / most)
            wide, high = (max(step, math.floor(side / scale / step) * step) for side in (width, height))
        elif wide * high < least:
            scale = math.sqrt(least / (width * height))
            wide, high = (math.ceil(side * scale / step) * step for side in (width, height))
        return wide, high

    def _patches(self, picture: Image.Image, size: tuple[int, int]) -> NDArray[np.float32]:
        pixels = np.asarray(picture.resize(size, Image.Resampling.BILINEAR), dtype=np.float32) / 255
        pixels = (pixels - np.array(self.image_mean, np.float32)) / np.array(self.image_std, np.float32)
        side, (width, height) = self.encoder_patch_size, size
        tiled = pixels.reshape(height // side, side, width // side, side, 3).transpose(0, 2, 1, 3, 4)
        patches: NDArray[np.float32] = tiled.reshape(-1, side * side * 3).astype(np.float32)
        return patches
