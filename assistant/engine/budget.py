"""How many tokens a picture may cost, in each family's own terms.

Tokens decide how long one waits: 609 instead of 54 for the same window cost 8.5 times as long to the first word.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

OVERVIEW_TOKENS = 512
CROP_TOKENS = 256
DETAIL_TOKENS = {"low": 256, "auto": OVERVIEW_TOKENS, "high": 1024}  # OpenAI's `detail`
_FRAME_TOKENS = 4  # which row and column a tile is
_SIDE = 28  # a token's side in pixels where the family does not say; GLM's


@dataclass(frozen=True, slots=True)
class Budget:
    """What to ask of a family's picture processor, and how large a picture may be beforehand."""

    settings: dict[str, Any] = field(default_factory=dict)
    pixels: int | None = None
    """More than this is shrunk away by the processor, slowly; None where it always resizes to a size of its own."""
    token_side: int = _SIDE


def budget_for(processor: Any, size: tuple[int, int], tokens: int) -> Budget:
    """Return what makes a picture of this size (width, height) cost at most so many tokens, or as few as it can."""
    pictures = processor.image_processor
    if hasattr(pictures, "max_image_tokens"):  # LFM2-VL
        return Budget({"max_image_tokens": max(tokens, pictures.min_image_tokens)})
    if hasattr(pictures, "merge_size") and hasattr(pictures, "patch_size"):  # GLM-V, Qwen-VL
        return _by_pixels(pictures, tokens)
    if hasattr(pictures, "max_image_size") and hasattr(pictures, "do_image_splitting"):  # SmolVLM, Idefics 3
        return _by_tiles(pictures, int(processor.image_seq_len), size, tokens)
    return Budget()  # Gemma 3: always the same


def _by_pixels(pictures: Any, tokens: int) -> Budget:
    side = int(pictures.patch_size) * int(pictures.merge_size)
    frames = int(pictures.temporal_patch_size) if type(pictures).__name__.startswith("Glm") else 1
    longest = frames * side * side * tokens
    shortest = min(int(pictures.size["shortest_edge"]), longest)
    return Budget({"size": {"shortest_edge": shortest, "longest_edge": longest}}, side * side * tokens, side)


def _by_tiles(pictures: Any, tile_tokens: int, size: tuple[int, int], tokens: int) -> Budget:
    tiles = tokens // (tile_tokens + _FRAME_TOKENS) - 1  # one more shows the whole
    short, long = sorted(size)
    across = 1
    while (across + 1) * math.ceil((across + 1) * short / long) <= tiles:
        across += 1
    if across == 1:
        return Budget({"do_image_splitting": False})
    return Budget({"size": {"longest_edge": across * int(pictures.max_image_size["longest_edge"])}})
