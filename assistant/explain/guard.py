"""The guard: every sentence of a model is checked against the facts before it is spoken. Pure, and never raises.

What is not so is dropped, or the fact is said in its place. A sentence that passes says the same when it is checked
again: what the guard itself writes goes through it too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from assistant.explain.guard_care import attribute, check_child, check_undo, mark_guess, warn
from assistant.explain.guard_claims import check_states
from assistant.explain.guard_draft import Change, Draft, Reason, Refused
from assistant.explain.guard_exact import check_addresses, check_combinations, check_keys, check_names, check_numbers
from assistant.explain.guard_facts import Facts
from assistant.explain.guard_grounding import check_grounds, mark_unproven, without_mark
from assistant.explain.guard_mentions import find_mentions
from assistant.explain.guard_relations import check_relations, check_world
from assistant.explain.guard_subjects import check_counted, check_subjects
from assistant.explain.guard_text import (
    CLOSES_THOUGHT,
    OPENS_THOUGHT,
    has_special,
    is_looping,
    is_too_long,
    same_said,
    scrub,
    sentences_in,
)
from assistant.explain.harmless import heard
from assistant.explain.recognition import Recognition
from assistant.explain.shown import says_something
from assistant.explain.wording import Wording, wording
from assistant.profile import Profile
from assistant.scene import Element, Picture, Scene, Window
from assistant.sentence import Sentence

_MOST_ROUNDS = 3
_MOST_REPEATS = 3
_PLAIN = Profile(name="plain-language")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one sentence of a model."""

    sentence: Sentence | None
    """What is to be spoken; None: nothing."""
    dropped: Reason | None = None
    """Why the model's own words are not spoken. With a sentence, the fact is spoken in their place."""
    changes: tuple[Change, ...] = ()
    warned: frozenset[int] = frozenset()
    """The choices of which it warns that they can't be undone."""

    @property
    def passed(self) -> bool:
        """Whether the model's words are spoken, if with our names in them."""
        return self.dropped is None

    def as_json(self) -> dict[str, Any]:
        """Return what `explain --json` shows of it; never a word that was dropped."""
        return {"spoken": self.sentence is not None, "dropped": self.dropped, "changes": list(self.changes)}


def check(
    text: str,
    scene: Scene,
    language: str,
    knowledge: Recognition | None = None,
    *,
    profile: Profile = _PLAIN,
    warned: frozenset[int] = frozenset(),
) -> Verdict:
    """Check one sentence of a model. `warned` are the choices that the user was warned of already."""
    return _check(text, Facts(scene, knowledge), wording(profile, language), warned)


