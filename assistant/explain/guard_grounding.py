"""What a sentence says that the facts do not: it may have been seen in the picture, or invented. Nobody can tell.

So nobody is told to do it, no choice is said to lead to it where we know better, and the rest is said as a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from assistant.explain.guard_draft import Draft, Refused
from assistant.explain.guard_facts import Facts
from assistant.explain.guard_stems import stem
from assistant.explain.guard_words import KEY, MENTION, all_words, found, own_words
from assistant.explain.harmless import alike
from assistant.explain.knowledge import knowledge
from assistant.explain.recognition import Choice

_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_LATIN = re.compile(r"[a-z][a-z'-]*[a-z]")
_STAYING = frozenset({"cancel", "keep-editing", "later"})
"""Choices after which everything is as it was."""
_HAN_LETTERS = 2
"""So many Chinese characters in one clause that nothing accounts for are a word of their own."""
_HAN_NUMERALS = frozenset("〇零一二三四五六七八九十百千万亿两半")  # they are checked as numbers


def check_grounds(draft: Draft) -> None:
    """Refuse orders, and claims about choices that we know, of which nothing stands in the window."""
    _check_meaning(draft)
    is_order = found("directive", draft.text) and not found("do_not", draft.text)
    if is_order and not any(draft.found("mention", "key", "exact")) and not _is_about_window(draft):
        raise Refused("ungrounded")
    if not _ungrounded(draft):
        return
    known = draft.facts.known
    chosen = {choice.element_id for choice in known.choices} if known else set[int]()
    if chosen.intersection(draft.taken) and not found("hedge", draft.text):
        raise Refused("ungrounded")


def mark_unproven(draft: Draft, text: str) -> str:
    """Say that it is the picture, at best, that shows what the facts do not."""
    is_marked = "guess" in draft.changes or found("hedge", draft.text) or found("attributed", draft.text)
    if is_marked or not _ungrounded(draft):
        return text
    draft.change("unproven")
    own = own_words(draft.wording.words.language)
    return own.text("unproven", text=text)


def without_mark(text: str, language: str) -> str:
    """Return a sentence without the words that `mark_unproven` put before it."""
    plain = text.removeprefix(own_words(language).text("unproven", text=""))
    return plain[:1].upper() + plain[1:]


def _ungrounded(draft: Draft) -> list[str]:
    """Return the words that stand neither in the facts nor in talk of any window."""
    text = alike(draft.text)
    general, own = _general(), draft.facts.stems
    words = [
        word for word in _LATIN.findall(text) if len(word) > 2 and stem(word) not in general and stem(word) not in own
    ]
    for run in _HAN_RUN.findall(text):
        words += _left_of(run, draft.facts)
    return words


def _is_about_window(draft: Draft) -> bool:
    """Say whether an order holds a word of the window, or is about no thing at all (“Press Tab to move on”)."""
    text = alike(draft.text)
    if any(stem(word) in draft.facts.stems for word in _LATIN.findall(text) if len(word) > 3):
        return not _ungrounded(draft)
    pairs = draft.facts.han_pairs
    if any(run[n : n + 2] in pairs for run in _HAN_RUN.findall(text) for n in range(len(run) - 1)):
        return not _ungrounded(draft)
    return found("adult", draft.text)


# ---- what a choice means ------------------------------------------------------------------------------------------


def _check_meaning(draft: Draft) -> None:
    """Refuse “[5] saves” where [5] is known to cancel; and “Enter saves” where Enter takes it."""
    choice = _subject(draft)
    if choice is None or not choice.meaning:
        return
    own = _stems_of(_words_of(choice.meaning, draft))
    for words in all_words():
        if choice.meaning in _STAYING and _is_claimed(words.data["leaves"], draft.text, words.data["denies"]):
            raise Refused("meaning")
        for action in words.data["actions"]:
            if _is_done(action, draft.text, words.data["denies"]) and not _accounts_for(action, own):
                raise Refused("meaning")


def _subject(draft: Draft) -> Choice | None:
    """Return the known choice with which a sentence begins, by its name or by the key that takes it."""
    start = re.match(rf"[\s“\"]*({MENTION})", draft.text)
    if start is None:
        start = re.match(rf"\s*(?:press(?:ing)? |hit |按下?|如果按下?)?\s*({KEY})", draft.text, re.IGNORECASE)
        if start is not None and any(True for _ in draft.found("mention")):
            return None
    span = draft.spans.get(start[1]) if start else None
    if span is None or len(span.elements) != 1 or not (span.is_control or span.kind == "key"):
        return None
    element = draft.facts.element(span.elements[0])
    return draft.facts.options.choice(element) if element else None


def _words_of(meaning: str, draft: Draft) -> Iterable[str]:
    known = knowledge().buttons.get(meaning)
    yield from known.labels if known else ()
    facts = draft.facts
    for choice in facts.known.choices if facts.known else ():
        if choice.meaning == meaning:
            for phrase in (choice.does, choice.warning):
                for by_language in phrase.texts.values():
                    yield from by_language.values()


def _is_done(action: str, text: str, denies: str) -> bool:
    pattern = rf"\b{action[:-1]}(?:e|y)?(?:s|es|ed|ing|d)?\b" if action.isascii() else re.escape(action)
    pattern = rf"\b{action}(?:s|es|ed|ing|d)?\b|{pattern}" if action.isascii() else pattern
    return _is_claimed(pattern, text, denies)


def _is_claimed(pattern: str, text: str, denies: str) -> bool:
    return any(
        not re.search(denies, text[: match.start()], re.IGNORECASE)
        and not re.search(r"\b(?:if|whether|before|after|when)\b|是否|如果|之前|以前", text[: match.start()])
        for match in re.finditer(pattern, text, re.IGNORECASE)
    )


def _accounts_for(action: str, own: frozenset[str]) -> bool:
    return stem(action) in own if action.isascii() else any(action in text for text in own)


def _stems_of(texts: Iterable[str]) -> frozenset[str]:
    found_stems: set[str] = set()
    for text in texts:
        found_stems.update(stem(word) for word in _LATIN.findall(alike(text)))
        found_stems.update(_HAN_RUN.findall(text))
    return frozenset(found_stems)


# ---- words --------------------------------------------------------------------------------------------------------


@cache
def _general() -> frozenset[str]:
    """Stems of English words, and Chinese words, that claim nothing of their own."""
    words = {word for own in all_words() for word in own.data["general"].split()}
    words |= {word for own in all_words() for word in own.data["numbers"]}
    words |= {word for own in all_words() for word in own.data["ordinals"]}
    return frozenset(stem(word) if word.isascii() else word for word in words)


def _left_of(run: str, facts: Facts) -> list[str]:
    """Return what is left of a run of Chinese when the words that are accounted for are taken out."""
    general = _general()
    pairs = facts.han_pairs
    covered = [False] * len(run)
    for start in range(len(run)):
        for length in range(min(6, len(run) - start), 0, -1):
            part = run[start : start + length]
            if part in general or (length == 2 and part in pairs):
                covered[start : start + length] = [True] * length
                break
    left = "".join(c for c, is_covered in zip(run, covered, strict=True) if not is_covered and c not in _HAN_NUMERALS)
    return [left] if len(left) >= _HAN_LETTERS else []
