"""Recognition: what our files on kinds of dialogs know about one window. Frozen data, no I/O.

Every fragment has one fixed grammatical form, so that the wording can build sentences around it:

    asks     whole sentences with their full stop.       "Calc asks whether to keep your changes to budget.ods."
                                                         "Calc 问要不要保存对 budget.ods 的修改。"
    does     plain-language, technician, English: a predicate in the third person, no subject, no full stop;
             it follows the button's name.               Save | "keeps your changes" | : press Enter.
             child, English: a verb phrase that follows "to".      Press Enter to | "keep it" | .
             Chinese, every style: a verb phrase that follows 会 or a key, no 。   选“保存”会 | “保存修改” | 。
             It does not begin with 不 or 没: “返回，不连接”, for nobody says 会不连接.
    warning  whole sentences, true of taking that choice; said before its key.   "They can't be brought back."
    advice   whole sentences, reason included. It may hold `{take}` once or more: how to take the choice
             `advice.take`, as an imperative ("press Escape", "choose Cancel"; "按 Escape", "选“取消”").
             In English `{take}` never starts a sentence.

Slots ({application}, {file} …) are filled already, with exact quotes from the window. Only `{take}` is left.
A fragment may be "" (technicians get the facts of the window itself): then nothing is said for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.profile import Style

TAKE = "{take}"
FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One fragment in every style and language; an empty Phrase says nothing."""

    texts: Mapping[Style, Mapping[str, str]] = field(default_factory=dict)

    def text(self, style: Style, language: str) -> str:
        """Return the fragment, in English where this language has none, or "" where there is nothing to say."""
        by_language = self.texts.get(style, {})
        return by_language.get(language, by_language.get(FALLBACK_LANGUAGE, ""))

    def __repr__(self) -> str:
        return f"Phrase({', '.join(self.texts)})"


@dataclass(frozen=True, slots=True)
class Choice:
    """A button (or other control) of the window whose meaning is certain.

    Buttons that are not among a Recognition's choices are named by the wording with no word on what they do.
    """

    element_id: int
    meaning: str
    """Id from the vocabulary of buttons: "save", "discard", "cancel", "delete" …"""
    does: Phrase = Phrase()
    is_irreversible: bool = False
    """What it does can't be taken back; `warning` then says so."""
    is_safe: bool = False
    """Nothing is lost, spent, sent or allowed by taking it."""
    is_recommended: bool = False
    """At most one of a Recognition; `advice` then holds the reason."""
    needs_adult: bool = False
    """A child is not told to take it."""
    warning: Phrase = Phrase()


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do and why, where the knowledge supports it. `take` is the element that `{take}` is about."""

    phrase: Phrase
    take: int | None = None


@dataclass(frozen=True, slots=True)
class Recognition:
    """A window of a known kind.

    `asks` says what the window wants. `choices` are in reading order. With `is_claim` the window states
    something that we can't check ("your licence has expired"): `asks` says already whose words they are,
    and whoever quotes the message adds "the window says". With `reads_message` the window's own message
    matters word for word (errors) and is to be quoted after `asks`. With `needs_adult` a child hears `asks`,
    is told to fetch a grown-up, and is offered the safe choice alone.
    """

    kind: str
    """Id of the kind: "save-changes". It is ours, so it may be logged."""
    asks: Phrase
    choices: tuple[Choice, ...] = ()
    advice: Advice | None = None
    is_claim: bool = False
    reads_message: bool = False
    needs_adult: bool = False
    slots: Mapping[str, str] = field(default_factory=dict)
    """What was read off the window: "file", "application", "code" … exact quotes."""

    def __repr__(self) -> str:
        return f"Recognition({self.kind!r}, choices={len(self.choices)}, slots={', '.join(self.slots)})"

    def choice(self, element_id: int) -> Choice | None:
        """Return what is known of an element, None if nothing is."""
        return next((choice for choice in self.choices if choice.element_id == element_id), None)

    @property
    def safe(self) -> Choice | None:
        """The choice to take when in doubt."""
        return next((choice for choice in self.choices if choice.is_safe), None)

    @property
    def recommended(self) -> Choice | None:
        """The choice that `advice` supports."""
        return next((choice for choice in self.choices if choice.is_recommended), None)
