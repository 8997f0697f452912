"""Let a model write no reference to a control that does not exist: of `[n]`, only those that it was shown.

The rule is about text: after an opening bracket, what reads as a number must be, digit by digit, the beginning of a
number that exists, and once it is begun, only more digits, another number or the closing bracket may follow. All else
in brackets (“[OK]”, JSON) is free. Tokens cut text where they like (“ [1”, “2].”, half a “［”), so each token's bytes
are run through the rule, once for each state that an answer comes to.

Why not xgrammar or llguidance: they do whole grammars. xgrammar 0.2.8 wants triton, some 200 MB, on a machine without
a GPU too; llguidance 1.9 is 8 MB and light, but a grammar says what a text is, and this is one thing that it is not.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
from transformers import LogitsProcessor
from transformers.convert_slow_tokenizer import bytes_to_unicode

from assistant.host.thoughts import END_OF_THINK, THINK

_OPENING, _CLOSING, _SEPARATORS = "[【", "]】", ",、;，；"
_FILLING = "#№:iIdD"  # “[#3]”, “[id: 3]”: the guard reads these as references too
_KINDS = dict.fromkeys(_CLOSING, "closing") | dict.fromkeys(_SEPARATORS, "separator") | {"#": "hash"}
_NEXT = {
    ("number", "closing"): "outside",
    ("number", "separator"): "between",
    ("number", "space"): "spaced",
    ("spaced", "closing"): "outside",
    ("spaced", "separator"): "between",
    ("spaced", "space"): "spaced",
    ("between", "space"): "between",
    ("between", "hash"): "between",
}  # what may follow a number that is begun, but for digits
_BYTE = re.compile(r"<0x([0-9A-F]{2})>")
_REPLACED = "\ufffd"


@dataclass(frozen=True, slots=True)
class State:
    """Where in the rule an answer is."""

    place: Literal["outside", "opened", "number", "spaced", "between"] = "outside"
    number: str = ""
    pending: bytes = b""
    """The beginning of a character whose rest is still to come."""


class Vocabulary:
    """What each of a tokenizer's tokens adds to an answer, and which of them can matter to the rule."""

    def __init__(self, tokenizer: Any, marks: Iterable[str]) -> None:
        """`marks` are dropped from answers, so they add nothing; a thought is, so none begins or ends in brackets."""
        marks = frozenset(marks)
        self.marks = frozenset(mark[0] for mark in marks)
        dropped = marks - {THINK, END_OF_THINK}
        self.bytes = [b"" if text in dropped else raw for text, raw in _pieces(tokenizer)]
        words = self.words = [_folded(raw.decode("utf-8", "replace")) for raw in self.bytes]
        filling = rf"[\s{re.escape(_FILLING)}]*"
        unsafe = re.compile(rf"{filling}(?:\d|[{re.escape(''.join(self.marks))}])")
        opens = re.compile(rf"[{re.escape(_OPENING)}]")
        goes_on = re.compile(rf"[\s\d#{re.escape(_SEPARATORS)}]*(?:[{re.escape(_CLOSING)}].*)?", re.DOTALL)
        numbered = list(enumerate(words))
        broken = self.broken = {number for number, word in numbered if _REPLACED in word}
        opening = {number for number, word in numbered if opens.search(word)}
        self.matter_outside = sorted(opening)
        self.matter_in_a_character = sorted(opening | broken)
        self.matter_when_opened = sorted(opening | broken | {n for n, word in numbered if unsafe.match(word)})
        self.may_go_on = [n for n, word in numbered if word and goes_on.fullmatch(word)]
        self.add_nothing = [n for n, word in numbered if not word]


