"""Sightline's own words: about itself, not about the screen."""

from __future__ import annotations

from assistant.explain.language import words
from assistant.sentence import Sentence


def message(key: str, language: str, /, **values: object) -> Sentence:
    """Return one of Sightline's own messages; KeyError for one that there is not."""
    spoken = words(language)
    text = spoken.ended(spoken.text("messages", key, "plain-language", **values))
    return Sentence(text, spoken.language, origin="sightline")


def spoken_keys(keys: str, language: str) -> str:
    """Return a key as people say it: "Super+Alt+W" is "Super Alt W"."""
    return words(language).key(keys)
