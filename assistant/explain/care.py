"""When a child is not to decide alone: passwords, money, installing. Pure."""

from __future__ import annotations

from assistant.explain.language import grown_up_words
from assistant.explain.reading import Reading
from assistant.explain.recognition import Recognition
from assistant.explain.roles import is_secret
from assistant.explain.shown import WHOLE_CHARACTERS, clean
from assistant.scene import Element


def needs_adult(reading: Reading, known: Recognition | None) -> bool:
    """Say whether a child is to fetch a grown-up for this window."""
    if reading.has_secret or (known is not None and known.needs_adult):
        return True
    if not reading.is_dialog and known is None:
        return False
    texts = [reading.title, *(text for text, _ in reading.message), *(choice.name for choice in reading.choices)]
    return any(is_grown_up(text) for text in texts)


def is_for_adults(element: Element, known: Recognition | None) -> bool:
    """Say whether a child is to fetch a grown-up before using this control."""
    choice = known.choice(element.id) if known else None
    if choice is not None:
        return choice.needs_adult or choice.is_irreversible
    if known is not None and known.needs_adult:
        return True
    return is_secret(element) or is_grown_up(element.name)


def is_grown_up(text: str) -> bool:
    """Say whether a text is about passwords or money, in any language that Sightline speaks."""
    return bool(grown_up_words().search(clean(text, WHOLE_CHARACTERS)))
