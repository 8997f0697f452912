"""The screen: which windows there are, and what a notification says. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.explain.care import needs_adult
from assistant.explain.choices import Options, advise, take, tell_each
from assistant.explain.knowledge import recognise
from assistant.explain.reading import read
from assistant.explain.shown import MESSAGE_CHARACTERS, clean, folded, says_something
from assistant.explain.wording import Wording, wording
from assistant.profile import Profile
from assistant.scene import Scene, Window
from assistant.sentence import Sentence

_MOST_WINDOWS = 10


def explain_screen(
    windows: Sequence[Window], profile: Profile, language: str, active: int | None = None
) -> tuple[Sentence, ...]:
    """Say how many windows there are, which is in front (`active`, from 0), and which are behind it."""
    told = wording(profile, language)
    if not windows:
        return (told.sentence("no_windows"),)
    sentences = [told.sentence("windows", count=len(windows))]
    front = windows[active] if active is not None and 0 <= active < len(windows) else None
    if front is not None:
        sentences.append(told.sentence("in_front", window=_called(front, told)))
    others = [window for window in windows if window is not front]
    names = [_called(window, told) for window in others[:_MOST_WINDOWS]]
    if len(others) > _MOST_WINDOWS:
        names.append(told.text("more_windows", count=len(others) - _MOST_WINDOWS))
    if names:
        key = "others" if front is not None else "all_windows"
        sentences.append(told.sentence(key, windows=told.words.separated(names, "choices")))
    return tuple(sentences)


def explain_notification(text: str, application: str, profile: Profile, language: str) -> tuple[Sentence, ...]:
    """Say what a notification says and who sent it; nothing if it says nothing."""
    told = wording(profile, language)
    said = clean(text, MESSAGE_CHARACTERS)
    if not says_something(said):
        return ()
    name = told.application(Window(application=application))
    key = "notification" if name else "notification_of_nobody"
    return (told.sentence(key, application=name, text=said),)


def explain_choices(scene: Scene, profile: Profile, language: str) -> tuple[Sentence, ...]:
    """Say every choice of a window, what it does and how to take it."""
    told = wording(profile, language)
    reading = read(scene)
    known = None if scene.window.is_locked_screen else recognise(scene)
    options = Options(reading, known)
    if not options.all:
        return (told.sentence("no_choices"),)
    if told.is_for_child and needs_adult(reading, known):
        way_out, advice = options.way_out, advise(options, told)
        if advice:
            return advice
        if way_out is None:
            return (told.sentence("fetch"),)
        return (told.sentence("fetch_or", take=take(way_out, options, told), mentions=(way_out.id,)),)
    return (*tell_each(options, told), *advise(options, told))


def _called(window: Window, wording: Wording) -> str:
    title, application = clean(window.title), wording.application(window)
    if not says_something(title):
        return application or wording.text("window_of_nobody_untitled").rstrip(".。")
    if not application or folded(application) in folded(title):
        return wording.name(title)
    return wording.text("window_of", title=wording.name(title), application=application)
