"""The table of what models say (adversarial.yaml), as data: for the tests, and for `benchmarks/guard.py`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from assistant.explain.guard import Verdict, check
from assistant.explain.knowledge import recognise
from assistant.profile import Profile, Style
from assistant.scene import Scene
from assistant.scene_json import scene_from_json

HERE = Path(__file__).parent
TABLE = HERE / "adversarial.yaml"


@dataclass(frozen=True)
class Judged:
    """A sentence of a model about a scene, and what is to become of it."""

    scene: str
    language: str
    style: Style
    text: str
    spoken: str | None
    dropped: str | None

    @property
    def is_true(self) -> bool:
        """Whether the model's sentence should be heard."""
        return self.dropped is None

    def verdict(self) -> Verdict:
        scene = recorded(self.scene)
        profile = Profile(name=self.style, style=self.style)
        return check(self.text, scene, self.language, recognise(scene), profile=profile)


@cache
def recorded(name: str) -> Scene:
    """Return a recorded scene."""
    content = json.loads((HERE.parent / "scenes" / f"{name}.json").read_text(encoding="utf-8"))
    return scene_from_json(content["scene"])


def judged(file: Path = TABLE) -> Iterator[Judged]:
    """Yield the sentences of a table."""
    for group in yaml.safe_load(file.read_text(encoding="utf-8")):
        about = (group["scene"], group["language"], group.get("style", "plain-language"))
        for line in group.get("passes", ()):
            text, _, spoken = line.partition(" => ")
            yield Judged(*about, text, spoken or text, None)
        for line in group.get("replaced", ()):
            text, _, spoken = line.partition(" => ")
            yield Judged(*about, text, spoken, "state")
        for reason, lines in group.get("drops", {}).items():
            yield from (Judged(*about, text, None, reason) for text in lines)
