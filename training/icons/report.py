"""How well icons of unseen families are named: accuracy and coverage, of each and of all; what is confused."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from assistant.sight import weights
from assistant.sight.icons import WEIGHTS
from training.icons.names import meanings


@dataclass(frozen=True, slots=True)
class Scored:
    """For each sample: what it is, which known meaning it is most likely to have, how surely."""

    truth: np.ndarray
    best: np.ndarray
    sure: np.ndarray

    @classmethod
    def of(cls, logits: np.ndarray, truth: np.ndarray, temperature: float) -> Scored:
        """Return what logits say at a temperature."""
        scaled = logits.astype(np.float64) / temperature
        likely = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        likely /= likely.sum(axis=1, keepdims=True)
        known = likely[:, :-1]  # the last is "unknown"
        return cls(truth.astype(np.int64), known.argmax(axis=1), known.max(axis=1))


def of_weights(folder: Path, data: Any) -> str:
    """Return the figures of the weights in a folder, as they ship."""
    session = onnxruntime.InferenceSession(weights.load(WEIGHTS, folder), providers=["CPUExecutionProvider"])
    stated = session.get_modelmeta().custom_metadata_map
    parts = np.array_split(data["pictures"], len(data["pictures"]) // 500 + 1)
    logits = [session.run(None, {"icons": part.astype(np.float32) / 127})[0] for part in parts]
    scored = Scored.of(np.concatenate(logits), data["meanings"], float(stated["temperature"]))
    return report("held out", data, scored, float(stated["least"]))


def report(title: str, data: Any, scored: Scored, least: float) -> str:
    """Return the figures as text. Accuracy is of those that were named; coverage is the share that was named."""
    unknown = len(meanings())
    common = np.array([bool(row.get("common")) for row in meanings().values()] + [False])
    named = scored.sure >= least
    right = scored.best == scored.truth
    known, is_common = scored.truth < unknown, common[scored.truth]
    families, names = data["families"], [str(name) for name in data["family_names"]]
    lines = [f"{title}: {known.sum()} icons, {is_common.sum()} of common meanings, {(~known).sum()} of none"]
    lines.append(
        f"{'':18}{'accuracy':>10}{'coverage':>10}{'common: acc.':>14}{'cov.':>7}{'named wrongly of unknown':>27}"
    )
    for number in [*np.unique(families[families >= 0]), None]:
        of = np.ones(len(families), bool) if number is None else families == number
        row = [*_figures(of & known, named, right), *_figures(of & is_common, named, right), _share(named[of & ~known])]
        name = "all" if number is None else names[number]
        lines.append(f"{name:18}{row[0]:>10.3f}{row[1]:>10.3f}{row[2]:>14.3f}{row[3]:>7.3f}{row[4]:>27.3f}")
    lines.append("confused most: " + ", ".join(_confused(scored, named & known & ~right)))
    lines.append("found least: " + ", ".join(_weakest(scored, named, right)))
    return "\n".join(lines)


def _figures(of: np.ndarray, named: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    return _share(right[of & named]), _share(named[of])


def _share(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _confused(scored: Scored, wrong: np.ndarray) -> list[str]:
    order = [*meanings(), "unknown"]
    pairs = Counter(zip(scored.truth[wrong].tolist(), scored.best[wrong].tolist(), strict=True))
    return [f"{order[truth]} as {order[best]} {count}" for (truth, best), count in pairs.most_common(40)]


def _weakest(scored: Scored, named: np.ndarray, right: np.ndarray) -> list[str]:
    found = []
    for number, name in enumerate(meanings()):
        of = scored.truth == number
        if of.any():
            found.append((_share((named & right)[of]), name, int(of.sum())))
    return [f"{name} {share:.2f} of {count}" for share, name, count in sorted(found)[:30]]
