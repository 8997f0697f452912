"""What can be chosen in a window, what each choice does, and by which key. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.explain import unlabelled
from assistant.explain.care import is_for_adults
from assistant.explain.control import has_name, name_of
from assistant.explain.language import labels
from assistant.explain.reading import Reading, row_of
from assistant.explain.recognition import TAKE, Choice, Recognition
from assistant.explain.roles import BUTTONS, is_unavailable, role_of
from assistant.explain.shown import clean, folded, says_something
from assistant.explain.wording import Wording, is_plain_key
from assistant.scene import Element
from assistant.sentence import Sentence

ENTER, ESCAPE = "Enter", "Escape"


@dataclass(frozen=True)
class Options:
    """The choices of a window and what is known of them."""

    reading: Reading
    known: Recognition | None = None
    has_keyboard: bool = True
    """Whether keys go to this window: to one that does not have them, no key may be told."""

    @cached_property
    def all(self) -> tuple[Element, ...]:
        """The choices in reading order: the buttons of a dialog, and what the knowledge calls a choice."""
        numbers = {element.id for element in self.reading.choices} if self._are_all_choices else set[int]()
        if self.known is not None:
            numbers |= {choice.element_id for choice in self.known.choices}
            numbers = set() if self.is_bait else numbers
        elements = self.reading.scene.elements
        return tuple(elements[number - 1] for number in sorted(numbers) if 1 <= number <= len(elements))

    @property
    def _are_all_choices(self) -> bool:
        """Whether every button answers: not in a window of which the knowledge tells us which ones do."""
        return self.known is None or self.reading.is_dialog

    @property
    def is_bait(self) -> bool:
        """Whether the buttons are not to be offered: what claims something, and offers nothing that we know of."""
        return self.known is not None and self.known.is_claim and self.known.needs_adult and not self.known.choices

    @cached_property
    def available(self) -> tuple[Element, ...]:
        return tuple(element for element in self.all if not is_unavailable(element))

    @cached_property
    def unavailable(self) -> tuple[Element, ...]:
        return tuple(element for element in self.all if is_unavailable(element))

    @property
    def is_asked(self) -> bool:
        """Whether the buttons answer something, and are not merely there."""
        return self.reading.is_dialog or self.default is not None

    @cached_property
    def focus(self) -> Element | None:
        """The choice that has the focus, if one has."""
        return next((element for element in self.available if element.id == self.reading.scene.focus), None)

    @cached_property
    def default(self) -> Element | None:
        number = self.reading.scene.default
        told = next((element for element in self.available if element.id == number), None)
        marked = [element for element in self.available if element.has("is-default")]
        return told or (marked[0] if len(marked) == 1 else None)

    @cached_property
    def safe(self) -> Element | None:
        """The choice to take when in doubt: what the knowledge calls safe."""
        choice = self.known.safe if self.known else None
        return next((element for element in self.available if choice and element.id == choice.element_id), None)

    @cached_property
    def way_out(self) -> Element | None:
        """The choice that changes nothing: the safe one, else the one that Escape takes."""
        cancelling = (element for element in self.available if element.id == self._cancels)
        return self.safe or next(cancelling, None)

    def choice(self, element: Element) -> Choice | None:
        return self.known.choice(element.id) if self.known else None

    def key(self, element: Element, *, own_first: bool = False) -> str:
        """Return the key that takes a choice, "" if none is known.

        Enter takes the focused button, and the default while the focus is in a single line. Escape cancels a dialog.
        """
        if not self.has_keyboard:
            return ""
        own = element.keys[0] if element.keys else ""
        if own_first and own:
            return own
        if self._takes_enter == element.id and not own_first:
            return ENTER
        if element.id == self._cancels:
            return ESCAPE
        return own

    @cached_property
    def _takes_enter(self) -> int | None:
        focused = self.reading.scene.focused
        if focused is not None and role_of(focused) in BUTTONS:
            return focused.id
        if focused is None or role_of(focused) in ("text", "password text", "label"):
            return self.default.id if self.default else None
        return None

    @cached_property
    def _cancels(self) -> int | None:
        """The one choice that Escape takes: GTK, Qt and browsers all cancel their dialogs so."""
        if not self.reading.is_dialog:
            return None
        cancelling = [element.id for element in self.all if folded(element.name) in labels("cancel")]
        return cancelling[0] if len(cancelling) == 1 else None


# ---- choices whose meaning is known -----------------------------------------------------------------------------


def tell_known(options: Options, wording: Wording) -> Iterator[Sentence]:
    """Say what each choice does and how to take it; what can't be undone comes last and is warned of first.

    What the advice has just told to take is not told again.
    """
    shown = [element for element in _in_telling_order(options) if _is_told(element, options, wording)]
    plain = [element for element in shown if not does_of(element, options, wording)]
    advised = {number for sentence in advise(options, wording) for number in sentence.mentions}
    limit = wording.profile.say.max_choices
    known = [element for element in shown if element not in plain and element.id not in advised]
    for element in known[:limit]:
        yield _known(element, options, wording)
    left = len(known[limit:])
    if plain or left:
        yield _also(plain, left, options, wording)
    if not wording.is_for_child:
        yield from _tell_unavailable(options, wording)


def take(element: Element, options: Options, wording: Wording) -> str:
    """Return "press Escape" or "choose Cancel"."""
    key = options.key(element)
    if key and (is_plain_key(key) or wording.profile.say.keys != "never"):
        return wording.text("take_key", key=wording.key(key))
    return wording.text("take_name", name=_name(element, options, wording))


def _take_advised(element: Element, options: Options, wording: Wording) -> str:
    """Return how to take a choice; by name too where it is the best one, and no way out that everyone knows."""
    choice, key = options.choice(element), options.key(element)
    if choice is None or not choice.is_recommended or not is_plain_key(key):
        return take(element, options, wording)
    return wording.text("take_recommended", name=_name(element, options, wording), key=wording.key(key))


def advise(options: Options, wording: Wording) -> tuple[Sentence, ...]:
    """Say what is best to do and why, where the knowledge supports it."""
    advice = options.known.advice if options.known else None
    text = advice.phrase.text(wording.style, wording.words.language) if advice else ""
    if not advice or not text:
        return ()
    ids: tuple[int, ...] = ()
    if TAKE in text:
        if advice.take is None or all(element.id != advice.take for element in options.available):
            return ()
        ids = (advice.take,)
        text = text.replace(TAKE, _take_advised(options.reading.scene.element(advice.take), options, wording))
    return (wording.ended(text, mentions=ids, origin="knowledge"),)


def _known(element: Element, options: Options, wording: Wording) -> Sentence:
    choice = options.choice(element)
    assert choice is not None
    key = _key(element, options, wording)
    how = "_key" if key and is_plain_key(key) else "_shortcut" if key else ""
    slots = {
        "name": _name(element, options, wording),
        "does": does_of(element, options, wording),
        "key": wording.key(key),
    }
    if choice.is_irreversible:
        warning = choice.warning.text(wording.style, wording.words.language) or wording.text("irreversible")
        return wording.sentence(f"warned{how}", mentions=(element.id,), origin="knowledge", warning=warning, **slots)
    is_way_out = options.safe == element and options.focus != element
    template = f"does_safe{how}" if is_way_out and how != "_shortcut" else f"does{how}"
    return wording.sentence(template, mentions=(element.id,), origin="knowledge", **slots)


def _in_telling_order(options: Options) -> list[Element]:
    """The one that Enter takes first, then what does no harm, then the way out, what can't be undone last."""

    def rank(element: Element) -> int:
        choice = options.choice(element)
        if options.key(element) == ENTER or element == options.focus:
            return 0
        if choice is None:
            return 4
        if choice.is_irreversible:
            return 5
        if choice.is_recommended:
            return 1
        return 3 if choice.is_safe else 4 if choice.needs_adult else 2

    return sorted(options.available, key=rank)


