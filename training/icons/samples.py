"""Make the samples: `train.npz`, `calibrate.npz` and `test.npz` from the drawn icons."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from pathlib import Path

import numpy as np

from training.icons.compose import as_sample, composite, nothing
from training.icons.fetch import USES
from training.icons.names import UNKNOWN, meanings

SEED = 11
THEME_SHARE = 4.0  # an icon theme, mostly in colour, is shown this much more often than a set: there are fewer
COMMON_SHARE = 1.8  # a common meaning is shown this much more often
UNKNOWN_SHARE = 0.22  # of all samples: icons of other meanings
NOTHING_SHARE = 0.04  # and what is no icon
PARTS = 8  # of the training samples, each with its own seed
AT_ONCE = 2  # of them
VIEWS = {"calibrate": 2, "test": 2}  # of each icon


class Icons:
    """The drawn icons of `render.py`."""

    def __init__(self, path: Path) -> None:
        self._all = dict(np.load(path))
        sizes = self._all["shapes"].astype(np.int64).prod(axis=1) * 4
        self._starts = np.concatenate(([0], np.cumsum(sizes)))
        self.meanings, self.families = self._all["meanings"], self._all["families"]
        self.uses = self._all["family_uses"][self.families]
        self.family_names, self.are_sets = self._all["family_names"], self._all["family_sets"]

    def __getitem__(self, number: int) -> np.ndarray:
        height, width = self._all["shapes"][number]
        flat = self._all["pixels"][self._starts[number] : self._starts[number + 1]]
        picture: np.ndarray = flat.reshape(height, width, 4)
        return picture


def make(cache: Path, samples: int) -> None:
    """Write the three files into the cache."""
    icons = Icons(cache / "icons.npz")
    with ProcessPoolExecutor(AT_ONCE) as makers:
        parts = makers.map(_part, [cache] * PARTS, [samples // PARTS] * PARTS, range(PARTS))
        _write(cache / "train.npz", icons, chain.from_iterable(parts))
    for number, use in enumerate(("calibrate", "test"), start=1):
        _write(cache / f"{use}.npz", icons, _each(icons, use, np.random.default_rng(SEED + number)))


Sample = tuple[np.ndarray, int, int]  # picture, meaning, family


def _part(cache: Path, samples: int, number: int) -> list[Sample]:
    rng = np.random.default_rng((SEED, number))
    return list(_drawn_at_random(Icons(cache / "icons.npz"), samples, rng))


def _drawn_at_random(icons: Icons, samples: int, rng: np.random.Generator) -> Iterator[Sample]:
    """Yield samples: meanings as often as their weight, families of a meaning equally, its icons equally."""
    table = meanings()
    unknown = len(table)
    weights = np.array([COMMON_SHARE if row.get("common") else 1.0 for row in table.values()] + [0.0])
    usable = icons.uses == USES.index("train")
    drawn = [
        [np.flatnonzero(usable & (icons.meanings == m) & (icons.families == f)) for f in range(len(icons.family_names))]
        for m in range(unknown + 1)
    ]
    groups = [_with_shares(families, icons) for families in drawn]
    weights[unknown] = weights.sum() * UNKNOWN_SHARE / (1 - UNKNOWN_SHARE)
    weights[[not families for families, _ in groups]] = 0
    weights /= weights.sum()
    made = 0
    while made < samples:
        if rng.random() < NOTHING_SHARE:
            picture, meaning, number = nothing(rng), unknown, -1
        else:
            meaning = int(rng.choice(unknown + 1, p=weights))
            families, shares = groups[meaning]
            number = int(rng.choice(families[int(rng.choice(len(families), p=shares))]))
            picture = composite(icons[number], rng)
        sample = as_sample(picture)
        if sample is not None:
            yield sample, meaning, int(icons.families[number]) if number >= 0 else -1
            made += 1


def _with_shares(families: list[np.ndarray], icons: Icons) -> tuple[list[np.ndarray], np.ndarray]:
    """Return the icons of one meaning by family, without the families that have none, and each family's share."""
    shares = np.array([1.0 if icons.are_sets[family] else THEME_SHARE for family in range(len(families))])
    kept = np.array([len(group) > 0 for group in families])
    return [group for group in families if len(group)], shares[kept] / max(shares[kept].sum(), 1.0)


def _each(icons: Icons, use: str, rng: np.random.Generator) -> Iterator[Sample]:
    """Yield every icon of some families, on a few buttons each, and as much that is no icon as a tenth of them."""
    unknown = len(meanings())
    numbers = np.flatnonzero(icons.uses == USES.index(use))
    for number in numbers:
        for _ in range(VIEWS[use]):
            sample = as_sample(composite(icons[int(number)], rng))
            if sample is not None:
                yield sample, int(icons.meanings[number]), int(icons.families[number])
    for _ in range(len(numbers) // 10):
        sample = as_sample(nothing(rng))
        if sample is not None:
            yield sample, unknown, -1


def _write(path: Path, icons: Icons, samples: Iterator[Sample]) -> None:
    pictures, labels, families = zip(*samples, strict=True)
    np.savez(
        path,
        pictures=np.stack(pictures),
        meanings=np.array(labels, dtype=np.int16),
        families=np.array(families, dtype=np.int16),
        family_names=icons.family_names,
        meaning_names=np.array([*meanings(), UNKNOWN]),
    )
    print(f"{path.name}: {len(labels)} samples", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cache", type=Path)
    parser.add_argument("--samples", type=int, default=96_000)
    given = parser.parse_args()
    make(given.cache, given.samples)
