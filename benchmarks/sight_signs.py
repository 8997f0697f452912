"""How well single signs on keys are read, beside readers of text: `python -m benchmarks.sight_signs`.

Keys as calculators have them, drawn in sizes and colours by lot with fonts that the network of signs never saw.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from assistant.scene import Box
from assistant.sight.find import crop_of, sign_on
from assistant.sight.parts import Pixels
from assistant.sight.reader import TextReader
from assistant.sight.readers import open_reader
from assistant.sight.signs import SignReader
from benchmarks.figures import Comparison, Target, amount, percent
from benchmarks.turns import share_of
from harness.sight_score import likeness
from training.signs.draw import Hand, drawings

FAMILIES = ("Carlito", "EB Garamond", "EB Garamond 12")
COUNT = 600
SEED = 90_000_000
USUAL = 0.85  # of a font's height: a line of text
UNREAD = Target(15.0, is_ratio=False)
MISSING = """Signs on keys were not measured: no font is here that was never trained with. To have them, run:
scripts/install-system-packages training"""


def unseen_fonts() -> list[Path]:
    """Return the files of the fonts that were left out, as far as this machine has them."""
    found = [
        subprocess.run(["fc-list", f":family={family}", "file"], capture_output=True, text=True, check=True).stdout
        for family in FAMILIES
    ]
    return sorted({Path(line.split(":")[0]) for lines in found for line in lines.splitlines()})


def measured(share: float = 1.0) -> tuple[tuple[Comparison, ...], tuple[str, ...]]:
    """Return how many signs are not read, or wrongly, by us and by RapidOCR; a note where that cannot be measured."""
    fonts = unseen_fonts()
    return with_fonts(fonts, share_of(COUNT, share)) if fonts else ((), (MISSING,))


def with_fonts(fonts: Sequence[Path], count: int) -> tuple[tuple[Comparison, ...], tuple[str, ...]]:
    """Return how so many signs are read that are drawn with these fonts."""
    hand, reader, rival = Hand(fonts, SEED), SignReader(), open_reader("rapidocr")
    texts = [(sign, text) for sign, texts in drawings().items() for text in texts]
    ours = theirs = there = 0
    while there < count:
        sign, text = texts[int(hand.rng.integers(len(texts)))]
        shown = hand.key(text)
        if shown is None:
            continue
        picture, key, size = shown
        usual = USUAL * size
        signs = reader.read(picture, [key], usual)
        there += 1
        ours += key in signs and likeness(sign, signs[key].text) == 1
        theirs += likeness(sign, _read_as_text(rival, picture, key, usual)) == 1
    lines = (
        percent("signs on keys not read rightly, of fonts never seen", 100 * (1 - ours / there), "RapidOCR",
                100 * (1 - theirs / there), UNREAD),
    )  # fmt: skip
    return lines, (f"Signs: {there} single signs and letters on keys, in {len(fonts)} fonts that training left out.",)


def _read_as_text(reader: TextReader, picture: Pixels, key: Box, usual: float) -> str:
    place = sign_on(picture, key, usual)
    return reader.read([crop_of(picture, place.box, usual)])[0].text if place is not None else ""


def main() -> None:
    """Print the figures."""
    lines, notes = measured()
    for line in lines:
        assert line.rival is not None
        print(f"{line.what}: {amount(line.ours.median)} %, {line.rival_name} {amount(line.rival.median)} %")
    print("\n".join(notes))


if __name__ == "__main__":
    main()
