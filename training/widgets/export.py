"""Export the networks: `python -m training.widgets.export FOLDER --first widgets.pt`, then with `--second judge.pt`.

The least sure score at which each role is still said is found with windows that it was not trained with, of themes
that it was trained with: precision first, for the user must not hear of a control that is not there.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from assistant.sight.weights import FOLDER, note
from assistant.sight.widgets import FIRST, SECOND
from training.widgets.judge import NONE, Judge
from training.widgets.model import Detector, shares
from training.widgets.report import scored_windows
from training.widgets.roles import ROLES, STATES

PRECISION = 0.995
LEAST, MOST = 0.5, 0.97
"""What no role's least score may be below or above."""


class First(nn.Module):
    """The first network, from the bytes of a picture to its map and its features."""

    def __init__(self, inner: Detector) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        features = self.inner.features(picture.float())
        return shares(self.inner.out(features)), features


class Second(nn.Module):
    """The second network, from candidates to the shares of roles, of none, and of states."""

    def __init__(self, inner: Judge) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, candidates: Tensor) -> Tensor:
        roles, states = torch.split(self.inner(candidates), [NONE + 1, len(STATES)], dim=1)
        return torch.cat([roles.softmax(dim=1), states.sigmoid()], dim=1)


def export_first(weights: Path, out: Path) -> None:
    """Write the first network as ONNX; its normalisation is folded into the convolutions by the exporter."""
    network = Detector()
    network.load_state_dict(torch.load(weights, weights_only=True))
    example = torch.zeros(1, 3, 64, 96, dtype=torch.uint8)
    axes = {name: {2: f"{name} rows", 3: f"{name} columns"} for name in ("picture", "map", "features")}
    torch.onnx.export(
        First(network.eval()), (example,), out, input_names=["picture"], output_names=["map", "features"],
        dynamic_axes=axes, dynamo=False, opset_version=17,
    )  # fmt: skip
    describe(out, {})


def export_second(weights: Path, out: Path) -> None:
    """Write the second network as ONNX."""
    told = torch.load(weights, weights_only=True)
    numbers = told["even.running_mean"].numel()
    judge = Judge(numbers)
    judge.load_state_dict(told)
    torch.onnx.export(
        Second(judge.eval()), (torch.zeros(2, numbers),), out, input_names=["candidates"], output_names=["shares"],
        dynamic_axes={"candidates": {0: "n"}, "shares": {0: "n"}}, dynamo=False, opset_version=17,
    )  # fmt: skip
    describe(out, dict.fromkeys(ROLES, LEAST))


def describe(out: Path, sure: dict[str, float]) -> None:
    """Write into the file what its outputs mean, and from which score each role is said."""
    model = onnx.load(out)
    del model.metadata_props[:]
    for key, value in (("roles", ROLES), ("states", STATES), ("sure", sure)):
        onnx.helper.set_model_props(model, {**{p.key: p.value for p in model.metadata_props}, key: json.dumps(value)})
    onnx.save(model, out)


def least_scores(scored: list[tuple[str, float, bool]]) -> dict[str, float]:
    """Return for each role the least score above which `PRECISION` of what is said is there.

    `scored`: role, score and whether it is there, of everything that was found.
    """
    sure = {}
    for role in ROLES:
        mine = sorted(((score, right) for told, score, right in scored if told == role), reverse=True)
        right = np.cumsum([is_right for _, is_right in mine])
        good = [score for number, (score, _) in enumerate(mine) if right[number] >= PRECISION * (number + 1)]
        sure[role] = round(float(np.clip(min(good, default=MOST), LEAST, MOST)), 3)
    return sure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the made windows")
    parser.add_argument("--first", type=Path, help="weights of the first network, which to export")
    parser.add_argument("--second", type=Path, help="weights of the second network, which to export")
    parser.add_argument("--out", type=Path, default=FOLDER)
    chosen = parser.parse_args()
    if chosen.first:
        export_first(chosen.first, chosen.out / FIRST)
    if chosen.second:
        export_second(chosen.second, chosen.out / SECOND)
        sure = least_scores(scored_windows(chosen.folder, chosen.out, "check"))
        describe(chosen.out / SECOND, sure)
        print(json.dumps(sure, indent=1))
    for name in (FIRST, SECOND):
        if (chosen.out / name).exists():
            note(name, chosen.out)


if __name__ == "__main__":
    main()
