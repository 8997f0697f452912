"""States that a sentence claims (“is ticked”, “已勾选”), and whether they are true of what it names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.explain.control import opening
from assistant.explain.guard_draft import Draft, Refused
from assistant.explain.guard_words import StateWord, all_words, found
from assistant.explain.harmless import alike
from assistant.explain.roles import CHOSEN, FIELDS, TICKED, is_unavailable, role_of
from assistant.explain.shown import says_something
from assistant.scene import Element, Scene

_NEAR_CHARACTERS = 25
_TOLD = frozenset({"checked", "enabled", "expanded", "filled"})
"""States that our own sentence about a control tells. Of the others, saying less is better than saying it again."""
_OF_SOMETHING = frozenset({"selected", "checked", "filled"})
_BREAK = re.compile(r"[,;:.，；：。]")


@dataclass(frozen=True)
class _Claim:
    start: int
    end: int
    word: StateWord
    is_true: bool


def check_states(draft: Draft) -> None:
    """Refuse a claim that is not true of the element it is about; the fact is said instead."""
    before: list[int] = []
    last = 0
    claims = _claims(draft.text)
    for number, claim in enumerate(claims):
        following = claims[number + 1].start if number + 1 < len(claims) else len(draft.text)
        about = _about(draft, claim, last, following) or before
        _check(draft, claim, about)
        before, last = about, claim.end


def _claims(text: str) -> list[_Claim]:
    found_claims = [
        _Claim(match.start(), match.end(), word, _is_true(word, match[0], text[: match.start()]))
        for words in all_words()
        for word in words.states
        for match in word.pattern.finditer(text)
        if not _is_supposed(text[: match.start()])
    ]
    kept: list[_Claim] = []
    for claim in sorted(found_claims, key=lambda claim: (claim.start - claim.end, claim.start)):
        if all(claim.end <= other.start or other.end <= claim.start for other in kept):
            kept.append(claim)
    return sorted(kept, key=lambda claim: claim.start)


def _is_supposed(before: str) -> bool:
    """Say whether a state is not claimed but supposed, wished or caused: “if it is ticked”, “can be ticked”."""
    return any(words.pattern(key).search(before) for words in all_words() for key in ("conditional", "modal"))


def _is_true(word: StateWord, said: str, before: str) -> bool:
    is_true = word.is_true
    if word.false_if and word.false_if.search(said):
        is_true = not is_true
    is_denied = any(words.pattern("negation").search(before) for words in all_words())
    is_denied_inside = bool(re.search(r"\bnot(?=(?: \w+)* (?:on|off)\b)", said)) or said.startswith("not the default")
    return is_true != (is_denied or is_denied_inside)


def _about(draft: Draft, claim: _Claim, last: int, following: int) -> list[int]:
    """Return the elements that a claim is about, [] if it names none."""
    mentions = [(place, span) for place, span in draft.found("mention", "exact") if span.elements]
    behind = [span for place, span in mentions if claim.end <= place < following]
    if claim.word.is_after and behind:
        return list(behind[0].elements)
    between = [(place, span) for place, span in mentions if last <= place < claim.start]
    if between:
        before = draft.text[: claim.start]
        if any(words.pattern("many").search(before) for words in all_words()):
            return [number for _, span in between for number in span.elements]
        return list(between[-1][1].elements)
    near = draft.text[claim.end : claim.end + _NEAR_CHARACTERS]
    if last == 0 and behind and not _BREAK.search(near.split(next(iter(_marks(draft, near)), "\0"))[0]):
        return list(behind[0].elements)
    return []


def _marks(draft: Draft, text: str) -> list[str]:
    return [character for character in text if character in draft.spans]


def _check(draft: Draft, claim: _Claim, about: Sequence[int]) -> None:
    scene = draft.facts.scene
    if claim.word.state == "empty-window":
        if any(says_something(element.name) for element in scene.elements) == claim.is_true:
            raise Refused("state")
        return
    if about:
        _check_named(draft, claim, about)
    elif not claim.word.needs_mention and not _is_so_somewhere(draft, claim):
        raise Refused("state")


def _check_named(draft: Draft, claim: _Claim, about: Sequence[int]) -> None:
    elements = _with_labelled(draft, about)
    before = draft.text[: claim.start]
    names = {alike(draft.facts.name(element)) for element in draft.facts.elements(about)}
    is_many = len(names) > 1
    truths = [_truth(claim.word.state, element, draft.facts.scene) for element in elements]
    is_denied_of_all = any(words.pattern("nothing").search(before) for words in all_words())
    wanted = claim.is_true != is_denied_of_all
    holds = all(truth == wanted for truth in truths if truth is not None) if is_many else wanted in truths
    if holds and any(truth is not None for truth in truths):
        return
    if all(truth is None for truth in truths) and (found("hedge", draft.text) or claim.word.needs_mention):
        return
    can_tell = claim.word.state in _TOLD and not is_many
    told = next((e for e, truth in zip(elements, truths, strict=True) if truth is not None), None)
    raise Refused("state", _fact(draft, told) if told and can_tell else "", (told.id,) if told else ())


def _fact(draft: Draft, element: Element) -> str:
    return draft.wording.words.ended(opening(element, draft.wording, as_focus=element.id == draft.facts.scene.focus))


def _with_labelled(draft: Draft, about: Sequence[int]) -> list[Element]:
    """Return the elements, and what they label: “E-mail is required” is said of the field beside the word."""
    elements = draft.facts.elements(about)
    return [*elements, *draft.facts.elements(number for element in elements for number in element.labels)]


def _is_so_somewhere(draft: Draft, claim: _Claim) -> bool:
    scene = draft.facts.scene
    before = draft.text[: claim.start]
    meant = _meant(draft.text, claim, scene)
    truths = [_truth(claim.word.state, element, scene) for element in meant]
    if any(words.pattern("nothing").search(before) for words in all_words()):
        return claim.is_true not in truths
    if claim.word.state in _OF_SOMETHING and len(meant) == len(scene.elements) and not found("pronoun", draft.text):
        return False  # of something that is not in the facts
    if any(words.pattern("all").search(before) for words in all_words()):
        return (not claim.is_true) not in truths and claim.is_true in truths
    return claim.is_true in truths


def _meant(text: str, claim: _Claim, scene: Scene) -> list[Element]:
    """Return the elements that a claim may be about by the word for their kind: “a slider is disabled”."""
    start = max((match.end() for match in _BREAK.finditer(text, 0, claim.start)), default=0)
    near = text[start : claim.start] + " " + text[claim.end : claim.end + _NEAR_CHARACTERS // 2]
    nouns = [noun for words in all_words() for noun in words.nouns if noun.roles and noun.pattern.search(near)]
    roles = frozenset[str]().union(*(noun.roles for noun in nouns))
    return [element for element in scene.elements if not roles or role_of(element) in roles]


# ---- what is true -------------------------------------------------------------------------------------------------


def _truth(state: str, element: Element, scene: Scene) -> bool | None:
    """Say whether an element is in a state; None where it cannot be, or where nobody knows."""
    if element.source != "tree" and not element.states and state not in ("focused", "default"):
        return None
    return _TRUTHS[state](element, scene)


def _checked(element: Element, scene: Scene) -> bool | None:
    if element.cell is not None:
        return any(other.states & {"checked", "selected"} for other in _row(element, scene))
    if role_of(element) in TICKED | CHOSEN or element.states & {"checked", "checkable", "pressed"}:
        return bool(element.states & {"checked", "pressed"})
    return None


def _selected(element: Element, scene: Scene) -> bool | None:
    role = role_of(element)
    if element.cell is not None:
        return any(other.states & {"checked", "selected"} for other in _row(element, scene))
    if role in CHOSEN | TICKED:
        return bool(element.states & {"checked", "pressed"})
    if element.states & {"selectable", "selected"}:
        return element.has("selected")
    if role == "push button":
        return element.id == scene.focus or None
    return True if role == "combo box" and says_something(element.text) else None


def _row(element: Element, scene: Scene) -> list[Element]:
    """Return the cells of an element's row."""
    row = element.cell.row if element.cell else None
    return [o for o in scene.elements if o.cell is not None and o.cell.row == row and o.parent == element.parent]


def _filled(element: Element, _: Scene) -> bool | None:
    if role_of(element) not in FIELDS | {"text area"}:
        return None
    if element.is_filled is not None:
        return element.is_filled
    return bool(element.text)


def _expanded(element: Element, _: Scene) -> bool | None:
    if element.states & {"expandable", "expanded", "collapsed"}:
        return element.has("expanded")
    return None


def _of_field(state: str) -> Callable[[Element, Scene], bool | None]:
    def truth(element: Element, _: Scene) -> bool | None:
        is_field = role_of(element) in FIELDS | TICKED | CHOSEN | {"text area"}
        return element.has(state) if is_field or element.has(state) else None

    return truth


_TRUTHS: Mapping[str, Callable[[Element, Scene], bool | None]] = {
    "checked": _checked,
    "selected": _selected,
    "enabled": lambda element, _: not is_unavailable(element),
    "focused": lambda element, scene: element.id == scene.focus or element.has("focused"),
    "default": lambda element, scene: element.id == scene.default or element.has("is-default"),
    "expanded": _expanded,
    "required": _of_field("required"),
    "invalid": _of_field("invalid-entry"),
    "read-only": _of_field("read-only"),
    "filled": _filled,
}
