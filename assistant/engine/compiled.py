"""Answer with a compiled model: its steps one after another as one program, on a cache that stays where it is.

For GPUs, where a step of a small model is mostly the starting of some hundred kernels. transformers compiles by itself
where it is given a `StaticCache`; here is one, lent to each answer and filled with what was read of the window, so
that kept prefixes stay as small as they are. Lookup in the prompt does not go with it: its steps vary in length.
"""

from __future__ import annotations

from typing import Any

from transformers import StaticCache
from transformers.cache_utils import Cache, DynamicLayer
from transformers.generation.configuration_utils import CompileConfig

from assistant.engine.caches import Int8Layer, new_cache

MOST_TOKENS = 4096  # of prompt and answer; a longer one is not compiled. 160 MB for a 9 B model


class Compiled:
    """The cache of a compiled model, lent to one answer at a time."""

    def __init__(self, network: Any, *, backend: str = "inductor", tokens: int = MOST_TOKENS) -> None:
        text = network.config.get_text_config()
        self.tokens = min(tokens, int(getattr(text, "max_position_embeddings", 0)) or tokens)
        make: Any = StaticCache  # untyped
        self._cache: Any = make(config=text, max_cache_len=self.tokens)
        config: Any = CompileConfig(backend=backend, mode="reduce-overhead" if backend == "inductor" else "default")
        config._compile_all_devices = True  # noqa: SLF001 - devices.py has chosen; transformers would not on a CPU
        self.options: dict[str, Any] = {"compile_config": config}

    def going_on_from(self, read: Cache | None) -> Cache:
        """Return the cache, holding what was read or nothing. What it held before is gone."""
        self._cache.reset()
        for number, layer in enumerate(read.layers if read else ()):
            self._cache.update(*_states(layer), number)
        lent: Cache = self._cache
        return lent


def can_be_compiled(network: Any) -> bool:
    """Whether every layer keeps all tokens: only such layers can be filled with what another cache holds."""
    return all(type(layer) is DynamicLayer for layer in new_cache(network, "full").layers)


def _states(layer: Any) -> tuple[Any, Any]:
    return layer.restored() if isinstance(layer, Int8Layer) else (layer.keys, layer.values)