class Guard:
    """Checks the sentences of one answer as they come, and counts."""

    def __init__(
        self,
        scene: Scene,
        profile: Profile,
        language: str,
        knowledge: Recognition | None = None,
        *,
        said: Iterable[str] = (),
    ) -> None:
        """`said` is what the user heard already of this window: it is not said again."""
        self._facts, self._wording = Facts(scene, knowledge), wording(profile, language)
        self._said = {same_said(text) for text in said}
        self._warned: frozenset[int] = frozenset()
        self._is_thinking = self._is_unproven = False
        self.counts: Counter[str] = Counter()
        """How often which reason, by "passed", "changed:…" and "dropped:…"."""
        self.repeats = 0

    @property
    def has_run_away(self) -> bool:
        """Whether the model only repeats itself now: its answer is to be cut."""
        return self.repeats >= _MOST_REPEATS

    def check(self, text: str) -> Verdict:
        """Check the next sentence of the answer."""
        verdict = self._with_count(self._verdict(text))
        self._warned |= verdict.warned
        return self._marked_once(verdict)

    def check_all(self, text: str) -> list[Verdict]:
        """Check a whole answer, sentence by sentence."""
        return [self.check(sentence) for sentence in sentences_in(text)]

    def _verdict(self, text: str) -> Verdict:
        text = self._without_thoughts(text)
        if self._is_thinking and not text.strip():
            return Verdict(None, "special")
        verdict = _check(text, self._facts, self._wording, self._warned)
        if verdict.dropped == "loop":
            self.repeats = _MOST_REPEATS
        if verdict.sentence is None:
            return verdict
        same = same_said(verdict.sentence.text)
        if same in self._said or any(same in other for other in self._said if len(same) > 12):
            self.repeats += 1
            return Verdict(None, "repeated")
        self.repeats = 0
        self._said.add(same)
        return verdict

    def _marked_once(self, verdict: Verdict) -> Verdict:
        """Say of several guesses in a row only once that they are guesses."""
        if verdict.sentence is None:
            return verdict
        was_unproven, self._is_unproven = self._is_unproven, "unproven" in verdict.changes
        if not (was_unproven and self._is_unproven):
            return verdict
        text = without_mark(verdict.sentence.text, self._wording.words.language)
        return replace(verdict, sentence=replace(verdict.sentence, text=text))

    def _without_thoughts(self, text: str) -> str:
        """Leave out thinking that began in an earlier sentence or goes on in the next."""
        if self._is_thinking:
            end = CLOSES_THOUGHT.search(text)
            if end is None:
                return ""
            text, self._is_thinking = text[end.end() :], False
        starts = list(OPENS_THOUGHT.finditer(text))
        if starts and not CLOSES_THOUGHT.search(text, starts[-1].end()):
            self._is_thinking = True
        return text

    def _with_count(self, verdict: Verdict) -> Verdict:
        if verdict.dropped:
            self.counts[f"{'replaced' if verdict.sentence else 'dropped'}:{verdict.dropped}"] += 1
        else:
            self.counts["passed"] += 1
        self.counts.update(f"changed:{change}" for change in verdict.changes)
        return verdict


def warm() -> None:
    """Read the words and compile their patterns, so that the first sentence does not wait for a tenth of a second."""
    scene = Scene(Window(title="Save changes?"), (Element(1, "push button", "Save"), Element(2, "check box", "保存")))
    for text in ("Press Enter for [1]: the button is the default.", "按回车选[2]，它已勾选，有 2 个按钮。"):
        for language in ("en", "zh"):
            check(text, scene, language)


# ---- one sentence -------------------------------------------------------------------------------------------------


def _check(text: str, facts: Facts, told: Wording, warned: frozenset[int]) -> Verdict:
    """Check a text until it stays as it is, so that what we write ourselves is checked as well."""
    verdict = _safely(text, facts, told, warned)
    for _ in range(_MOST_ROUNDS):
        if verdict.sentence is None:
            return verdict
        again = _safely(verdict.sentence.text, facts, told, warned)
        if again.sentence is None:
            return Verdict(None, verdict.dropped or again.dropped)
        if again.sentence.text == verdict.sentence.text:
            mentions = tuple(dict.fromkeys((*verdict.sentence.mentions, *again.sentence.mentions)))
            return replace(verdict, sentence=replace(verdict.sentence, mentions=mentions))
        changes = tuple(dict.fromkeys((*verdict.changes, *again.changes)))
        verdict = Verdict(again.sentence, verdict.dropped or again.dropped, changes, verdict.warned | again.warned)
    return Verdict(None, "unstable")


def _safely(text: str, facts: Facts, told: Wording, warned: frozenset[int]) -> Verdict:
    try:
        return _once(text, facts, told, warned)
    except Refused as refused:
        if refused.replacement:
            sentence = Sentence(refused.replacement, told.words.language, "facts", refused.mentions)
            return Verdict(sentence, refused.reason, ("state",))
        return Verdict(None, refused.reason)
    except (ValueError, TypeError, LookupError, RecursionError, OverflowError, ArithmeticError, re.error):
        return Verdict(None, "error")  # what cannot be checked is not spoken


