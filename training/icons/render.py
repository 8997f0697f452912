"""Draw the icons of all families at the sizes of buttons, as RGBA pictures with their meaning: `icons.npz`."""

from __future__ import annotations

import argparse
import hashlib
import io
import random
import re
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import resvg_py
from PIL import Image

from training.icons.fetch import USES, Family, families
from training.icons.names import UNKNOWN, Names, meanings

LARGEST = 64  # pixels: what a drawing of 48 at twice the resolution would need is left out
SIZES = (16, 18, 20, 22, 24, 24, 28, 32, 40, 48)
PER_MEANING = 14  # pictures of one family for one meaning
PER_UNKNOWN = {"train": 300, "calibrate": 700, "test": 700}  # training has many families, and needs each only a little
AT_ONCE = 2  # families drawn at the same time
SEED = 7


def render(cache: Path) -> None:
    """Write `icons.npz` into the cache: flat RGBA pixels, their sizes, meanings, families."""
    drawn = list[tuple[np.ndarray, str, str, str]]()
    found = families(cache)
    with ProcessPoolExecutor(AT_ONCE) as painters:
        for family, pictures in zip(found, painters.map(_of_family, found), strict=True):
            drawn.extend((picture, meaning, family.name, name) for picture, meaning, name in pictures)
            print(f"{family.name}: {len(pictures)} pictures, {len({m for _, m, _ in pictures})} meanings", flush=True)
    order = [*meanings(), UNKNOWN]
    np.savez(
        cache / "icons.npz",
        pixels=np.concatenate([picture.reshape(-1) for picture, *_ in drawn]),
        shapes=np.array([picture.shape[:2] for picture, *_ in drawn], dtype=np.int32),
        meanings=np.array([order.index(meaning) for _, meaning, *_ in drawn], dtype=np.int32),
        families=np.array([[f.name for f in found].index(family) for _, _, family, _ in drawn], dtype=np.int32),
        names=np.array([name for *_, name in drawn]),
        meaning_names=np.array(order),
        family_names=np.array([family.name for family in found]),
        family_sets=np.array([family.is_set for family in found]),
        family_uses=np.array([USES.index(family.use) for family in found]),
    )


def _of_family(family: Family) -> list[tuple[np.ndarray, str, str]]:
    names, rng = Names(), random.Random(f"{SEED} {family.name}")
    files: dict[str, list[Path]] = defaultdict(list)
    for path, meaning in _meant(family, names).items():
        files[meaning].append(path)
    pictures = []
    for meaning, paths in sorted(files.items()):
        wanted = PER_UNKNOWN[family.use] if meaning == UNKNOWN else PER_MEANING
        rng.shuffle(paths)
        paths.sort(key=_is_huge)  # what is drawn for buttons comes first
        seen: set[bytes] = set()
        count = 0
        for path in paths * (2 if family.is_set and meaning != UNKNOWN else 1):
            if count >= wanted:
                break
            picture = draw(path, rng)
            if picture is None:
                continue
            mark = hashlib.sha1(picture.tobytes(), usedforsecurity=False).digest()
            if mark not in seen:
                seen.add(mark)
                pictures.append((picture, meaning, path.stem))
                count += 1
    return pictures


def _meant(family: Family, names: Names) -> dict[Path, str]:
    """Return the files of a family and what each means; a file that means two things under its names is left out."""
    found: dict[Path, str] = {}
    unsure: set[Path] = set()
    for path in sorted(family.folder.rglob("*")):
        if path.suffix not in {".svg", ".png"} or not path.is_file() or "extra" in path.parts:
            continue
        meaning = names.meaning(path.relative_to(family.folder), family)
        if path.stem.endswith("rtl"):
            continue  # mirrored for languages that are written from the right
        real = path.resolve()
        if meaning is None or ((size := _stated_size(path)) and not 16 <= size <= 64):
            continue
        own = names.meaning(real, family)
        if own not in {None, UNKNOWN}:
            meaning = own or meaning  # the file's own name counts for more than a link to it
        if found.setdefault(real, meaning) != meaning:
            unsure.add(real)
    return {path: meaning for path, meaning in found.items() if path not in unsure}


def _stated_size(path: Path) -> int | None:
    """Return the size in pixels that a theme's folders state; None where they do not."""
    for part in path.parts[:-1]:
        match = re.fullmatch(r"(\d+)(?:x\d+)?(?:@(\d)x?)?", part)
        if match:
            return int(match[1]) * int(match[2] or 1)
    return None


def _is_huge(path: Path) -> bool:
    return (_stated_size(path) or 24) > 48


def draw(path: Path, rng: random.Random) -> np.ndarray | None:
    """Return one icon as RGBA, uint8 (height, width, 4); None if it cannot be drawn or is empty."""
    size = _stated_size(path)
    try:
        if path.suffix == ".svg":
            if size is None or size > 48 or rng.random() < 0.3:
                size = rng.choice(SIZES)
            image = _drawing(path, size)
        else:
            image = Image.open(path)
        image = image.convert("RGBA")
    except (OSError, ValueError, SyntaxError):
        return None
    if max(image.size) > LARGEST:
        image.thumbnail((rng.choice(SIZES),) * 2, Image.Resampling.BOX)
    pixels = np.asarray(image)
    return pixels if (pixels[..., 3] > 60).sum() > 8 else None


def draw_at(path: Path, size: int) -> np.ndarray:
    """Return an SVG file as RGBA, uint8 (size, size, 4)."""
    return np.asarray(_drawing(path, size).convert("RGBA"))


def _drawing(path: Path, size: int) -> Image.Image:
    """Return an SVG file drawn at this size; ValueError if resvg stumbles over it."""
    try:
        data = bytes(resvg_py.svg_to_bytes(svg_path=str(path), width=size, height=size, skip_system_fonts=True))
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # Rust's, which is no Exception: resvg 0.48 on some filters
            raise ValueError(path.name) from error
        raise
    return Image.open(io.BytesIO(data))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cache", type=Path)
    render(parser.parse_args().cache)
