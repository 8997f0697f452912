"""Plural forms by CLDR's rules, so that a language file can say them: {one: "n % 10 = 1 and n % 100 != 11"}."""

from __future__ import annotations

import re
from collections.abc import Mapping

_RELATION = re.compile(r"\s*n\s*(?:%\s*(\d+))?\s*(!?=)\s*([\d.,\s]+?)\s*")


def plural_form(count: int, rules: Mapping[str, str]) -> str:
    """Return the first form whose rule holds for a whole number, else "other"."""
    return next((form for form, rule in rules.items() if _holds(rule, abs(count))), "other")


def _holds(rule: str, count: int) -> bool:
    return any(all(_related(part, count) for part in re.split(r"\band\b", side)) for side in re.split(r"\bor\b", rule))


def _related(relation: str, count: int) -> bool:
    match = _RELATION.fullmatch(relation)
    if match is None:
        raise ValueError(f"not a plural rule: {relation!r}")
    modulus, operator, ranges = match.groups()
    number = count % int(modulus) if modulus else count
    return (operator == "=") == any(_within(number, part) for part in ranges.split(","))


def _within(number: int, part: str) -> bool:
    low, _, high = part.strip().partition("..")
    return int(low) <= number <= int(high or low)
