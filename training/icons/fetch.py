"""Fetch the packages that hold the icons into a cache outside the repository, and unpack them there."""

from __future__ import annotations

import subprocess
import tarfile
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


def families(cache: Path) -> list[Family]:
    """Return all families of sources.yaml, fetched."""
    sources = yaml.safe_load((HERE / "sources.yaml").read_text(encoding="utf-8"))
    return [_family(name, source, cache) for name, source in sources.items()]


def _family(name: str, source: dict[str, Any], cache: Path) -> Family:
    if source["use"] not in USES:
        raise ValueError(f"{name}: use is one of {', '.join(USES)}")
    is_set = "npm" in source
    package = source["npm"] if is_set else source["debian"]
    unpacked = cache / "unpacked" / package.replace("/", "+")
    if not unpacked.exists():
        download = _fetch_npm if is_set else _fetch_debian
        download(package, unpacked)
    inside = unpacked / "package" if is_set else unpacked
    return Family(name, source["use"], is_set, inside / source["root"], source.get("means", {}))


def _fetch_debian(package: str, into: Path) -> None:
    into.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["apt-get", "download", "-q", package], cwd=into.parent, check=True)
    (archive,) = into.parent.glob(f"{package}_*.deb")
    subprocess.run(["dpkg-deb", "-x", archive, into], check=True)
    archive.unlink()


def _fetch_npm(package: str, into: Path) -> None:
    into.mkdir(parents=True, exist_ok=True)
    packed = subprocess.run(
        ["npm", "pack", "--silent", package], cwd=into, check=True, capture_output=True, text=True
    ).stdout.split()[-1]
    with tarfile.open(into / packed) as archive:
        archive.extractall(into, filter="data")
    (into / packed).unlink()
