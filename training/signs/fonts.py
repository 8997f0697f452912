"""Fetch the packages that hold the fonts into a cache outside the repository, and unpack them there."""

from __future__ import annotations

from pathlib import Path

import yaml

from training.icons.fetch import fetch_debian


def fonts(cache: Path, use: str) -> list[Path]:
    """Return the font files for a use: "train", "calibrate" or "test"."""
    packages = yaml.safe_load((Path(__file__).parent / "fonts.yaml").read_text(encoding="utf-8"))
    found: list[Path] = []
    for package, told in packages.items():
        if told["use"] != use:
            continue
        unpacked = cache / "fonts" / package
        if not unpacked.exists():
            fetch_debian(package, unpacked)
        files = [file for file in unpacked.rglob("*") if file.suffix in (".ttf", ".otf", ".ttc", ".t1")]
        found += sorted(file for file in files if told.get("only", "") in file.name)
    return found
