"""The KV caches that a model can read with: as it computes them, or in 8 bit; and how one goes on from another.

transformers' own quantised caches (5.23) quantise again what they hold each time that 128 tokens have come, so that an
answer depends on how its prompt was cut up, and one that goes on from a kept prefix differs; they need optimum-quanto
or HQQ, and were 1.3 to 100 times as slow here. Ours quantises each token once, by itself.
"""

from __future__ import annotations

import copy
from typing import Any

import torch
from transformers import DynamicCache
from transformers.cache_utils import Cache, DynamicLayer, DynamicSlidingWindowLayer

from assistant.engine.devices import KvCache

GROUP = 64  # numbers that share a scale: one of 16 bit for each, so 3 % more than 8 bit
_LARGEST = 127.0


class Int8Layer(DynamicLayer):
    """Keys and values in 8 bit: for each token and head, and each 64 of its numbers, one scale.

    What attention reads is always what was stored, of new tokens too: reading a prompt in one go, or the rest of it
    after a kept prefix, then comes to the same. Tensors grow by being joined, never in place (see `fork`).
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # transformers'

    def lazy_initialization(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        """Remember what the stored numbers are to become again."""
        self.dtype, self.device = key_states.dtype, key_states.device
        self.keys, self._key_scales = _quantised(key_states[..., :0, :])
        self.values, self._value_scales = _quantised(value_states[..., :0, :])
        self.is_initialized = True

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *_args: Any, **_options: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Store new tokens' keys and values, shape (batch, heads, tokens, numbers); return all, as they were stored."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        keys, key_scales = _quantised(key_states)
        values, value_scales = _quantised(value_states)
        assert self.keys is not None
        assert self.values is not None
        self.keys, self.values = torch.cat((self.keys, keys), dim=-2), torch.cat((self.values, values), dim=-2)
        self._key_scales = torch.cat((self._key_scales, key_scales), dim=-2)
        self._value_scales = torch.cat((self._value_scales, value_scales), dim=-2)
        return self.restored()

    def restored(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Return all keys and values, as they were stored."""
        assert self.keys is not None
        assert self.values is not None
        return self._restored(self.keys, self._key_scales), self._restored(self.values, self._value_scales)

    def crop(self, tokens_to_remove: int) -> None:
        """Remove the last tokens; the number is negative, as transformers has it."""
        super().crop(tokens_to_remove)
        if tokens_to_remove and self.is_initialized:
            self._key_scales = self._key_scales[..., :tokens_to_remove, :]
            self._value_scales = self._value_scales[..., :tokens_to_remove, :]

    def _restored(self, stored: torch.Tensor, scales: torch.Tensor) -> torch.Tensor:
        groups = stored.reshape(*scales.shape, stored.shape[-1] // scales.shape[-1])
        restored: torch.Tensor = (groups.to(self.dtype) * scales.to(self.dtype).unsqueeze(-1)).flatten(-2)
        return restored


def new_cache(network: Any, kind: KvCache) -> Cache:
    """Return an empty cache for a model. Layers that keep little, as a convolution's, are the same in 8 bit."""
    cache = DynamicCache(config=network.config.get_text_config())
    if kind == "int8":
        cache.layers = [Int8Layer() if type(layer) is DynamicLayer else layer for layer in cache.layers]
    return cache


def fork(cache: Cache) -> Cache:
    """Return a cache that goes on from another, which stays as it is; no copy where layers never write in place."""
    forked = copy.copy(cache)
    forked.layers = [
        copy.copy(layer) if type(layer) in _NEVER_WRITTEN_IN_PLACE else copy.deepcopy(layer) for layer in cache.layers
    ]
    return forked


def cache_bytes(cache: Cache) -> int:
    """Return how much memory a cache takes."""
    return sum(tensor.nbytes for layer in cache.layers for tensor in _tensors(layer))


_NEVER_WRITTEN_IN_PLACE = (DynamicLayer, DynamicSlidingWindowLayer, Int8Layer)  # they join old and new


def _quantised(states: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return states as 8 bit numbers of the same shape, and their scales: one for each group of the last dimension."""
    width = states.shape[-1]
    size = GROUP if width % GROUP == 0 else width
    groups = states.reshape(*states.shape[:-1], width // size, size).float()
    scales = (groups.abs().amax(-1) / _LARGEST).clamp(min=torch.finfo(torch.bfloat16).tiny).to(torch.bfloat16)
    stored = (groups / scales.float().unsqueeze(-1)).round().clamp(-_LARGEST, _LARGEST)
    return stored.to(torch.int8).flatten(-2), scales


def _tensors(layer: Any) -> list[torch.Tensor]:
    found = [one for held in vars(layer).values() for one in (held if isinstance(held, list | tuple) else [held])]
    return [one for one in found if isinstance(one, torch.Tensor)]