def _is_told(element: Element, options: Options, wording: Wording) -> bool:
    if not has_name(element):
        return False
    if not wording.is_for_child:
        return True
    return bool(does_of(element, options, wording)) and not is_for_adults(element, options.known)


def does_of(element: Element, options: Options, wording: Wording) -> str:
    """Return what a choice does, "" if that is not known."""
    choice = options.choice(element)
    return choice.does.text(wording.style, wording.words.language) if choice else ""


def _also(elements: list[Element], more: int, options: Options, wording: Wording) -> Sentence:
    names = [_name(element, options, wording) for element in elements]
    if more:
        names.append(wording.text("more_choices", count=more))
    return wording.sentence(
        "choices_other", choices=wording.words.join(names, "and"), mentions=tuple(element.id for element in elements)
    )


# ---- choices of which the names are known alone -------------------------------------------------------------------


def tell_names(options: Options, wording: Wording) -> Iterator[Sentence]:
    """Say which choices there are and which is the default: facts alone."""
    shown = [element for element in options.available if has_name(element)]
    unnamed = len(options.available) - len(shown)
    limit = wording.profile.say.max_choices
    told, more = shown[:limit], max(0, len(shown) - limit)
    names = [_name(element, options, wording) for element in told]
    if unnamed:
        names += _unlabelled([element for element in options.available if element not in shown], wording)
    if more:
        names.append(wording.text("more_choices", count=more))
    if names:
        yield _names(names, tuple(told), options, wording)
    if not (wording.is_for_child and names):
        yield from _tell_unavailable(options, wording)


