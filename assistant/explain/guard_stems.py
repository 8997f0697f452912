"""English words without their endings: rough, and the same for both sides of a comparison."""

from __future__ import annotations

_ENDINGS = ("ing", "ies", "ied", "es", "ed", "er", "ly", "s", "e", "y")
_SHORTEST_STEM = 3


def stem(word: str) -> str:
    """Return an English word without its ending: rough, and the same for both sides of a comparison."""
    word = word.removesuffix("'s").replace("-", "")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word.removesuffix(ending)
            break
    for ending in ("e", "y", "i"):
        if word.endswith(ending) and len(word) > _SHORTEST_STEM:
            return word.removesuffix(ending)
    return word[:-1] if len(word) > _SHORTEST_STEM and word[-1] == word[-2] else word
