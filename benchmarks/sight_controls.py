"""How many controls are found in pixels alone, and how many are invented: `python -m benchmarks.sight_controls`.

Three sets of windows: the tests' corpus, windows that make themselves in themes that no network was trained with, and
such windows of GTK 4, the toolkit that was left out. Truth is the accessibility tree, the toolkit's own geometry, or
what the program tells of itself.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from assistant.config import Config, LookConfig
from assistant.look.merge import merged
from assistant.look.sight import Sight
from assistant.scene import Box, Element, Picture, Scene, Window
from benchmarks.figures import Comparison, Target, percent
from benchmarks.looking import looking
from benchmarks.turns import share_of
from harness.corpus import Captured, capture, corpus
from harness.sight_score import ROLES as SCORED
from harness.sight_score import Score, lie, word_recall
from harness.tree import Tree
from harness.windows import Windows
from training.widgets.generate import needs, run
from training.widgets.layouts import window as made_window
from training.widgets.samples import Window as Made
from training.widgets.samples import window_of
from training.widgets.themes import JOBS, Job

MISSED, INVENTED = Target(10.0, is_ratio=False), Target(1.0, is_ratio=False)
PATIENT = Config(look=LookConfig(tree_ms=5_000))
MADE = 120
"""Windows of each set that makes itself."""
UNSEEN_SEED = 90_000_000
"""From here on no window was ever trained with, nor used to choose anything."""
READ = ("en", "zh")
"""The languages that can be read; windows in others are left out."""
_WORDS = frozenset({"label", "push button", "check box", "radio button", "page tab", "link"})


@dataclass
class Tally:
    """What was found in one set of windows."""

    title: str
    windows: int = 0
    score: Score = field(default_factory=Score)
    words: list[float] = field(default_factory=list)

    def add(self, truth: Scene, scene: Scene, where: str) -> None:
        self.windows += 1
        self.score.add(truth, scene, where)
        there = [element.name for element in truth.elements if element.role in _WORDS and element.name]
        if there:
            self.words.append(word_recall(there, [text for e in scene.elements for text in (e.name, e.text)]))


async def measured(share: float = 1.0) -> tuple[tuple[Comparison, ...], tuple[str, ...]]:
    """Return the figures of each set, and notes with those of each role."""
    tallies, missing = await tallied(share)
    lines: list[Comparison] = []
    for tally in tallies:
        score, tree = tally.score, "the tree"
        lines += [
            percent(f"named controls missed, {tally.title}", 100 * (1 - score.recall), tree, 0.0, MISSED),
            percent(f"controls told that are none, {tally.title}", 100 * score.invented_share, tree, 0.0, INVENTED),
        ]
    return tuple(lines), (*_NOTES, *(in_words(tally) for tally in tallies), *missing)


async def tallied(share: float = 1.0) -> tuple[list[Tally], list[str]]:
    """Read every set that this machine can show; return what was found, and what could not be shown."""
    tallies, missing = [], []
    async with Sight() as sight:
        tallies.append(await _of_corpus(sight, share))
        for title, split in (("held-out themes", "themes"), ("held-out toolkit, GTK 4", "toolkit")):
            jobs = [job for job in JOBS if job.split == split and not needs(job)]
            tally, shown = await _of_made(sight, title, jobs, share_of(MADE, share))
            tallies.append(tally)
            absent = sorted({theme for job in JOBS if job.split == split for theme in job.themes} - shown)
            if absent and share == 1.0:
                missing.append(f"{title}: without {', '.join(absent)}. To have all of them, run: "
                               "scripts/install-system-packages training")  # fmt: skip
    return tallies, missing


async def captured() -> list[Captured]:
    """Open every window of the corpus and take its picture and its truth."""
    return [window async for window in _captured(1.0)]


async def _captured(share: float) -> AsyncIterator[Captured]:
    every = corpus()
    async with looking(PATIENT) as (desktop, bus, _, look):
        tree = Tree(bus)
        await tree.listen()
        for shown in every[:: max(1, len(every) // share_of(len(every), share))]:
            yield await capture(Windows(desktop, tree), look, shown)


async def _of_corpus(sight: Sight, share: float) -> Tally:
    tally = Tally("windows of the tests")
    async for window in _captured(share):
        tally.add(window.truth, await read(sight, window.truth, window.picture), window.shown.name)
    return tally


async def _of_made(sight: Sight, title: str, jobs: Sequence[Job], count: int) -> tuple[Tally, set[str]]:
    """Return the figures of windows that make themselves, and the themes that they were drawn in."""
    tally, themes = Tally(title), set[str]()
    with tempfile.TemporaryDirectory() as folder:
        for number, job in enumerate(jobs):
            for made in _made(job, Path(folder), UNSEEN_SEED + number * 1_000_000, max(1, round(count * job.share))):
                truth = truth_of(made)
                assert truth.picture is not None
                scene = await read(sight, truth, truth.picture)
                tally.add(truth, without_unseen(truth, scene), job.name)
                themes.add(made.theme)
    return tally, themes


def _made(job: Job, folder: Path, seed: int, count: int) -> Iterator[Made]:
    """Yield some windows in languages that can be read."""
    seeds = (number for number in itertools.count(seed) if made_window(number)["language"] in READ)
    with contextlib.closing(run(job, folder, islice(seeds, count))) as records:
        for record in records:
            yield window_of(record, folder)


def truth_of(made: Made) -> Scene:
    """Return a window that made itself as a scene; what cannot be seen well enough has the role "unseen"."""
    shown = made.picture()
    elements = []
    for number, one in enumerate((*made.controls, *made.lines), start=1):
        x, y, right, lower = (int(edge) for edge in one.edges)
        role = "label" if number > len(made.controls) else one.role or "unseen"
        elements.append(Element(number, role, one.name, states=one.states, box=Box(x, y, right - x, lower - y)))
    return Scene(Window(), elements=tuple(elements), picture=Picture(shown.shape[1], shown.shape[0], shown.tobytes()))


def without_unseen(truth: Scene, scene: Scene) -> Scene:
    """Leave out what was found where a control is that cannot be seen well enough: it is neither right nor wrong."""
    unseen = [element for element in truth.elements if element.role == "unseen"]
    others = [element for element in truth.elements if element.role in SCORED]
    kept = [
        element
        for element in scene.elements
        if not element.box or not any(lie(element, one) for one in unseen) or any(lie(element, one) for one in others)
    ]
    numbered = (replace(element, id=number, labels=()) for number, element in enumerate(kept, start=1))
    return Scene(scene.window, tuple(numbered))


async def read(sight: Sight, truth: Scene, picture: Picture) -> Scene:
    """Return what the pixels alone tell of a window."""
    return merged(Scene(Window(title=truth.window.title), picture=picture), await sight.seen(picture))


def in_words(tally: Tally) -> str:
    """Return a set's figures, each role's among them."""
    score = tally.score
    roles = "; ".join(
        f"{role} {score.found[role]} of {score.there[role]}, of {score.told[role]} told {score.wrong_role[role]} "
        f"of another role and {score.invented[role]} none"
        for role in sorted({*score.there, *score.told})
    )
    words = f" {sum(tally.words) / len(tally.words):.1%} of the words were read." if tally.words else ""
    return f"{tally.title}, {tally.windows} windows:{words} Found with role and name: {roles}."


_NOTES = (
    """A control counts as found if what was told lies where it is, with its role and, where its name can be seen, its
name. A control told where none is, is none. Windows of the tests were looked at while the rules were written; those of
held-out themes and of GTK 4 make themselves, from seeds that were used for nothing else.""",
)


def main() -> None:
    """Print the figures of every set."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sight_controls", description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="of the usual number of windows")
    parser.add_argument("--missed", action="store_true", help="say too what was missed in the windows of the tests")
    chosen = parser.parse_args()
    tallies, missing = asyncio.run(tallied(chosen.share))
    for tally in tallies:
        score = tally.score
        print(f"{tally.title}: {score.recall:.3f} of {sum(score.there.values())} named controls found, "
              f"{score.invented_share:.4f} of {sum(score.told.values())} told invented")  # fmt: skip
        print(f"  {in_words(tally)}")
    if chosen.missed:
        print(
            json.dumps([f"{one.where}: {one.what} {one.element.role}" for one in tallies[0].score.failures], indent=1)
        )
    print("\n".join(missing))


if __name__ == "__main__":
    main()
