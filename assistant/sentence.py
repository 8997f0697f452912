"""Sentence: something to say, which elements it mentions, where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Origin = Literal["facts", "knowledge", "model", "sightline"]
"""facts: read off the window. knowledge: our files on kinds of dialogs. model: the VLM, after
the guard. sightline: about ourselves ("Paused.")."""

Priority = Literal["important", "message", "text", "notification", "progress"]
"""SSIP's names, https://htmlpreview.github.io/?https://github.com/brailcom/speechd/blob/master/doc/ssip.html"""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in one language, ready to be spoken. `mentions` are ids of elements of its Scene."""

    text: str
    language: str = "en"
    origin: Origin = "facts"
    mentions: tuple[int, ...] = ()

    def __repr__(self) -> str:
        return f"Sentence({len(self.text)} characters, {self.language!r}, {self.origin!r}, mentions={self.mentions})"
