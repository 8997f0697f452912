"""How well windows of real programs are read from their pixels alone: `python -m benchmarks.applications`.

The programs are Debian's, which nobody made for this; the truth is what their accessibility trees tell of what can be
seen. They are split into two halves by their names: who mends the rules may look at the failures of the one that is
`seen`, and of the `blind` one there are only sums. Targets: recall 0.90 of the named controls, invented 1 %.

    --half seen|blind     of one half alone
    --save FOLDER         keep the pictures and what the trees told: pictures of a screen, so the folder has to be named
    --load FOLDER         read what was kept, and open no program
    --failures            list what was missed and what was invented, of the seen half
    --only WORD           only windows with this in their name
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from PIL import Image

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from assistant.errors import SightlineError
from assistant.host.png import png
from assistant.look.merge import merged
from assistant.look.sight import PROGRAM, Sight
from assistant.scene import Picture, Scene, Window
from assistant.scene_json import scene_from_json, scene_to_json
from benchmarks.applications_opened import Captured, Opened, captured, icons_of, listed
from benchmarks.applications_truth import Half, Truth, half_of, truth_of
from harness.sight_score import Score, word_recall

RECALL, INVENTED = 0.90, 0.01
TRIES = 2  # a busy machine may be too slow for a program's own limits
READ_SECONDS = 120.0  # what is read is measured here, not how fast
HALVES: tuple[Half, ...] = ("seen", "blind")
_READ = frozenset({"label", "push button", "toggle button", "check box", "radio button", "page tab", "link", "menu"})


@dataclass
class Sums:
    """What was found in some windows."""

    windows: int = 0
    every: Score = field(default_factory=Score)
    lettered: Score = field(default_factory=Score)
    """Of controls whose name is drawn alone."""
    recalls: list[float] = field(default_factory=list)
    """Of every window: a calculator's keys are many, and weigh no more here than a question's three buttons."""
    words: list[float] = field(default_factory=list)


def sums_of(window: Captured, truth: Truth, read: Scene) -> Sums:
    """Return what was found in one window."""
    sums = Sums(windows=1)
    sums.every.add(truth.scene, read, window.name, truth.nameless)
    sums.lettered.add(truth.with_shown_names, read, window.name)
    if sums.every.there:
        sums.recalls.append(sums.every.recall)
    there = [element.name for element in truth.with_shown_names.elements if element.role in _READ and element.name]
    if there:
        sums.words.append(word_recall(there, [text for e in read.elements for text in (e.name, e.text)]))
    return sums


# Opening


async def opened(wanted: Iterable[Opened], folder: Path | None) -> list[Captured]:
    """Open windows one after another, and keep them if there is a folder for it; say which were left out, and why."""
    found: list[Captured] = []
    for how in wanted:
        if not how.is_installed:
            print(f"left out, {how.package} is not installed: {how.name}", flush=True)
        elif window := await _tried(how):
            found.append(window)
            if folder:
                save(window, folder)
    return found


async def _tried(how: Opened) -> Captured | None:
    for _ in range(TRIES):
        try:
            return await captured(how)
        except (TimeoutError, ValueError, SightlineError) as error:
            print(f"did not open ({type(error).__name__}): {how.name}", flush=True)
    return None


def save(window: Captured, folder: Path) -> None:
    """Keep a window in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    name, picture = window.name.replace(" ", "_"), window.picture
    (folder / f"{name}.png").write_bytes(png(picture.width, picture.height, picture.rgb))
    told = {
        "program": window.program,
        "window": window.window,
        "scale": picture.scale,
        "has_own_title_bar": window.has_own_title_bar,
        "tree": scene_to_json(window.tree),
    }
    (folder / f"{name}.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")


def load(folder: Path) -> list[Captured]:
    """Return the windows that were kept in a folder."""
    return [_loaded(file) for file in sorted(folder.glob("*.json"))]


