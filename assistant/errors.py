"""Everything that can go wrong for a user, as one small tree.

    SightlineError            never raised itself
    ├── WrongSettings         a settings, profile or knowledge file (exit status 2)
    ├── NothingToLookAt       no such window, or none at all (3)
    ├── SomethingMissing      a program, library or service is not there (4)
    ├── WorkerLost            a worker died or hung; it is replaced, the user hears facts (1)
    └── ModelFailed           the model gave no answer, or only a part; the facts stand (1)
        ├── ModelUnreachable  nothing answers where the settings say it is
        ├── ModelBusy         it has too much to do (429, 503)
        ├── ModelSilent       its answer did not begin, or did not go on, in time
        ├── ModelRefused      it wants another key, or has no such model (401, 403, 404)
        └── ModelBroken       what it sent is no answer, or broke off

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


class ModelFailed(SightlineError):
    """The model gave no answer, or only a part of one."""

    heard = "model_failed"
    """The key of what the person is told, in the language files' `messages`."""


class ModelUnreachable(ModelFailed):
    """Nothing answers where the settings say the model is."""

    exit_status = 4
    heard = "model_unreachable"


class ModelBusy(ModelFailed):
    """The model's server has too much to do."""

    heard = "model_busy"


class ModelSilent(ModelFailed):
    """An answer did not begin, or did not go on, in time."""

    heard = "model_silent"


class ModelRefused(ModelFailed):
    """The server wants another key, has no such model, or does not take such a question."""

    exit_status = 2
    heard = "model_refused"


class ModelBroken(ModelFailed):
    """What the server sent is no answer, or its answer broke off."""

    heard = "model_broken"
