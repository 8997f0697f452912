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

from assistant.sight.judged import HIGH, WIDE
from assistant.sight.weights import FOLDER, note
from assistant.sight.widgets import FIRST, SECOND
from training.widgets.judge import NONE, Judge
from training.widgets.model import Detector, shares
from training.widgets.report import Scored, scored_windows
from training.widgets.roles import ROLES, STATES

RIGHT, INVENTED = 0.95, 0.005
"""The share of what is said of a role that must be right, and that may be invented."""
LEAST, MOST = 0.75, 0.95
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

    def forward(self, numbers: Tensor, patches: Tensor) -> Tensor:
        roles, states = torch.split(self.inner(numbers, patches.float()), [NONE + 1, len(STATES)], dim=1)
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
    patches = torch.zeros(2, 3, HIGH, 3 * WIDE, dtype=torch.uint8)
    judge.load_state_dict(told)
    torch.onnx.export(
        Second(judge.eval()), (torch.zeros(2, numbers), patches), out, input_names=["numbers", "patches"],
        output_names=["shares"], dynamic_axes={name: {0: "n"} for name in ("numbers", "patches", "shares")},
        dynamo=False, opset_version=17,
    )  # fmt: skip
    describe(out, dict.fromkeys(ROLES, LEAST))


def describe(out: Path, sure: dict[str, float]) -> None:
    """Write into the file what its outputs mean, and from which score each role is said."""
    model = onnx.load(out)
    del model.metadata_props[:]
    for key, value in (("roles", ROLES), ("states", STATES), ("sure", sure)):
        onnx.helper.set_model_props(model, {**{p.key: p.value for p in model.metadata_props}, key: json.dumps(value)})
    onnx.save(model, out)


def least_scores(scored: list[Scored]) -> dict[str, float]:
    """Return for each role the least score above which hardly anything is invented, and few roles are wrong."""
    sure = {}
    for role in ROLES:
        mine = sorted((one for one in scored if one.role == role), key=lambda one: -one.score)
        count = np.arange(1, len(mine) + 1)
        right = np.cumsum([one.is_right for one in mine])
        invented = np.cumsum([one.is_invented for one in mine])
        good = np.flatnonzero((right >= RIGHT * count) & (invented <= INVENTED * count))
        least = mine[int(good[-1])].score if good.size else MOST
        sure[role] = round(float(np.clip(least, LEAST, MOST)), 3)
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