def _unlabelled(elements: Sequence[Element], wording: Wording) -> list[str]:
    """Name those that show words or an icon that tells something, and count the others."""
    told = [_unlabelled_one(element, wording) for element in elements if element.looks_like is not None]
    silent = len(elements) - len(told)
    return [*told, wording.text("unlabelled", count=silent)] if silent else told


def _unlabelled_one(element: Element, wording: Wording) -> str:
    """Return "an unlabelled button that shows “Play”"."""
    likeness = element.looks_like
    return wording.text("unlabelled_one") if likeness is None else unlabelled.choice_of(likeness, wording)


def _names(names: list[str], told: tuple[Element, ...], options: Options, wording: Wording) -> Sentence:
    ids = tuple(element.id for element in told)
    if not options.is_asked:
        key = "button" if len(names) == 1 else "buttons"
        return wording.sentence(key, choices=wording.words.join(names), mentions=ids)
    if len(names) == 1:
        is_enter = bool(told) and options.key(told[0]) == ENTER
        return wording.sentence("choice_enter" if is_enter else "choice", choices=names[0], mentions=ids)
    joined = wording.words.join(names, "or")
    if options.default in told and options.default is not None:
        return wording.sentence(
            "choices_default", choices=joined, default=_name(options.default, options, wording), mentions=ids
        )
    return wording.sentence("choices", choices=joined, mentions=ids)


def _tell_unavailable(options: Options, wording: Wording) -> Iterator[Sentence]:
    elements = [element for element in options.unavailable if has_name(element)]
    if not elements:
        return
    limit = wording.profile.say.max_choices
    names = [_name(element, options, wording) for element in elements[:limit]]
    if len(elements) > limit:
        names.append(wording.text("more_choices", count=len(elements) - limit))
    ids = tuple(element.id for element in elements[:limit])
    yield wording.sentence("choices_unavailable", choices=wording.words.join(names), count=len(names), mentions=ids)


# ---- choices as a technician hears them ----------------------------------------------------------------------------


def tell_exactly(options: Options, wording: Wording, *, after_focus: bool) -> Iterator[Sentence]:
    """Say "Also Cancel, Escape; Close without Saving, irreversible, Alt W." in the window's own words."""
    others = [element for element in options.all if not (after_focus and element == options.focus)]
    limit = wording.profile.say.max_choices
    told = others[:limit]
    entries = [exact_choice(element, options, wording) for element in told]
    if len(others) > limit:
        entries.append(wording.text("more_choices", count=len(others) - limit))
    if not entries:
        return
    key = "choices_also" if after_focus and options.focus else "choice" if len(entries) == 1 else "choices"
    ids = tuple(element.id for element in told)
    yield wording.sentence(key, choices=wording.words.separated(entries, "choices"), mentions=ids)


def exact_choice(element: Element, options: Options, wording: Wording) -> str:
    """Return "Save, default, Alt S"."""
    choice = options.choice(element)
    key = options.key(element, own_first=True) if wording.profile.say.keys != "never" else ""
    is_named = has_name(element)
    parts = [_name(element, options, wording) if is_named else _unlabelled_one(element, wording)]
    if element == options.default:
        parts.append(wording.state("default"))
    if is_unavailable(element):
        parts.append(wording.state("unavailable"))
    if choice is not None and choice.is_irreversible:
        parts.append(wording.state("irreversible"))
    return wording.words.separated([*parts, wording.key(key)])


# ---- each choice by itself, when asked for --------------------------------------------------------------------------


def tell_each(options: Options, wording: Wording) -> Iterator[Sentence]:
    """Say each choice in a sentence of its own: what it does, its description, its key. None is left out."""
    for element in options.all:
        if does_of(element, options, wording) and _is_told(element, options, wording) and not is_unavailable(element):
            yield _known(element, options, wording)
            continue
        text = exact_choice(element, options, wording)
        if wording.is_for_child and is_for_adults(element, options.known):
            text = wording.words.separated([text, wording.text("for_adults")])
        if says_something(element.description) and says_something(element.name) and _adds(element):
            text = wording.text("described", name=text, description=clean(element.description))
        yield wording.ended(text, mentions=(element.id,))


def _key(element: Element, options: Options, wording: Wording) -> str:
    key = options.key(element)
    return key if is_plain_key(key) or wording.profile.say.keys != "never" else ""


def _name(element: Element, options: Options, wording: Wording) -> str:
    """Return the name of a choice; of two with one name, with what each stands beside."""
    name = wording.name(name_of(element))
    if sum(folded(other.name) == folded(element.name) for other in options.all) < 2:
        return name
    row = row_of(options.reading.scene, element)
    return wording.text("same_name", name=name, row=wording.name(row)) if row else name


def _adds(element: Element) -> bool:
    """Whether the description says more than the name."""
    return folded(element.description) not in folded(element.name)
