"""What a benchmark brings home: series of measurements, ours beside a rival's, and whether the target is met."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Unit = Literal["ms", "MB", "%", "per 10 s"]

_DECIMALS_BELOW = ((10.0, 2), (100.0, 1))


@dataclass(frozen=True, slots=True)
class Series:
    """Measurements of one thing. `missed`: how often nothing came within the time limit."""

    values: tuple[float, ...]
    missed: int = 0

    @classmethod
    def of(cls, values: Iterable[float | None]) -> Series:
        """Take measurements, None where nothing came."""
        taken = tuple(values)
        came = tuple(value for value in taken if value is not None)
        return cls(came, len(taken) - len(came))

    @property
    def count(self) -> int:
        return len(self.values)

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def p90(self) -> float:
        """The smallest value that nine in ten do not exceed."""
        ordered = sorted(self.values)
        return ordered[-(-len(ordered) * 9 // 10) - 1]


@dataclass(frozen=True, slots=True)
class Target:
    """What DESIGN.md asks for: at most so many times the rival's, or at most so much."""

    at_most: float
    is_ratio: bool = True

    def text(self, unit: Unit) -> str:
        """Return it as the tables have it."""
        return f"≤ {self.at_most:g} ×" if self.is_ratio else f"≤ {self.at_most:g} {unit}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One line of a table: the same thing done by us and by a rival, in turn. No rival: our own figure alone."""

    what: str
    ours: Series
    rival_name: str = ""
    rival: Series | None = None
    unit: Unit = "ms"
    target: Target | None = None
    headline: str = ""
    """What the chart calls it; "" keeps it out of the chart."""

    @property
    def ratio(self) -> float | None:
        """Ours through the rival's, medians; None where one of them is missing or nothing."""
        if self.rival is None or not (self.ours.values and self.rival.values) or not self.rival.median:
            return None
        return self.ours.median / self.rival.median

    @property
    def is_met(self) -> bool | None:
        """Whether the target is met; None where there is none, or nothing to tell it by."""
        if self.target is None or not self.ours.values:
            return None
        measured = self.ratio if self.target.is_ratio else self.ours.median
        return None if measured is None else measured <= self.target.at_most


@dataclass(frozen=True, slots=True)
class Result:
    """What one benchmark found. `notes` say how it was measured, and what has to be known to read it."""

    name: str
    title: str
    comparisons: tuple[Comparison, ...]
    notes: tuple[str, ...] = ()
    load: tuple[float, float] = (0.0, 0.0)
    """The machine's load average over a minute, before and after."""


def percent(
    what: str, ours: float, rival_name: str = "", rival: float | None = None, target: Target | None = None
) -> Comparison:
    """Return a comparison of two percentages, each counted over all that was measured."""
    theirs = None if rival is None else Series((rival,))
    return Comparison(what, Series((ours,)), rival_name, theirs, unit="%", target=target)


def amount(value: float, unit: str = "") -> str:
    """Return a measurement with three digits or so: 0.83, 14.5, 613."""
    decimals = next((places for limit, places in _DECIMALS_BELOW if abs(value) < limit), 0)
    return f"{value:,.{decimals}f}" + (f" {unit}" if unit else "")
