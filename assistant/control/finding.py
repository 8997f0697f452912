"""Finding: one thing that `sightline doctor` examined."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was examined. `is_needed`: without it Sightline does not do its main job."""

    what: str
    works: bool
    detail: str
    mend: str = ""
    is_needed: bool = True

    def as_json(self) -> dict[str, Any]:
        """Return it as `doctor --json` prints it."""
        return asdict(self)