class Rule:
    """Which tokens may come next in an answer that may refer to these numbers. For one thread."""

    def __init__(self, vocabulary: Vocabulary, numbers: Iterable[int]) -> None:
        self.numbers = frozenset(numbers)
        self._vocabulary = vocabulary
        self._written = frozenset(map(str, self.numbers))
        self._begun = frozenset(one[: n + 1] for one in self._written for n in range(len(one)))
        self._forbidden: dict[tuple[State, int, str], torch.Tensor] = {}
        self._few: dict[tuple[State, int, str], torch.Tensor] = {}

    def after(self, state: State, token: int) -> State | None:
        """Return the state after a token; None if it breaks the rule."""
        text, pending = self._read(state.pending, token)
        place, number = state.place, state.number
        for character in text:
            found = self._step(place, number, character)
            if found is None:
                return None
            place, number = found
        return State(place, number, pending)

    def keep(self, state: State, scores: torch.Tensor) -> torch.Tensor:
        """Return scores, shape (1, tokens), with those of tokens that break the rule at minus infinity."""
        if not _is_free(state):
            return scores.masked_fill(self.forbidden(state, scores), -torch.inf)
        key = (state, scores.shape[-1], str(scores.device))
        if key not in self._few:
            self._few[key] = self.forbidden(state, scores).nonzero().flatten()
        return scores.index_fill(-1, self._few[key], -torch.inf)  # 5 times as quick as a mask of 150,000

    def forbidden(self, state: State, like: torch.Tensor) -> torch.Tensor:
        """Return which tokens break the rule: booleans on the device of these scores, as many."""
        key = (state, like.shape[-1], str(like.device))
        if key not in self._forbidden:
            self._forbidden[key] = self._find(state, like.shape[-1]).to(like.device)
        return self._forbidden[key]

    def _read(self, pending: bytes, token: int) -> tuple[str, bytes]:
        """Return the text that a token completes, folded, and what is still to be completed."""
        known = self._vocabulary
        if token >= len(known.words):  # more scores than tokens: a row that only fills the matrix
            return "", pending
        if not pending and token not in known.broken:
            return known.words[token], b""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        return _folded(decoder.decode(pending + known.bytes[token])), decoder.getstate()[0]

    def _find(self, state: State, size: int) -> torch.Tensor:
        known = self._vocabulary
        if _is_free(state):
            inside = state.place == "opened"
            matter = known.matter_when_opened if inside else known.matter_outside
            if state.pending and not inside:
                matter = known.matter_in_a_character
            broken = [token for token in matter if self.after(state, token) is None]
            return _flags(size, broken)
        kept = [token for token in known.may_go_on if self.after(state, token) is not None]
        return ~_flags(size, [*kept, *known.add_nothing])

    def _step(self, place: Any, number: str, character: str) -> tuple[Any, str] | None:
        if place == "outside":
            return ("opened" if character in _OPENING else "outside"), ""
        if character.isdecimal():
            return self._digit(place, number, character)
        if place == "opened":
            return self._in_opened(character)
        if place == "number" and number not in self._written:
            return None
        kind = _KINDS.get(character) or ("space" if character.isspace() else "other")
        goes_to = _NEXT.get((place, kind))
        return None if goes_to is None else (goes_to, "")

    def _digit(self, place: str, number: str, character: str) -> tuple[str, str] | None:
        written = number + character if place == "number" else character
        return ("number", written) if place != "spaced" and written in self._begun else None

    def _in_opened(self, character: str) -> tuple[str, str] | None:
        if character in self._vocabulary.marks:  # it would be dropped, and leave the bracket before what follows
            return None
        if character in _OPENING or character in _FILLING or character.isspace() or _is_unseen(character):
            return "opened", ""
        return "outside", ""


class OnlyThese(LogitsProcessor):
    """Has `generate` keep to a rule in the answer to a prompt of so many tokens.

    It goes by the tokens alone, so that assisted decoding may ask about continuations that it then throws away.
    """

    def __init__(self, rule: Rule, prompt_tokens: int) -> None:
        self._rule, self._prompt_tokens = rule, prompt_tokens
        self._tokens: list[int] = []
        self._states = [State()]

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Return the scores, those of forbidden tokens at minus infinity."""
        state = self._after(input_ids[0, self._prompt_tokens :].tolist())
        return self._rule.keep(state, scores)

    def _after(self, tokens: list[int]) -> State:
        same = len(self._tokens)
        if tokens[:same] != self._tokens:  # a guess that was looked at was wrong
            pairs = zip(tokens, self._tokens, strict=False)
            same = next((n for n, (new, old) in enumerate(pairs) if new != old), min(len(tokens), same))
            del self._tokens[same:], self._states[same + 1 :]
        for token in tokens[same:]:
            self._tokens.append(token)
            self._states.append(self._rule.after(self._states[-1], token) or State())
        return self._states[-1]


def _is_free(state: State) -> bool:
    """Whether nearly every token may come next."""
    return state.place in {"outside", "opened"}


def _flags(size: int, tokens: Sequence[int]) -> torch.Tensor:
    flags = torch.zeros(size, dtype=torch.bool)
    flags[[token for token in tokens if token < size]] = True
    return flags


def _pieces(tokenizer: Any) -> list[tuple[str, bytes]]:
    """Return what each token adds to a text that has begun, as text and as bytes; special ones add nothing."""
    anchor = tokenizer("a", add_special_tokens=False)["input_ids"][-1]
    pairs = [[anchor, number] for number in range(len(tokenizer))]
    fast = getattr(tokenizer, "backend_tokenizer", None)
    if fast is not None:  # 150,000 in 0.2 s
        texts = fast.decode_batch([[anchor], *pairs], skip_special_tokens=True)
    else:
        texts = tokenizer.batch_decode([[anchor], *pairs], skip_special_tokens=True, clean_up_tokenization_spaces=False)
    begin, *rest = texts
    names = tokenizer.convert_ids_to_tokens(list(range(len(tokenizer))))
    letters: Any = bytes_to_unicode  # untyped
    values = {character: value for value, character in letters().items()}
    found = [text[len(begin) :] for text in rest]
    return [(text, _raw(text, name, values)) for text, name in zip(found, names, strict=True)]


def _raw(text: str, name: str | None, values: dict[str, int]) -> bytes:
    """Return a token's bytes; its text does not tell those of a part of a character."""
    if _REPLACED not in text or name is None:
        return text.encode()
    if byte := _BYTE.fullmatch(name):  # sentencepiece
        return bytes((int(byte[1], 16),))
    if all(character in values for character in name):  # byte-level BPE
        return bytes(values[character] for character in name)
    return text.encode()


def _folded(text: str) -> str:
    """Return text with its digits and brackets as ASCII has them, wherever they are from (“３”, “［”, “٣”)."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", text.replace("№", "#"))
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in plain)


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in {"Cf", "Cc", "Mn"}
