"""Wording: the words of one language in one person's style; what all the tellers are given."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.explain.language import Words, words
from assistant.explain.shown import application_name, clean
from assistant.profile import Profile, Style
from assistant.scene import Window
from assistant.sentence import Origin, Sentence

_PLAIN_KEYS = frozenset({"Return", "Enter", "KP_Enter", "Escape", "Esc", "space", "Space"})


@dataclass(frozen=True, slots=True)
class Wording:
    """How to put things for one profile in one language."""

    words: Words
    profile: Profile

    @property
    def style(self) -> Style:
        return self.profile.style

    @property
    def is_technical(self) -> bool:
        return self.profile.style == "technician"

    @property
    def is_for_child(self) -> bool:
        return self.profile.style == "child"

    def text(self, key: str, /, **slots: object) -> str:
        """Return a part of a sentence."""
        return self.words.sentence(key, self.style, **slots)

    def sentence(
        self, key: str, /, *, mentions: tuple[int, ...] = (), origin: Origin = "facts", **slots: object
    ) -> Sentence:
        """Return a whole sentence from its template."""
        return self.ended(self.text(key, **slots), mentions=mentions, origin=origin)

    def ended(self, text: str, *, mentions: tuple[int, ...] = (), origin: Origin = "facts") -> Sentence:
        """Return a sentence with its full stop."""
        return Sentence(self.words.ended(text), self.words.language, origin, tuple(dict.fromkeys(mentions)))

    def name(self, name: str) -> str:
        """Return a name from the window as it stands inside a sentence of ours."""
        return self.words.sign(name) or self.words.quote(clean(name))

    def application(self, window: Window) -> str:
        return application_name(window.application, exact=self.profile.say.application)

    def state(self, state: str) -> str:
        return self.words.state(state, exact=self.profile.say.exact_states)

    def key(self, keys: str) -> str:
        return self.words.key(keys)


def wording(profile: Profile, language: str) -> Wording:
    """Return the wording of a profile in a language; in English where Sightline has no words for it."""
    return Wording(words(language), profile)


def is_plain_key(keys: str) -> bool:
    """Say whether this is Enter, Escape or Space, which everyone can be told to press."""
    return keys in _PLAIN_KEYS
