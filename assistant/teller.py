"""Teller: one person's profile and languages, and the way from sentences to the queue of speech."""

from __future__ import annotations

from collections.abc import AsyncIterable, Sequence
from pathlib import Path

from assistant import explain
from assistant.config import Config
from assistant.profile import Profile, load_profile, profile_names
from assistant.scene import Scene
from assistant.sentence import Priority, Sentence
from assistant.speak.queue import About
from assistant.speak.speech import Speech


class Teller:
    """Says things as the person wants them said."""

    def __init__(
        self, speech: Speech, config: Config, *, profile_folders: tuple[Path, ...], session_locale: str
    ) -> None:
        self.speech = speech
        self._config, self._folders, self._session_locale = config, profile_folders, session_locale
        self.profile = load_profile(config.profile, profile_folders)
        self._loaded: dict[str, Profile] = {}
        for own in config.applications.values():
            self._profile_of(own.profile)  # a wrong name is said at the start, not when that window opens

    @property
    def profiles(self) -> tuple[str, ...]:
        """The names of all profiles there are, the shipped ones first."""
        return profile_names(self._folders)

    def set_profile(self, name: str) -> None:
        """Change the profile and say so in its own voice; WrongSettings if there is none of this name."""
        self.profile = load_profile(name, self._folders)
        titles = self.profile.title
        self.message("style_changed", style=titles.get(self.language) or titles.get("en") or name)

    def next_profile(self) -> None:
        """Change to the profile after this one."""
        names = self.profiles
        place = names.index(self.profile.name) + 1 if self.profile.name in names else 0
        self.set_profile(names[place % len(names)])

    @property
    def language(self) -> str:
        """The language for what is ours."""
        return explain.choose_language(self.profile.language, "", self._session_locale)

    def manner(self, scene: Scene) -> tuple[Profile, str]:
        """Return the profile and the language in which this window is to be explained."""
        profile = self._profile_of(self._config.application(scene.window.application).profile)
        return profile, explain.choose_language(profile.language, scene.window.locale, self._session_locale)

    def _profile_of(self, name: str | None) -> Profile:
        if name is None:
            return self.profile
        if name not in self._loaded:
            self._loaded[name] = load_profile(name, self._folders)
        return self._loaded[name]

    def say(
        self,
        sentences: Sequence[Sentence],
        *,
        profile: Profile | None = None,
        priority: Priority = "message",
        about: About | None = None,
        number: int | None = None,
        is_remembered: bool = True,
        then: AsyncIterable[Sentence] | None = None,
    ) -> None:
        """Hand sentences to the queue. `number` is from `speech.begin`, when the event came that they answer.

        What comes from `then` belongs to them and follows, as it comes.
        """
        if sentences or then is not None:
            self.speech.set_profile(profile or self.profile)
            self.speech.say(
                sentences, priority=priority, about=about, number=number, is_remembered=is_remembered, then=then
            )

    def message(self, key: str, /, **values: object) -> None:
        """Say something of our own, in the person's language. It is not what "repeat" and "copy" mean."""
        self.say((explain.message(key, self.language, **values),), is_remembered=False)

    def spoken_keys(self, keys: str) -> str:
        """Return a key as it is said in the person's language."""
        return explain.spoken_keys(keys, self.language)

    def text(self, text: str) -> None:
        """Say a text that the person gave, or an error's own words."""
        self.say((Sentence(text, self.language, "sightline"),))
