"""How well and how fast icons of unseen sets are named: `python -m benchmarks.sight_icons [--cache DIR]`.

Without a cache, the small sheet of the tests; with that of `make -C training icons`, every held-out theme as well.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from PIL import Image

from assistant.host.seeing import UNKNOWN
from assistant.sight.icons import IconReader
from assistant.sight.parts import Pixels
from benchmarks.figures import Comparison, Series, Target, amount, percent
from benchmarks.turns import share_of

SHEET = Path(__file__).parent.parent / "tests" / "sight" / "unseen_icons.png"
AT_ONCE = 20  # crops: the target is 10 ms for these
ROUNDS = 200
WARM = 10
WRONG, UNNAMED = Target(10.0, is_ratio=False), Target(15.0, is_ratio=False)
CACHE = Path.home() / ".cache" / "sightline-training" / "icons"
"""Where `make -C training icons` leaves what the figures of all held-out sets need."""

Pair = tuple[str, str]


def unseen() -> list[tuple[Pixels, str]]:
    """Return the crops of the sheet and what each means."""
    sheet = np.asarray(Image.open(SHEET).convert("RGB"))
    found: list[tuple[Pixels, str]] = []
    for line in SHEET.with_suffix(".txt").read_text(encoding="ascii").splitlines():
        *place, meaning = line.split()
        left, top, width, height = map(int, place)
        found.append((sheet[top : top + height, left : left + width], meaning))
    return found


def times_of(reader: IconReader, crops: list[Pixels], rounds: int = ROUNDS) -> tuple[Series, Series]:
    """Return how long it takes to name them, and the processor's time for it, in milliseconds, on one thread."""
    took, computed = [], []
    for number in range(rounds + WARM):
        started, before = time.perf_counter(), time.process_time()
        reader.read(crops)
        if number >= WARM:
            took.append((time.perf_counter() - started) * 1000)
            computed.append((time.process_time() - before) * 1000)
    return Series(tuple(took)), Series(tuple(computed))


def measured(share: float = 1.0) -> tuple[tuple[Comparison, ...], tuple[str, ...]]:
    """Return the figures for the tests' sheet, and notes with those of every held-out theme, if these are here."""
    reader, crops = IconReader(), unseen()
    took, _ = times_of(reader, [crop for crop, _ in crops[:AT_ONCE]], share_of(ROUNDS, share))
    known, named, strange = _told(reader, crops)
    right = sum(said == meant for said, meant in named)
    lines = (
        Comparison(f"{AT_ONCE} icons, one thread", took, target=Target(10.0, is_ratio=False)),
        percent("icons named wrongly, of those named", 100 * (1 - right / max(1, len(named))), target=WRONG),
        percent("icons of known meanings not named", 100 * (1 - len(named) / max(1, len(known))), target=UNNAMED),
        percent("icons of other meanings named all the same", 100 * sum(map(bool, strange)) / max(1, len(strange))),
    )
    sheet = f"Icons: {len(crops)} of Phosphor, a set that was never trained with; the tests' own sheet."
    if not (CACHE / "test.npz").exists():
        return lines, (f"{sheet} For the other five sets that were left out: make -C training icons-report.",)
    return lines, (sheet, held_out(CACHE))


def _told(reader: IconReader, crops: list[tuple[Pixels, str]]) -> tuple[list[Pair], list[Pair], list[str]]:
    """Return (said, meant) of all icons with a known meaning, of those named, and what is said of the others."""
    guesses = reader.read([crop for crop, _ in crops])
    pairs = [(guess.meaning, meaning) for guess, (_, meaning) in zip(guesses, crops, strict=True)]
    known = [(said, meant) for said, meant in pairs if meant != "unknown"]
    named = [(said, meant) for said, meant in known if said != UNKNOWN]
    return known, named, [said for said, meant in pairs if meant == "unknown"]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sight_icons", description=__doc__)
    parser.add_argument("--cache", type=Path, help="the folder in which training/icons has left test.npz")
    cache: Path | None = parser.parse_args().cache
    reader, crops = IconReader(), unseen()
    took, computed = times_of(reader, [crop for crop, _ in crops[:AT_ONCE]])
    print(
        f"{AT_ONCE} crops, one thread: {amount(took.median)} ms ({amount(took.p90)}; n = {took.count}), of which the "
        f"processor computed {amount(computed.median)} ms ({amount(computed.p90)}); target 10 ms"
    )
    known, named, strange = _told(reader, crops)
    print(
        f"the tests' sheet (Phosphor, never seen): {sum(a == b for a, b in named)} of {len(named)} named rightly, "
        f"{len(named)} of {len(known)} named; {sum(map(bool, strange))} of {len(strange)} strange icons named"
    )
    if cache is not None:
        print(held_out(cache))


def held_out(cache: Path) -> str:
    """Return the figures for every held-out theme, by the weights that ship."""
    from assistant.sight import weights  # noqa: PLC0415 - training is not there without a checkout
    from training.icons.report import of_weights  # noqa: PLC0415

    return of_weights(weights.FOLDER, np.load(cache / "test.npz"))


if __name__ == "__main__":
    main()
