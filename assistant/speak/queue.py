"""The speech queue as pure state, with no I/O: what is said next, what waits, what is dropped, what is cut.

Three rules:

1. Speech belongs to one person at one screen. What they do now counts; what was about another window, or
   another control, is stale and is never spoken.
2. Nothing that stays true is lost: whoever gives way to something more urgent goes on afterwards, from the
   beginning of the sentence that was cut.
3. One voice. Sentences of one utterance only are handed over at a time, at most AHEAD before they are heard.

The priorities have SSIP's names (speech-dispatcher's protocol) and its meaning where that fits one client:

    important     said at once; only `clear` cuts it. What it interrupts goes on afterwards (as NVDA's NOW).
    message       an answer, said in full: waits for earlier messages, replaces text.
    text          follows the person: newest wins. Waits for a message.
    notification  waits until everything else has been said, and gives way. SSIP drops it instead; ours are
                  what other applications tell, and a person who cannot see them must not lose them.
    progress      the newest alone waits, behind everything.

What an utterance is `About` goes before its priority (`_relation`): Orca's exceptions, NVDA's focus-loss rule.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Literal

from assistant.profile import Profile
from assistant.sentence import Priority, Sentence

AHEAD = 2
"""Sentences with the voice at a time: the one being heard, and the next so that no gap is added."""
LIMIT = 32
"""Utterances in the queue. Past it the least urgent loses, of these the oldest."""
NOTIFICATIONS = 4
"""Notifications that wait. Past it the oldest loses: twenty chat messages are not two minutes of speech."""

_RANK: dict[Priority, int] = {"important": 0, "message": 1, "text": 1, "notification": 2, "progress": 3}
_REPLACES: dict[Priority, frozenset[Priority]] = {
    "important": frozenset(),
    "message": frozenset(("text",)),
    "text": frozenset(("text",)),
    "notification": frozenset(),
    "progress": frozenset(("progress",)),
}
_FOLLOWS_THE_PERSON: frozenset[Priority] = frozenset(("message", "text"))
_CAN_BE_STALE: frozenset[Priority] = frozenset(("message", "text", "progress"))

_Fate = Literal["stays", "stale", "says it"]
"""Of something in the queue when something new comes: `says it` makes the new one needless."""


@dataclass(frozen=True, slots=True)
class About:
    """What an utterance is about: a control, or a window as a whole where `control` is None.

    `focus` is the control that a window's reading says has the focus: the focus event that follows
    the opening of a dialog is not said again.
    """

    window: Hashable
    control: Hashable | None = None
    focus: Hashable | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """Sentences said together. `number` is from `begin`, so it tells when the event came, not when it was worded."""

    number: int
    sentences: tuple[Sentence, ...]
    priority: Priority = "message"
    about: About | None = None
    is_remembered: bool = True
    """Whether `last` may be this."""
    profile: Profile | None = None
    """How it shall sound; nothing to the queue."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One sentence handed to the voice. `turn` tells it from the same sentence handed over before a cut."""

    sentence: Sentence
    place: int
    """In its utterance; the first is 0."""
    profile: Profile | None
    turn: int


@dataclass(frozen=True, slots=True)
class Added:
    """What became of an utterance. `is_cut`: the voice must fall silent before it is given anything more."""

    refused: Literal["", "late", "said already", "full"] = ""
    is_cut: bool = False


@dataclass(slots=True, eq=False)
class _Item:
    entry: Entry
    sentences: list[Sentence]
    is_complete: bool
    heard: int = 0
    handed: int = 0
    heard_early: set[int] = field(default_factory=set)
    """Places of sentences that ended before one that was handed over earlier."""

    @property
    def in_flight(self) -> int:
        return self.handed - self.heard

    @property
    def has_more(self) -> bool:
        return self.handed < len(self.sentences)

    @property
    def is_over(self) -> bool:
        return self.is_complete and self.heard == len(self.sentences)

    @property
    def rank(self) -> int:
        return _RANK[self.entry.priority]


