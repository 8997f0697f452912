"""What the model has read of a window already: its KV cache, kept so that a second question costs its own words only.

It holds what was on the screen: dropped when the screen is locked or nobody has asked for a while.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from transformers.cache_utils import Cache

from assistant.engine.caches import cache_bytes
from assistant.engine.prompt import Prompt

MOST_WINDOWS = 4
MOST_BYTES = 1 << 30  # 40 KiB a token in a 9 B model: 26,000 tokens


@dataclass(frozen=True, slots=True, repr=False)
class Prefix:
    """The beginning of a prompt, read."""

    before: str
    pictures: bytes
    ids: torch.Tensor
    types: Mapping[str, torch.Tensor]
    cache: Cache
    rope_deltas: torch.Tensor | None
    """GLM-V and Qwen-VL keep this on the model, not in the cache: another picture's makes answers silently wrong."""

    def begins(self, prompt: Prompt) -> bool:
        """Whether a prompt begins with exactly this."""
        length = self.ids.shape[1]
        ids = prompt.inputs["input_ids"]
        return (
            self.pictures == prompt.pictures and length < ids.shape[1] and bool(torch.equal(self.ids, ids[:, :length]))
        )

    @property
    def bytes(self) -> int:
        """How much memory it takes."""
        return cache_bytes(self.cache)


class Prefixes:
    """The last few prefixes, one for each window."""

    def __init__(self, most: int = MOST_WINDOWS, most_bytes: int = MOST_BYTES) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._kept: OrderedDict[str, Prefix] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, window: str) -> Prefix | None:
        """Return what was read of a window last."""
        return self._kept.get(window)

    def find(self, window: str, prompt: Prompt) -> Prefix | None:
        """Return what a prompt about a window begins with, if that was read."""
        found = self._kept.get(window)
        if found is None or not found.begins(prompt):
            return None
        self._kept.move_to_end(window)
        return found

    def keep(self, window: str, prefix: Prefix) -> None:
        """Keep a window's prefix, and let go of those that were not asked about for longest."""
        self._kept.pop(window, None)
        self._kept[window] = prefix
        while len(self._kept) > self._most or (len(self._kept) > 1 and self._bytes() > self._most_bytes):
            self._kept.popitem(last=False)

    def drop(self) -> None:
        """Forget all."""
        self._kept.clear()

    def _bytes(self) -> int:
        return sum(prefix.bytes for prefix in self._kept.values())
