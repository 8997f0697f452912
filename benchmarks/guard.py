"""How often the guard is wrong: true sentences that it does not let pass, and false ones that it does."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from assistant.explain.guard import Verdict, check
from assistant.explain.knowledge import recognise
from assistant.profile import Profile, Style
from assistant.scene import Scene
from assistant.scene_json import scene_from_json

HERE = Path(__file__).parent
TESTS = HERE.parent / "tests"
TABLES = {
    "the table it was built on": TESTS / "explain" / "adversarial.yaml",
    "the sentences it was mended by": HERE / "guard_seen.yaml",
    "sentences held out": HERE / "guard_held_out.yaml",
}


@dataclass(frozen=True)
class Judgement:
    """A sentence about a scene, whether it is true, and what the guard made of it."""

    text: str
    language: str
    is_true: bool
    verdict: Verdict
    milliseconds: float

    @property
    def is_dropped_wrongly(self) -> bool:
        return self.is_true and not self.verdict.passed

    @property
    def is_guess(self) -> bool:
        """Whether it is spoken, as a guess."""
        return self.verdict.passed and "unproven" in self.verdict.changes

    @property
    def is_passed_wrongly(self) -> bool:
        """Whether it is spoken as if it were certain, and is not so."""
        return not self.is_true and self.verdict.passed and not self.is_guess


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    what: str
    count: int
    total: int

    def __str__(self) -> str:
        share = 100 * self.count / self.total if self.total else 0
        return f"{self.what}: {self.count} of {self.total} ({share:.1f} %)"


def judge(file: Path) -> list[Judgement]:
    """Check every sentence of a table."""
    return [
        _judged(text, group, is_true=is_true)
        for group in yaml.safe_load(file.read_text(encoding="utf-8"))
        for text, is_true in _sentences(group)
    ]


def shares(judgements: Iterable[Judgement]) -> list[Share]:
    """Return both error rates, over all languages and for each."""
    taken = list(judgements)
    found: list[Share] = []
    for language in ("", *sorted({one.language for one in taken})):
        ours = [one for one in taken if language in ("", one.language)]
        where = f" ({language})" if language else ""
        true = [one for one in ours if one.is_true]
        false = [one for one in ours if not one.is_true]
        found.append(Share(f"wrongly dropped{where}", sum(one.is_dropped_wrongly for one in true), len(true)))
        found.append(Share(f"wrongly passed{where}", sum(one.is_passed_wrongly for one in false), len(false)))
        found.append(Share(f"true, said as a guess{where}", sum(one.is_guess for one in true), len(true)))
        found.append(Share(f"false, said as a guess{where}", sum(one.is_guess for one in false), len(false)))
    return found


def main() -> None:
    """Print both error rates for all tables, what was judged wrongly, and how long a sentence takes."""
    for name, file in TABLES.items():
        judgements = judge(file)
        if not judgements:
            print(f"\n{name}: none at present")
            continue
        print(f"\n{name}: {len(judgements)} sentences")
        for share in shares(judgements):
            print(f"  {share}")
        ordered = sorted(one.milliseconds for one in judgements)
        print(f"  a sentence: median {ordered[len(ordered) // 2]:.2f} ms, slowest {ordered[-1]:.1f} ms")
        for one in judgements:
            if one.is_dropped_wrongly or one.is_passed_wrongly:
                what = f"dropped ({one.verdict.dropped})" if one.is_true else "passed"
                print(f"    wrongly {what}: {one.text}")


def _sentences(group: dict[str, object]) -> Iterable[tuple[str, bool]]:
    passes, replaced, drops = (group.get(key) or () for key in ("passes", "replaced", "drops"))
    assert isinstance(passes, list | tuple)
    assert isinstance(replaced, list | tuple)
    yield from ((line.partition(" => ")[0], True) for line in passes)
    yield from ((line.partition(" => ")[0], False) for line in replaced)
    for lines in drops.values() if isinstance(drops, dict) else ():
        yield from ((line, False) for line in lines)


def _judged(text: str, group: dict[str, object], *, is_true: bool) -> Judgement:
    scene, language = _scene(str(group["scene"])), str(group["language"])
    style: Style = "child" if group.get("style") == "child" else "plain-language"
    known, profile = recognise(scene), Profile(name=style, style=style)
    start = time.perf_counter()
    verdict = check(text, scene, language, known, profile=profile)
    return Judgement(text, language, is_true, verdict, 1_000 * (time.perf_counter() - start))


def _scene(name: str) -> Scene:
    return scene_from_json(json.loads((TESTS / "scenes" / f"{name}.json").read_text(encoding="utf-8"))["scene"])


if __name__ == "__main__":
    main()
