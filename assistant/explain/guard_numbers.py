"""Numbers in a sentence: digits, words and Chinese numerals, with their units; and whether they are true."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from assistant.explain.guard_words import all_words

_DIGITS = re.compile(r"(?<![A-Za-z0-9])\d+(?:[.,:/]\d+)*(?![0-9])")
_HAN_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_HAN_RUN = "[〇零一二两三四五六七八九十百千万亿]+"
_MONEY_BEFORE = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yuan", "￥": "yuan"}


class Amount(NamedTuple):
    """A number in plain digits, and the unit right behind it, "" if none is known."""

    number: str
    unit: str


class Spoken(NamedTuple):
    """A number in a sentence. `noun` is what stands behind it."""

    start: int
    end: int
    amount: Amount
    is_ordinal: bool


def plain_number(number: float) -> str:
    """Return a number as its plain digits: "3", "0.4"."""
    return f"{number:.6f}".rstrip("0").rstrip(".") or "0"


def amounts_in(text: str) -> set[Amount]:
    """Return every number in a text of the window; its parts as well ("3.4.1" holds 3)."""
    found = {spoken.amount for spoken in spoken_numbers(text, is_fact=True)}
    for match in re.finditer(r"(?<![A-Za-z0-9])\d+(?:[.,:/]\d+)*", unicodedata.normalize("NFKC", text)):
        parts = re.split(r"[.,:/]", match[0])
        found |= {Amount(_plain(part), "") for part in parts if len(parts) > 1}
    return found


def spoken_numbers(text: str, *, is_fact: bool = False) -> Iterator[Spoken]:
    """Yield the numbers in a text. “One” and “一” are articles as often as numbers, and are left out."""
    text = _same_length(text)
    for match in _DIGITS.finditer(text):
        unit = _unit_at(text, match.end()) or _MONEY_BEFORE.get(text[: match.start()].rstrip()[-1:], "")
        if text[max(0, match.start() - 3) : match.start()] == "百分之":
            unit = "percent"
        is_ordinal = text[match.start() - 1 : match.start()] == "第" or bool(
            re.match(r"(?:st|nd|rd|th)\b", text[match.end() :])
        )
        yield Spoken(match.start(), match.end(), Amount(_plain(match[0]), unit), is_ordinal)
    for match in re.finditer(rf"百分之({_HAN_RUN})|(第?)({_HAN_RUN})(?:(?={_measure()}))", text):
        number = _han_number(match[1] or match[3])
        if number == 1 and not is_fact:
            continue
        unit = "percent" if match[1] else _unit_at(text, match.end())
        yield Spoken(match.start(), match.end(), Amount(plain_number(number), unit), bool(match[2]))
    for match in _word_pattern().finditer(text):
        number, is_ordinal = _word_numbers()[match[0].casefold()]
        yield Spoken(match.start(), match.end(), Amount(plain_number(number), _unit_at(text, match.end())), is_ordinal)


def _same_length(text: str) -> str:
    """Return text with full-width digits and signs as plain ones, its length unchanged."""
    return "".join(
        unicodedata.normalize("NFKC", c) if "\uff01" <= c <= "\uff5e" and c not in "，；：。！？" else c for c in text
    )


def _plain(digits: str) -> str:
    """Return digits without separators of thousands and needless zeros; dates and times stay as they are."""
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits):
        digits = digits.replace(",", "")
    if re.fullmatch(r"\d+\.\d+", digits):
        return digits.rstrip("0").rstrip(".").lstrip("0") or "0" if digits[0] != "0" else plain_number(float(digits))
    return digits.lstrip("0") or "0" if digits.isdigit() else digits


def _unit_at(text: str, end: int) -> str:
    for words in all_words():
        for unit, pattern in words.units:
            if pattern.match(text, end):
                return unit
    return ""


def _han_number(run: str) -> int:
    if not any(character in _HAN_UNITS for character in run):
        return int("".join(str(_HAN_DIGITS[character]) for character in run))
    total = section = digit = 0
    for character in run:
        if character in _HAN_DIGITS:
            digit = _HAN_DIGITS[character]
        elif _HAN_UNITS[character] < 10_000:
            section += (digit or 1) * _HAN_UNITS[character]
            digit = 0
        else:
            total = (total + section + digit) * _HAN_UNITS[character]
            section = digit = 0
    return total + section + digit


@cache
def _measure() -> str:
    return "|".join(f"(?:{words.data['measure']})" for words in all_words() if "measure" in words.data)


@cache
def _word_numbers() -> dict[str, tuple[int, bool]]:
    found: dict[str, tuple[int, bool]] = {}
    for words in all_words():
        found |= {word: (number, False) for word, number in words.data["numbers"].items()}
        found |= {word: (number, True) for word, number in words.data["ordinals"].items()}
    tens = [(word, number) for word, (number, is_ordinal) in found.items() if 20 <= number <= 90 and not is_ordinal]
    ones = [(word, number) for word, (number, is_ordinal) in found.items() if 2 <= number <= 9 and not is_ordinal]
    found |= {f"{ten}-{one}": (high + low, False) for ten, high in tens for one, low in [*ones, ("one", 1)]}
    return found


@cache
def _word_pattern() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sorted(_word_numbers(), key=len, reverse=True))})\b", re.IGNORECASE)
