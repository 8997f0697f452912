"""What a control without a name shows: words that were read from its picture, or what its icon looks like. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.explain.roles import CHOSEN, role_of
from assistant.explain.shown import clean, word_count
from assistant.explain.wording import Wording
from assistant.scene import Element, Likeness
from assistant.sentence import Sentence

_NO_BUTTONS = CHOSEN | {"check box", "check menu item"}


def telegram_of(likeness: Likeness, kind: str, wording: Wording) -> str:
    """Return "unlabelled button, it shows “Play”", to stand inside a sentence."""
    if _is_written(likeness):
        return wording.text("telegram_shows", role=kind, words=_quoted(likeness, wording))
    return wording.text("telegram_inferred", role=kind, name=_drawn(likeness, wording))


def choice_of(likeness: Likeness, wording: Wording) -> str:
    """Return "an unlabelled button that shows “Play”", to stand among other choices."""
    if _is_written(likeness):
        return wording.text("unlabelled_shows", words=_quoted(likeness, wording))
    return wording.text("unlabelled_like", name=_drawn(likeness, wording))


def sentence_of(element: Element, likeness: Likeness, wording: Wording) -> Sentence:
    """Return "It shows the word “Play”." or "It looks like settings.", to follow the control's facts."""
    ids = (element.id,)
    if _is_written(likeness):
        words = _quoted(likeness, wording)
        return wording.sentence("shows_words", words=words, count=word_count(likeness.text), mentions=ids)
    return wording.sentence("looks_like", name=_drawn(likeness, wording), mentions=ids)


def sentences_of(elements: Sequence[Element], wording: Wording) -> tuple[Sentence, ...]:
    """Return what all controls without a name show: one sentence for words, one for icons."""
    shown = [(element, element.looks_like) for element in elements if element.looks_like is not None]
    written = [(element, _quoted(likeness, wording)) for element, likeness in shown if _is_written(likeness)]
    drawn = [(element, _drawn(likeness, wording)) for element, likeness in shown if not _is_written(likeness)]
    are_buttons = not any(role_of(element) in _NO_BUTTONS for element, _ in written)
    key = "buttons_show" if are_buttons else "controls_show"
    return (*_together(key, written, wording), *_together("look_like", drawn, wording))


def _together(key: str, told: Sequence[tuple[Element, str]], wording: Wording) -> tuple[Sentence, ...]:
    if not told:
        return ()
    names = wording.words.join([name for _, name in told])
    ids = tuple(element.id for element, _ in told)
    return (wording.sentence(key, names=names, count=len(told), number=len(told), mentions=ids),)


def _is_written(likeness: Likeness) -> bool:
    """Say whether there are words: a single letter may be an icon that looks like one."""
    return len(likeness.text) > 1


def _drawn(likeness: Likeness, wording: Wording) -> str:
    return _quoted(likeness, wording) if likeness.text else wording.words.icon(likeness.meaning)


def _quoted(likeness: Likeness, wording: Wording) -> str:
    """Return the words in quotation marks: the picture's, not ours, and no name."""
    return wording.text("content", text=clean(likeness.text).replace("“", "‘").replace("”", "’"))