def _loaded(file: Path) -> Captured:
    told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    with Image.open(file.with_suffix(".png")) as image:
        picture = Picture(image.width, image.height, image.convert("RGB").tobytes(), told["scale"])
    tree = scene_from_json(told["tree"])
    return Captured(told["program"], told["window"], tree, picture, told["has_own_title_bar"])


# Reading


def truth_about(window: Captured) -> Truth:
    """Return what is to be seen of a window."""
    return truth_of(
        window.tree,
        window.picture,
        icons=icons_of(window.program),
        has_own_title_bar=window.has_own_title_bar,
    )


async def measured(windows: Iterable[Captured]) -> dict[str, Sums]:
    """Read windows from their pixels alone; return the sums of every program."""
    sums = defaultdict[str, list[Sums]](list)
    async with Sight(program=replace(PROGRAM, answer_seconds=READ_SECONDS)) as sight:
        for window in windows:
            title = Window(title=window.tree.window.title)
            read = merged(Scene(title, picture=window.picture), await sight.seen(window.picture))
            sums[window.program].append(sums_of(window, truth_about(window), read))
    return {program: total(found) for program, found in sums.items()}


def total(sums: Iterable[Sums]) -> Sums:
    """Return the sums of sums."""
    whole = Sums()
    for one in sums:
        whole.windows += one.windows
        whole.recalls += one.recalls
        whole.words += one.words
        for into, of in ((whole.every, one.every), (whole.lettered, one.lettered)):
            for counted in ("there", "found", "told", "invented", "wrong_role"):
                getattr(into, counted).update(getattr(of, counted))
            into.failures += of.failures
    return whole


# Telling


def tell(half: Half, by_program: dict[str, Sums], *, failures: bool) -> None:
    """Print the sums of one half; of the blind one, nothing else."""
    whole = total(by_program.values())
    every, lettered = whole.every, whole.lettered
    print(
        f"\n{half}: {whole.windows} windows of {len(by_program)} programs, {sum(every.there.values())} named controls"
    )
    print(f"found, role and name right: {every.recall:.3f} (target {RECALL})")
    print(f"  of the {sum(lettered.there.values())} whose name can be read: {lettered.recall:.3f}")
    print(f"  the mean of the windows: {_mean(whole.recalls):.3f}")
    print(f"invented, of {sum(every.told.values())} told: {every.invented_share:.3f} (target {INVENTED})")
    print(f"words read: {_mean(whole.words):.3f}")
    for role in sorted(every.there | every.told):
        wrong = f"{every.wrong_role[role]} of another role, {every.invented[role]} invented"
        print(f"  {role}: {every.found[role]} of {every.there[role]} found; {every.told[role]} told, {wrong}")
    if half == "blind":
        return
    for program, sums in sorted(by_program.items()):
        score = sums.every
        found = f"{sum(score.found.values())} of {sum(score.there.values())} found"
        print(f"  {program}: {found}; {sum(score.told.values())} told, {sum(score.invented.values())} invented")
    if failures:
        for where, what, element in every.failures:
            print(f"    {where}: {what}: {element.role}, “{element.name}”, {tuple(element.box or ())}")


def _mean(shares: Sequence[float]) -> float:
    return sum(shares) / max(1, len(shares))


async def main(arguments: Sequence[str]) -> None:
    """Print what was found in each half."""
    options = _options(arguments)
    halves = HALVES if options.half == "both" else (options.half,)
    if options.load:
        windows = load(options.load)
    else:
        wanted = [how for how in listed() if half_of(how.program) in halves and options.only in how.name]
        windows = await opened(wanted, options.save)
    windows = [w for w in windows if half_of(w.program) in halves and options.only in w.name]
    sums = await measured(windows)
    for half in halves:
        tell(half, {p: s for p, s in sums.items() if half_of(p) == half}, failures=options.failures)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.applications")
    parser.add_argument("--half", choices=(*HALVES, "both"), default="both")
    parser.add_argument("--save", type=Path, metavar="FOLDER")
    parser.add_argument("--load", type=Path, metavar="FOLDER")
    parser.add_argument("--failures", action="store_true")
    parser.add_argument("--only", default="", metavar="WORD")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
