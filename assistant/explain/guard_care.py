"""What is true and still must not be said so: what can't be undone, what a child is told, whose words they are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.explain.care import is_for_adults
from assistant.explain.choices import ENTER, ESCAPE
from assistant.explain.guard_draft import Draft, Refused
from assistant.explain.guard_facts import units_of
from assistant.explain.guard_text import sentences_in
from assistant.explain.guard_words import all_words, any_of, found, own_words
from assistant.explain.harmless import alike, harmless
from assistant.explain.language import grown_up_words
from assistant.explain.recognition import Choice
from assistant.explain.roles import CONTROLS, role_of
from assistant.explain.shown import says_something
from assistant.scene import Element

_COPIED_WORDS = 5
_COPIED_SHARE = 0.6
_CLAIM_CHARACTERS = 200
_COPIED_CHARACTERS = 9
_HAN = re.compile(r"[\u3400-\u9fff]")


def check_undo(draft: Draft) -> None:
    """Refuse a sentence that makes light of what can't be undone."""
    known = draft.facts.known
    dangerous = {choice.element_id for choice in known.choices if choice.is_irreversible} if known else set[int]()
    if not dangerous or (draft.taken and not dangerous.intersection(draft.taken)):
        return
    if _undoes(any_of("safe_negated").sub(" ", draft.text)):
        raise Refused("undo")


def _undoes(text: str) -> bool:
    return any(
        not (found("denied", text[: match.start()]) or found("supposed", text[: match.start()]))
        for words in all_words()
        for match in words.undoes.finditer(text)
    )


def warn(draft: Draft, warned: frozenset[int]) -> tuple[str, frozenset[int]]:
    """Return the sentence with our warning of each choice in it that can't be undone; and which those were."""
    text, told = draft.shown(), set[int]()
    known = draft.facts.known
    for choice in known.choices if known else ():
        if not choice.is_irreversible or choice.element_id not in draft.taken or choice.element_id in warned:
            continue
        told.add(choice.element_id)
        own = choice.warning.text(draft.wording.style, draft.wording.words.language)
        warning = own or draft.wording.text("irreversible")
        if alike(warning) in alike(text):
            continue
        draft.change("warning")
        element = draft.facts.elements([choice.element_id])
        has_key = any(choice.element_id in span.elements for _, span in draft.found("key"))
        is_told_to = has_key or found("directive", draft.text)
        is_replaced = bool(element) and is_told_to
        text = _instead(draft, element[0], choice, warning) if is_replaced else _after(draft, text, warning)
    return text, frozenset(told)


def _after(draft: Draft, text: str, warning: str) -> str:
    joint = "" if draft.wording.words.data["space_between_scripts"] else " "
    return f"{draft.wording.words.ended(text)}{joint}{warning}"


def _instead(draft: Draft, element: Element, choice: Choice, warning: str) -> str:
    """Say it as our knowledge does: what it does, that it can't be undone, and only then the key."""
    wording = draft.wording
    does = choice.does.text(wording.style, wording.words.language)
    if not does:
        return _after(draft, draft.shown(), warning)
    key = draft.facts.options.key(element)
    how = "_key" if key in (ENTER, ESCAPE) else "_shortcut" if key and wording.profile.say.keys != "never" else ""
    return wording.words.ended(
        wording.text(
            f"warned{how}",
            name=wording.name(draft.facts.name(element)),
            does=does,
            key=wording.key(key),
            warning=warning,
        )
    )


# ---- a child ------------------------------------------------------------------------------------------------------


def check_child(draft: Draft) -> None:
    """Refuse to tell a child to do what a grown-up has to decide."""
    if not draft.wording.is_for_child:
        return
    text = draft.shown()
    is_held_back = found("adult", text) or found("do_not", text)
    if is_held_back or not (found("directive", draft.text) or any(span.elements for _, span in draft.found("key"))):
        return
    if grown_up_words().search(text) or found("private", text):
        raise Refused("child")
    if any(is_for_adults(element, draft.facts.known) for element in draft.facts.elements(draft.taken)):
        raise Refused("child")


