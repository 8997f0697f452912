"""Say how well controls are found: `python -m training.widgets.report FOLDER`, for each split and role.

Right: the box is the control's (each holds the other's middle, and they share 0.3 of their union), and so is the role.
Invented: no control is there. Of what is neither, the role or the box is wrong. What cannot be seen counts neither way.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from assistant.host.seeing import Region, TextLine
from assistant.scene import Box
from assistant.sight.weights import FOLDER
from assistant.sight.widgets import FIRST, SECOND, Finder, First, Second
from training.widgets.roles import MARKED, ROLES, STATES
from training.widgets.samples import Control, Window, load

SPLITS = {
    "check": "known themes",
    "themes": "held-out themes",
    "toolkit": "held-out toolkit",
    "hidpi": "twice the size",
}
UNSCORED = {"text"}
"""Found, but not asked for: large areas of text."""


class Scored(NamedTuple):
    """One thing that was said to be there."""

    role: str
    score: float
    is_right: bool
    is_invented: bool


@dataclass
class Tally:
    """What was found in many windows, by role."""

    there: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    """Controls that were found, with their own role."""
    touched: Counter[str] = field(default_factory=Counter)
    """Controls that were found, with whatever role."""
    said: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    invented: Counter[str] = field(default_factory=Counter)
    states: Counter[tuple[str, bool]] = field(default_factory=Counter)
    scored: list[Scored] = field(default_factory=list)

    def add(self, controls: Sequence[Control], regions: Sequence[Region]) -> None:
        """Compare what is in one window with what was found in it; each control is found once at most."""
        free = list(range(len(controls)))
        for region in sorted(regions, key=lambda region: -region.confidence):
            same = [number for number in free if is_same(region.box, controls[number])]
            own = [number for number in same if controls[number].role == region.role]
            chosen = (own or [number for number in same if controls[number].role] or same)[:1]
            if not chosen:
                if not any(one.role is None and is_inside(region.box, one) for one in controls):
                    self._say(region, is_right=False, is_invented=not any(touches(region.box, one) for one in controls))
                continue
            one = controls[chosen[0]]
            free.remove(chosen[0])
            if one.role is None:
                continue
            self._say(region, is_right=one.role == region.role)
            self.touched[one.role] += 1
            if one.role == region.role:
                self.found[one.role] += 1
                self._compare(one, region)
        self.there.update(one.role for one in controls if one.role)

    def _say(self, region: Region, *, is_right: bool, is_invented: bool = False) -> None:
        self.said[region.role] += 1
        self.right[region.role] += is_right
        self.invented[region.role] += is_invented
        self.scored.append(Scored(region.role, region.confidence, is_right, is_invented))

    def _compare(self, one: Control, region: Region) -> None:
        told = set(region.states) | ({"disabled"} if "sensitive" not in region.states else set())
        for state in STATES:
            if state in one.states:
                self.states[f"{state} shown", state in told] += 1
            elif state in told:
                self.states[f"{state} told", False] += 1

    def lines(self) -> Iterable[str]:
        """Yield the table."""
        yield f"{'':20} {'there':>6} {'recall':>7} {'any role':>8} {'said':>6} {'precision':>9} {'invented':>8}"
        for role in (*(role for role in ROLES if role not in UNSCORED), "all"):
            roles = [one for one in ROLES if one not in UNSCORED] if role == "all" else [role]
            there, said = sum(self.there[one] for one in roles), sum(self.said[one] for one in roles)
            found, touched = (sum(count[one] for one in roles) for count in (self.found, self.touched))
            right, invented = (sum(count[one] for one in roles) for count in (self.right, self.invented))
            yield (
                f"{role:20} {there:6} {share(found, there):>7} {share(touched, there):>8} {said:6} "
                f"{share(right, said):>9} {share(invented, said, 4):>8}"
            )
        for state in STATES:
            seen, missed = self.states[f"{state} shown", True], self.states[f"{state} shown", False]
            wrong = self.states[f"{state} told", False]
            recall, precision = share(seen, seen + missed), share(seen, seen + wrong)
            yield f"  {state:18} {seen + missed:6} {recall:>7} {'':8} {seen + wrong:6} {precision:>9}"


def share(part: int, whole: int, digits: int = 3) -> str:
    return f"{part / whole:.{digits}f}" if whole else "-"


def is_same(box: Box, one: Control) -> bool:
    """Say whether a box is that of a control."""
    x, y, right, lower = one.edges
    common = max(min(box.right, right) - max(box.x, x), 0) * max(min(box.bottom, lower) - max(box.y, y), 0)
    union = box.width * box.height + (right - x) * (lower - y) - common
    across, down = box.x + box.width / 2, box.y + box.height / 2
    middles = x <= across <= right and y <= down <= lower
    middles = middles and box.x <= (x + right) / 2 <= box.right and box.y <= (y + lower) / 2 <= box.bottom
    return middles and common >= (0.1 if one.role in MARKED else 0.3) * union  # a mark has more or less room around it


def touches(box: Box, one: Control) -> bool:
    x, y, right, lower = one.edges
    return box.x < right and x < box.right and box.y < lower and y < box.bottom


def is_inside(box: Box, one: Control) -> bool:
    x, y, right, lower = one.edges
    common = max(min(box.right, right) - max(box.x, x), 0) * max(min(box.bottom, lower) - max(box.y, y), 0)
    return common >= 0.5 * box.width * box.height


def text_lines(window: Window) -> list[TextLine]:
    """Return the texts beside the controls as lines, as if they had been read."""
    made = []
    for one in window.lines:
        x, y, right, lower = (round(edge) for edge in one.edges)
        made.append(TextLine(one.name, Box(x, y, right - x, lower - y)))
    return made


def tally(windows: Iterable[Window], weights: Path) -> Tally:
    """Find the controls of windows, and compare."""
    made = Tally()
    finder = Finder(First((weights / FIRST).read_bytes()), Second((weights / SECOND).read_bytes()))
    for window in windows:
        regions = finder.find(np.ascontiguousarray(window.picture()), text_lines(window))
        made.add(
            [one for one in window.controls if one.role not in UNSCORED],
            [region for region in regions if region.role not in UNSCORED],
        )
    return made


def scored_windows(folder: Path, weights: Path, split: str) -> list[Scored]:
    """Return everything that these weights find in a split."""
    return tally(load(folder, split), weights).scored


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--splits", nargs="*", default=list(SPLITS))
    parser.add_argument("--limit", type=int)
    parser.add_argument("--weights", type=Path, default=FOLDER, help="the folder with the weights")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    chosen = parser.parse_args()
    figures = {}
    for split in chosen.splits:
        every = load(chosen.folder, split, limit=chosen.limit)
        for toolkit in sorted({window.toolkit for window in every}):
            made = tally((window for window in every if window.toolkit == toolkit), chosen.weights)
            print(f"\n{SPLITS[split]}, {toolkit}: {sum(window.toolkit == toolkit for window in every)} windows")
            print("\n".join(made.lines()))
            said = made.said.total()
            figures[f"{split} {toolkit}"] = {
                "recall": made.found.total() / max(made.there.total(), 1),
                "invented": made.invented.total() / max(said, 1),
            }
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
