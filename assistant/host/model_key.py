"""Read the key of a model's server from its file, which only its owner may read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from assistant.errors import SomethingMissing, WrongSettings

_LARGEST = 16 << 10  # bytes; a key has some hundred at most


def read_key(file: Path) -> str:
    """Return the key; SomethingMissing or WrongSettings say what is wrong with the file, never what is in it."""
    file = file.expanduser()
    try:
        with file.open("rb") as opened:
            _check_mode(os.fstat(opened.fileno()), file)
            written = opened.read(_LARGEST)
    except FileNotFoundError as error:
        raise SomethingMissing(f"The key file {file} is not there. Put the server's key into it.") from error
    except OSError as error:
        raise WrongSettings(f"this key file cannot be read ({type(error).__name__}).", file=file) from error
    key = written.strip()
    if not key or not all(0x21 <= byte <= 0x7E for byte in key):  # what may stand in an HTTP header
        raise WrongSettings("a key file holds one key, and nothing else.", file=file)
    return key.decode("ascii")


def _check_mode(status: os.stat_result, file: Path) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise WrongSettings("a key file is a plain file.", file=file)
    if status.st_uid not in {os.getuid(), 0}:  # root's are systemd's credentials
        raise WrongSettings("this key file belongs to another user. Make one of your own.", file=file)
    if status.st_mode & 0o077:
        raise WrongSettings(f"others can read this key. Run: chmod 600 {file}", file=file)