# ---- whose words they are -------------------------------------------------------------------------------------------


def attribute(draft: Draft) -> str | None:
    """Return the window's own words, as its own, where the sentence takes them for ours; else None."""
    text = draft.text
    if found("attributed", text):
        return None
    source = _source(draft)
    if source is None:
        return None
    if draft.wording.is_for_child and found("directive", text):
        raise Refused("instruction")
    return _quote(draft, source)


def _source(draft: Draft) -> Element | None:
    """Return the text of the window that a sentence repeats, or whose order it passes on."""
    facts, plain = draft.facts, draft.bare(draft.text)
    is_order = not text_asks(plain) and found("directive", draft.text) and not found("do_not", draft.text)
    for _, span in draft.found("exact"):
        texts = [e for e in facts.elements(span.elements) if role_of(e) not in CONTROLS]
        if is_order and texts and re.search(r"\d{3}|@|\.[a-z]{2,}", span.bare):
            return texts[0]
    is_claim = facts.known is not None and facts.known.is_claim
    mine = units_of(plain)
    needed = 3 if is_claim else _COPIED_CHARACTERS if _HAN.search(plain) else _COPIED_WORDS
    for element, theirs in facts.statements:
        if _repeats(mine, theirs, needed, is_claim=is_claim):
            return element
    if is_claim and is_order and not draft.taken:
        raise Refused("instruction")
    if is_claim and is_order and facts.known is not None:
        safe = {choice.element_id for choice in facts.known.choices if choice.is_safe}
        if not safe.intersection(draft.taken):
            raise Refused("instruction")
    return None


def text_asks(text: str) -> bool:
    """Say whether a sentence is a question to the user, who is told to do nothing by it."""
    return text.rstrip(" ”\"'").endswith(("?", "？"))


def _repeats(mine: Sequence[str], theirs: Sequence[str], needed: int, *, is_claim: bool) -> bool:
    """Say whether a sentence is, for the most part, a run of words of a text on the screen."""
    shared = len([unit for unit in mine if unit in theirs])
    if is_claim:
        return shared >= needed and shared / len(mine) >= 0.75
    if shared < max(needed, _COPIED_SHARE * len(mine)):
        return False
    run = _longest_run(mine, theirs)
    return run >= needed and run / len(mine) >= _COPIED_SHARE


def _longest_run(one: Sequence[str], other: Sequence[str]) -> int:
    best, row = 0, [0] * (len(other) + 1)
    for left in one:
        row = [0, *(row[j] + 1 if left == right else 0 for j, right in enumerate(other))]
        best = max(best, *row)
    return best


def _quote(draft: Draft, source: Element) -> str:
    draft.change("attributed")
    wanted, text = alike(draft.bare(draft.text)).strip(" .!?"), harmless(source.name, 5_000)
    parts = sentences_in(text)
    mine = set(units_of(wanted))
    best = max(
        parts,
        key=lambda part: len(mine & set(units_of(part))) / (1 + len(units_of(part))),
        default=text,
    )
    said = harmless(best, _CLAIM_CHARACTERS).replace("“", "‘").replace("”", "’").replace('"', "'")
    return draft.wording.words.ended(draft.wording.text("claim", message=said))


# ---- guesses --------------------------------------------------------------------------------------------------------


def mark_guess(draft: Draft, text: str) -> str:
    """Say that it is a guess what a control without a name does."""
    own = own_words(draft.wording.words.language)
    if found("hedge", draft.text) or found("nothing", draft.text):
        return text
    unnamed = [
        element
        for element in draft.facts.elements(draft.named)
        if not says_something(draft.facts.name(element))
        and role_of(element) in ("push button", "toggle button", "image", "icon", "link", "canvas")
    ]
    if not unnamed:
        return text
    draft.change("guess")
    return own.text("guess", text=text[:1].lower() + text[1:] if text[:2].isascii() else text)
