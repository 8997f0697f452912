"""Sightline's own words: about itself, not about the screen; and getting ready to find any."""

from __future__ import annotations

from assistant.explain import knowledge
from assistant.explain.care import is_grown_up
from assistant.explain.language import labels, languages, words
from assistant.explain.shown import application_name, clean, says_something, without_address
from assistant.scene import Scene
from assistant.sentence import Sentence


def message(key: str, language: str, /, **values: object) -> Sentence:
    """Return one of Sightline's own messages; KeyError for one that there is not."""
    spoken = words(language)
    if application := values.get("application"):
        values["application"] = application_name(str(application), exact=False) or application
    text = spoken.ended(spoken.text("messages", key, "plain-language", **values))
    return Sentence(text, spoken.language, origin="sightline")


def explain_question(scene: Scene, language: str) -> Sentence:
    """Ask for the person's question about a window."""
    title = clean(without_address(scene.window.title)).rstrip(" ?？.。:：!！")
    name = title if says_something(title) else application_name(scene.window.application, exact=False)
    return message("question_about", language, window=name) if name else message("question", language)


def spoken_keys(keys: str, language: str) -> str:
    """Return a key as people say it: "Super+Alt+W" is "Super Alt W"."""
    return words(language).key(keys)


def warm() -> None:
    """Read all words and knowledge and compile the patterns, so that the first window does not wait for it.

    A tenth of a second of work; meant for a thread after the start. Harmless at any time.
    """
    for language in languages():
        words(language)
    for kind in ("title", "cancel", "acknowledge", "open", "password"):
        labels(kind)
    is_grown_up("")
    knowledge.warm()
    knowledge.knowledge().meanings("")
