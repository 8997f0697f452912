"""Draw the small sheet of unseen icons that the tests read: tests/sight/unseen_icons.png, and what each is in .txt."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from training.icons.compose import composite
from training.icons.fetch import families
from training.icons.names import UNKNOWN, Names, meanings
from training.icons.render import draw_at

FAMILY = "phosphor"  # of the test families: MIT
STYLES = ("regular", "fill")
SIZES = (16, 24)
CELL = 56  # pixels
ACROSS = 14
UNKNOWNS = 12
SEED = 21
FOLDER = Path(__file__).parents[2] / "tests" / "sight"


def sheet(cache: Path) -> None:
    """Write the sheet: common meanings in two styles, and some icons of no meaning that is known."""
    rng = np.random.default_rng(SEED)
    crops: list[tuple[str, np.ndarray]] = []
    for meaning, path in _files(cache):
        for size in SIZES:
            icon = draw_at(path, size)
            crop = composite(icon, rng)
            while max(crop.shape[:2]) > CELL:
                crop = composite(icon, rng)
            crops.append((meaning, crop))
    image = Image.new("RGB", (ACROSS * CELL, -(-len(crops) // ACROSS) * CELL), (128, 128, 128))
    lines = []
    for number, (meaning, crop) in enumerate(crops):
        left, top = number % ACROSS * CELL, number // ACROSS * CELL
        image.paste(Image.fromarray(crop), (left, top))
        lines.append(f"{left} {top} {crop.shape[1]} {crop.shape[0]} {meaning}\n")
    image.save(FOLDER / "unseen_icons.png", optimize=True)
    (FOLDER / "unseen_icons.txt").write_text("".join(lines), encoding="ascii")


def _files(cache: Path) -> list[tuple[str, Path]]:
    """Return one file for each common meaning and style, and a few of none."""
    (family,) = [family for family in families(cache) if family.name == FAMILY]
    names, found, unknown = Names(), list[tuple[str, Path]](), list[Path]()
    common = {meaning for meaning, row in meanings().items() if row.get("common")}
    for style in STYLES:
        taken: set[str] = set()
        for path in sorted((family.folder / style).glob("*.svg"), key=lambda path: (len(path.stem), path.stem)):
            meaning = names.meaning(path, family)
            if meaning == UNKNOWN:
                unknown.append(path)
            elif meaning in common and meaning not in taken:
                taken.add(meaning)
                found.append((meaning, path))
    step = len(unknown) // UNKNOWNS
    return [*found, *((UNKNOWN, path) for path in unknown[::step][:UNKNOWNS])]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cache", type=Path)
    sheet(parser.parse_args().cache)
