"""Remember which model's files were hashed and found right, so that 20 GB are not read again at each start.

For each file: size, time of change, inode and the inode's own time of change (`st_ctime_ns`). The last is what counts:
every write and every rename into place sets it to the clock, and no program can set it to a time of its choice; only
who may set the clock, or write to the disk below the file system, can. So a file that was changed and given its old
size and date again is hashed again, and found.

What is remembered lies in the user's state folder, for this user alone (mode 0600), not beside the model: who may
write to a shared model folder cannot vouch for what they put there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.config import state_folder

SETTLED_SECONDS = 2.0  # a clock tick is 1 to 10 ms, FAT's is 2 s: a change within the same tick would not show


class Marks(NamedTuple):
    """What changes on a file when the file changes."""

    bytes: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    device: int


class Checked(BaseModel):
    """A model's files as they were when they were last hashed and found right."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = 1
    manifest_sha256: str
    files: dict[str, Marks]


def marks_of(files: Mapping[str, Path]) -> dict[str, Marks]:
    """Return what tells each file's present state; links are followed, as the hash does."""
    found = {name: path.stat() for name, path in files.items()}
    return {
        name: Marks(one.st_size, one.st_mtime_ns, one.st_ctime_ns, one.st_ino, one.st_dev)
        for name, one in found.items()
    }


def is_remembered(folder: Path, manifest: bytes, marks: Mapping[str, Marks]) -> bool:
    """Whether these very files were found right against this very manifest."""
    remembered = _read(_place(folder))
    return remembered is not None and remembered == Checked(manifest_sha256=_hash(manifest), files=dict(marks))


def remember(folder: Path, manifest: bytes, marks: Mapping[str, Marks], *, began_ns: int) -> None:
    """Remember that these files were found right by a check that began then (`time.time_ns`).

    Nothing is remembered of files that changed just before it: the next change could bear the same time. That it
    cannot be written is no error: then the next start hashes again.
    """
    if any(began_ns - one.ctime_ns < SETTLED_SECONDS * 1e9 for one in marks.values()):
        forget(folder)
        return
    text = Checked(manifest_sha256=_hash(manifest), files=dict(marks)).model_dump_json()
    place = _place(folder)
    with contextlib.suppress(OSError):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = place.with_suffix(f".{os.getpid()}")
        only_ours = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(only_ours, "w", encoding="utf-8") as file:
            file.write(text)
        new.replace(place)


def forget(folder: Path) -> None:
    """Have the model hashed before it is loaded next."""
    with contextlib.suppress(OSError):
        _place(folder).unlink(missing_ok=True)


def _read(place: Path) -> Checked | None:
    """Return what is remembered; None for nothing, and for what somebody else may have written."""
    try:
        with os.fdopen(os.open(place, os.O_RDONLY | os.O_NOFOLLOW), encoding="utf-8") as file:
            status = os.fstat(file.fileno())
            if status.st_uid != os.geteuid() or stat.S_IMODE(status.st_mode) & 0o077:
                return None
            return Checked.model_validate_json(file.read())
    except (OSError, ValidationError, UnicodeDecodeError):
        return None


def _place(folder: Path) -> Path:
    """Return where a model is remembered; its name tells nobody which model it is."""
    return state_folder() / "checked" / f"{_hash(os.fsencode(folder.resolve()))[:32]}.json"


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
