"""Everything that can go wrong for a user, as one small tree.

    SightlineError            never raised itself
    ├── WrongSettings         a settings, profile or knowledge file (exit status 2)
    ├── NothingToLookAt       no such window, or none at all (3)
    ├── SomethingMissing      a program, library or service is not there (4)
    └── WorkerLost            a worker died or hung; it is replaced, the user hears facts (1)

A message says what happened, then what to do. It never carries text from the screen.
"""

from __future__ import annotations

from pathlib import Path


class SightlineError(Exception):
    """Something that the user, or whoever helps them, can mend."""

    exit_status = 1


class WrongSettings(SightlineError):
    """A file that a person wrote says something that cannot be."""

    exit_status = 2

    def __init__(self, problem: str, *, file: Path | None = None, line: int | None = None, key: str = "") -> None:
        self.problem, self.file, self.line, self.key = problem, file, line, key
        place = f"{file}:{line}" if file and line else f"{file}" if file else ""
        super().__init__(": ".join(part for part in (place, key, problem) if part))


class NothingToLookAt(SightlineError):
    """There is no window to explain."""

    exit_status = 3


class SomethingMissing(SightlineError):
    """A program, library or service that this needs is not on the machine."""

    exit_status = 4


class WorkerLost(SightlineError):
    """A process that worked for us died, hung or grew too large."""