def _once(text: str, facts: Facts, told: Wording, warned: frozenset[int]) -> Verdict:
    cleaned = scrub(text)
    if not says_something(cleaned):
        return Verdict(None, "special" if has_special(text) else "nothing")
    if is_too_long(cleaned):
        return Verdict(None, "too-long")
    if is_looping(cleaned):
        return Verdict(None, "loop")
    draft = Draft(facts, told, cleaned)
    if cleaned != heard(text):
        draft.change("markup")
    _find_and_check(draft)
    return _verdict(draft, warned)


def _find_and_check(draft: Draft) -> None:
    check_combinations(draft)
    find_mentions(draft)
    check_addresses(draft)
    check_keys(draft)
    _check_language(draft)
    check_numbers(draft)
    check_counted(draft)
    check_states(draft)
    check_names(draft)
    check_undo(draft)
    check_child(draft)
    check_subjects(draft)
    check_relations(draft)


def _verdict(draft: Draft, warned: frozenset[int]) -> Verdict:
    language = draft.wording.words.language
    quoted = attribute(draft)
    if quoted is not None:
        return Verdict(Sentence(quoted, language, "facts", draft.named), None, tuple(draft.changes))
    check_world(draft)
    check_grounds(draft)
    text, told = warn(draft, warned)
    text = _tidy(mark_unproven(draft, mark_guess(draft, text)))
    return Verdict(
        Sentence(draft.wording.words.ended(text), language, "model", draft.named), None, tuple(draft.changes), told
    )


def _check_language(draft: Draft) -> None:
    """Refuse an answer in another language than was asked for: the voice could not say it."""
    rest = "".join(character for character in draft.text if character not in draft.spans)
    han, latin = len(_HAN.findall(rest)), len(_LATIN_WORD.findall(rest))
    is_chinese = draft.wording.words.language == "zh"
    if (is_chinese and latin > 3 and latin > han) or (not is_chinese and han > latin):
        raise Refused("language")


def _tidy(text: str) -> str:
    text = re.sub(r"\s+([,.;:!?](?:\s|$))", r"\1", " ".join(text.split()))
    text = re.sub(r"\(\s*\)|（\s*）", "", text)
    text = re.sub(
        r"(?<=[\u3400-\u9fff，。；：、！？”“（）]) (?=[“”（），。；：、！？])|(?<=[”）]) (?=[\u3400-\u9fff])", "", text
    )
    return text[:1].upper() + text[1:] if re.match(r"[a-z]+ ", text) else text


# ---- is it worth asking -------------------------------------------------------------------------------------------

NotAsked = Literal["locked", "covered", "one-colour", "empty"]


@dataclass(frozen=True, slots=True)
class PictureStats:
    """What of a picture decides whether a model is shown it."""

    is_one_colour: bool = False
    is_covered: bool = False
    """Whether it shows what lies over the window, or nothing of it."""


def picture_stats(picture: Picture | None, *, is_covered: bool = False) -> PictureStats:
    """Return the statistics of a picture; of none, those of a picture that shows nothing."""
    if picture is None:
        return PictureStats(is_one_colour=True, is_covered=is_covered)
    return PictureStats(_is_one_colour(picture), is_covered)


def why_not_ask(scene: Scene, stats: PictureStats) -> NotAsked | None:
    """Return why a model is not asked about a window; None if it is worth asking."""
    if scene.window.is_locked_screen:
        return "locked"
    if stats.is_covered:
        return "covered"
    has_facts = any(says_something(text) for e in scene.elements for text in (e.name, e.text, e.description))
    if stats.is_one_colour:
        return "one-colour" if has_facts or scene.picture is not None else "empty"
    return None


def _is_one_colour(picture: Picture) -> bool:
    """Say whether a picture is one colour but for a few pixels: a thousandth, a caret or a pointer."""
    rgb, count = picture.rgb, picture.width * picture.height
    if count == 0 or rgb == rgb[:3] * count:
        return True
    reds = Counter(rgb[0::3])
    return max(reds.values()) >= count * 0.999 and all(
        max(Counter(rgb[n::3]).values()) >= count * 0.999 for n in (1, 2)
    )
