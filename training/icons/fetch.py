"""Fetch the packages that hold the icons into a cache outside the repository, and unpack them there."""

from __future__ import annotations

import json
import re
import subprocess
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
USES = ("train", "calibrate", "test")


@dataclass(frozen=True, slots=True)
class Family:
    """Icons of one hand: a theme or a set. `is_set` says that names are those of icon sets, not of themes."""

    name: str
    use: str
    is_set: bool
    folder: Path
    means: dict[str, str | None]
    """What a name shows in this family, where that is not what the name says."""
    is_only_means: bool = False
    """Whether no other names are known."""


def families(cache: Path) -> list[Family]:
    """Return all families of sources.yaml, fetched."""
    sources = yaml.safe_load((HERE / "sources.yaml").read_text(encoding="utf-8"))
    return [_family(name, source, cache) for name, source in sources.items()]


def _family(name: str, source: dict[str, Any], cache: Path) -> Family:
    if source["use"] not in USES:
        raise ValueError(f"{name}: use is one of {', '.join(USES)}")
    is_set = "debian" not in source
    package = next(source[registry] for registry in ("debian", "npm", "iconify") if registry in source)
    unpacked = cache / "unpacked" / package.replace("/", "+")
    if not unpacked.exists():
        download = _fetch_npm if is_set else fetch_debian
        download(package, unpacked)
    inside = unpacked / "package" if is_set else unpacked
    if "zip" in source:
        inside = cache / "unpacked" / name
        _unzip(unpacked / source["zip"], inside / "images")
    if "iconify" in source:
        _split(inside / "icons.json", inside / "icons")
    folder, means = inside / source.get("root", "icons"), source.get("means", {})
    return Family(name, source["use"], is_set, folder, means, is_only_means=source.get("only", False))


def fetch_debian(package: str, into: Path) -> None:
    into.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["apt-get", "download", "-q", package], cwd=into.parent, check=True)
    (archive,) = into.parent.glob(f"{package}_*.deb")
    subprocess.run(["dpkg-deb", "-x", archive, into], check=True)
    archive.unlink()


def _unzip(archive: Path, into: Path) -> None:
    """Unpack the pictures for all languages."""
    if not into.exists():
        with zipfile.ZipFile(archive) as packed:
            names = [name for name in packed.namelist() if re.fullmatch(r"cmd/(32/)?[^/]+\.(png|svg)", name)]
            packed.extractall(into, names)


def _split(collection: Path, into: Path) -> None:
    """Write the icons of a set that comes as one file, in the form of Iconify, as files of their own."""
    if into.exists():
        return
    into.mkdir()
    found = json.loads(collection.read_text(encoding="utf-8"))
    for name, icon in found["icons"].items():
        given = {"left": 0, "top": 0, "width": 16, "height": 16, **found, **icon}
        box = f"{given['left']} {given['top']} {given['width']} {given['height']}"
        drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">{icon["body"]}</svg>'
        (into / f"{name}.svg").write_text(drawing, encoding="utf-8")


def _fetch_npm(package: str, into: Path) -> None:
    into.mkdir(parents=True, exist_ok=True)
    packed = subprocess.run(
        ["npm", "pack", "--silent", package], cwd=into, check=True, capture_output=True, text=True
    ).stdout.split()[-1]
    with tarfile.open(into / packed) as archive:
        archive.extractall(into, filter="data")
    (into / packed).unlink()