class Queue:
    """The state. Every method that can drop what is being said returns whether it did."""

    def __init__(self) -> None:
        self._items: list[_Item] = []  # by rank, then by arrival
        self._being_said: _Item | None = None  # the one that has sentences in flight
        self._last: _Item | None = None
        self._newest: Entry | None = None
        self._turn = 0
        self._issued = 0
        self._cleared = 0

    def begin(self) -> int:
        """Return a number for an event that has just come; its utterance carries it."""
        self._issued += 1
        return self._issued

    def add(self, entry: Entry, *, is_complete: bool = True) -> Added:
        """Take an entry in, unless it is stale or said already, and drop what it makes stale.

        With `is_complete` False, more sentences come through `append` until `complete`.
        """
        if self._is_late(entry):
            return Added("late")
        said_already = False
        for item in tuple(self._items):
            fate = _fate(entry, item)
            said_already |= fate == "says it"
            if fate == "stale":
                self._items.remove(item)
        if entry.priority in _FOLLOWS_THE_PERSON and (not self._newest or entry.number > self._newest.number):
            self._newest = entry
        if said_already:
            return Added("said already", is_cut=self._cut_what_gave_way())
        item = _Item(entry, list(entry.sentences), is_complete)
        self._items.insert(sum(other.rank <= item.rank for other in self._items), item)
        self._drop_surplus()
        return Added("" if item in self._items else "full", is_cut=self._cut_what_gave_way(item))

    def append(self, entry: Entry, sentence: Sentence) -> bool:
        """Add a sentence to an utterance that is not complete; False if nobody wants it any more."""
        item = self._item(entry)
        if item is None:
            return False
        item.sentences.append(sentence)
        return True

    def complete(self, entry: Entry) -> None:
        """No more sentences come for this utterance."""
        if item := self._item(entry):
            item.is_complete = True
            self._drop_if_over(item)

    def next(self) -> Piece | None:
        """Return the sentence to hand to the voice now, or None if it has enough or there is none.

        While a stream is waited for, the voice is free for whoever is behind it.
        """
        item = self._being_said or next((item for item in self._items if item.has_more), None)
        if item is None or not item.has_more or item.in_flight >= AHEAD:
            return None
        self._being_said = item
        if item.entry.is_remembered:
            self._last = item
        place = item.handed
        item.handed += 1
        return Piece(item.sentences[place], place, item.entry.profile, self._turn)

    def is_wanted(self, piece: Piece) -> bool:
        """Tell whether a piece that was handed over is still to be heard."""
        return piece.turn == self._turn

    def heard(self, piece: Piece) -> None:
        """The voice has said this piece. One that was cut changes nothing."""
        item = self._being_said
        if not self.is_wanted(piece) or item is None:
            return
        item.heard_early.add(piece.place)
        while item.heard in item.heard_early:
            item.heard_early.remove(item.heard)
            item.heard += 1
        if not item.in_flight:
            self._being_said = None
        self._drop_if_over(item)

    def rewind(self) -> None:
        """The voice is gone: what it was given and had not finished is handed over again."""
        self._turn += 1
        if item := self._being_said:
            item.handed = item.heard
            item.heard_early.clear()
            self._being_said = None

    def clear(self, *, begun: bool = False) -> bool:
        """Drop everything; with `begun`, also what has its number already and is yet to be added."""
        self._items.clear()
        if begun:
            self._cleared = self._issued
        return self._cut_what_gave_way()

    def forget(self, window: Hashable) -> bool:
        """Drop what is about a window that has closed; notifications and what is important stay."""
        self._items = [item for item in self._items if not _is_stale_without(window, item.entry)]
        return self._cut_what_gave_way()

    def drop(self, entry: Entry) -> bool:
        """Drop one utterance, if it is still there."""
        self._items = [item for item in self._items if item.entry is not entry]
        return self._cut_what_gave_way()

    def holds(self, entry: Entry) -> bool:
        """Tell whether an utterance is being said or waits."""
        return self._item(entry) is not None

    @property
    def is_speaking(self) -> bool:
        return self._being_said is not None

    @property
    def is_empty(self) -> bool:
        return not self._items

    @property
    def last(self) -> tuple[Sentence, ...]:
        """All sentences known of the utterance that was last begun, whether it was cut or not."""
        return tuple(self._last.sentences) if self._last else ()

    def forget_last(self) -> None:
        """Keep nothing of what was said."""
        self._last = None

    def _item(self, entry: Entry) -> _Item | None:
        return next((item for item in self._items if item.entry is entry), None)

    def _is_late(self, entry: Entry) -> bool:
        # One that comes late is treated as if it had come in its time: what came since may have replaced it.
        if entry.number <= self._cleared:
            return True
        newest = self._newest
        return newest is not None and entry.number < newest.number and _relation(newest, entry) == "stale"

    def _drop_surplus(self) -> None:
        waiting = [item for item in self._items if item is not self._being_said]
        notifications = [item for item in waiting if item.entry.priority == "notification"]
        if len(notifications) > NOTIFICATIONS:
            self._items.remove(notifications[0])
        elif len(waiting) > LIMIT:
            self._items.remove(next(item for item in waiting if item.rank == waiting[-1].rank))

    def _drop_if_over(self, item: _Item) -> None:
        if item.is_over and item in self._items:
            self._items.remove(item)

    def _cut_what_gave_way(self, new: _Item | None = None) -> bool:
        said = self._being_said
        if said is None or (said in self._items and (new is None or new.rank >= said.rank)):
            return False
        self.rewind()
        return True


def _fate(new: Entry, item: _Item) -> _Fate:
    old = item.entry
    is_repetition = (
        bool(new.sentences)  # of a stream alone nothing is known yet
        and new.priority != "message"  # an answer may say the same twice
        and (new.priority, new.about, new.sentences) == (old.priority, old.about, old.sentences)
    )
    return "says it" if is_repetition else _relation(new, old)


def _relation(new: Entry, old: Entry) -> _Fate:
    if new.about and old.about and new.priority in _FOLLOWS_THE_PERSON:
        if _is_stale_without(old.about.window, old) and new.about.window != old.about.window:
            return "stale"
        if old.priority in _FOLLOWS_THE_PERSON and new.about.control is not None:
            return _relation_to_control(new, new.about.control, old, old.about)
    return _by_priority(new, old)


def _relation_to_control(new: Entry, control: Hashable, old: Entry, about: About) -> _Fate:
    if about.control is None and new.priority == "text":
        return "says it" if about.focus == control else "stays"  # a reading survives a focus change to its own button
    if about.control not in {None, control}:
        return "stale"
    return _by_priority(new, old)


def _by_priority(new: Entry, old: Entry) -> _Fate:
    return "stale" if old.priority in _REPLACES[new.priority] else "stays"


def _is_stale_without(window: Hashable, entry: Entry) -> bool:
    return entry.priority in _CAN_BE_STALE and entry.about is not None and entry.about.window == window
