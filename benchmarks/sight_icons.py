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
from benchmarks.figures import Series, amount

SHEET = Path(__file__).parent.parent / "tests" / "sight" / "unseen_icons.png"
AT_ONCE = 20  # crops: the target is 10 ms for these
ROUNDS = 200
WARM = 10


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
    guesses = reader.read([crop for crop, _ in crops])
    pairs = [(guess.meaning, meaning) for guess, (_, meaning) in zip(guesses, crops, strict=True)]
    known = [(said, meant) for said, meant in pairs if meant != "unknown"]
    named = [(said, meant) for said, meant in known if said != UNKNOWN]
    strange = [said for said, meant in pairs if meant == "unknown"]
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
