"""The weights that ship with Sightline, each checked against its checksum before it is used.

`SHA256SUMS` is what `sha256sum *.onnx` prints; training/ writes it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from assistant.errors import SomethingMissing

FOLDER = Path(__file__).parent
SUMS = "SHA256SUMS"


def load(name: str, folder: Path = FOLDER) -> bytes:
    """Return the bytes of a file of weights; SomethingMissing if it is not here, or not what was shipped."""
    try:
        content = (folder / name).read_bytes()
        expected = sums(folder).get(name)
    except OSError as error:
        raise SomethingMissing(f"Sightline's file {name} is missing. Install Sightline again.") from error
    if hashlib.sha256(content).hexdigest() != expected:
        raise SomethingMissing(f"Sightline's file {name} is damaged or was changed. Install Sightline again.")
    return content


def sums(folder: Path = FOLDER) -> dict[str, str]:
    """Return the checksums of the files by their names."""
    lines = (folder / SUMS).read_text(encoding="ascii").splitlines()
    return {name.strip().lstrip("*"): checksum for checksum, _, name in (line.partition(" ") for line in lines)}


def note(name: str, folder: Path = FOLDER) -> None:
    """Write the checksum of a file that training has just made."""
    file = folder / SUMS
    known = sums(folder) if file.exists() else {}
    known[name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    file.write_text("".join(f"{known[each]}  {each}\n" for each in sorted(known)), encoding="ascii")
