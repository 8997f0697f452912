"""Train the second look: which candidates are controls, from the features of the first network.

`python -m training.widgets.judge FOLDER --out judge.pt`. The first network stays as it is, so a
few minutes are enough: its features are taken once for each candidate of each window.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from assistant.sight.boxes import joined
from assistant.sight.candidates import candidates
from assistant.sight.judged import described
from assistant.sight.weights import FOLDER
from assistant.sight.widgets import FIRST, First
from training.widgets.nothing import nothing
from training.widgets.roles import ROLES, STATES
from training.widgets.samples import Control, Pixels, load, recoloured, state_target

NONE = len(ROLES)
"""The class of a candidate that is no control."""
SAME, OTHER = 0.5, 0.35
"""From how much of their union on a candidate is a control, up to how much it is not; between, nothing is learnt."""
HIDDEN = 128
Floats = npt.NDArray[np.float32]


class Learnt(NamedTuple):
    """What there is to learn: (n, numbers) float16, the classes, the states with -1 where they cannot be told."""

    inputs: npt.NDArray[np.float16]
    roles: npt.NDArray[np.intp]
    states: Floats


class Judge(nn.Module):
    """(n, numbers) to (n, roles + 1 + states) logits; the last role is none."""

    def __init__(self, numbers: int) -> None:
        super().__init__()
        self.even = nn.BatchNorm1d(numbers, affine=False)
        self.layers = nn.Sequential(
            nn.Dropout(0.1),
            nn.Linear(numbers, HIDDEN),
            nn.BatchNorm1d(HIDDEN),
            nn.ReLU(inplace=True),
            nn.Dropout(0.2),
            nn.Linear(HIDDEN, HIDDEN),
            nn.ReLU(inplace=True),
            nn.Linear(HIDDEN, len(ROLES) + 1 + len(STATES)),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(self.even(x).clamp(-6, 6))  # type: ignore[no-any-return]


def union_shares(boxes: Floats, edges: Sequence[float]) -> Floats:
    """Return the intersection over union of boxes (n, 4) with one."""
    wide = np.minimum(boxes[:, 2], edges[2]) - np.maximum(boxes[:, 0], edges[0])
    high = np.minimum(boxes[:, 3], edges[3]) - np.maximum(boxes[:, 1], edges[1])
    common = np.maximum(wide, 0) * np.maximum(high, 0)
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return np.asarray(common / (areas + (edges[2] - edges[0]) * (edges[3] - edges[1]) - common), np.float32)


def learn_from(first: First, picture: Pixels, controls: Sequence[Control]) -> Learnt:
    """Return the candidates of one picture with their classes."""
    seen = first.look(picture)
    cells, features = seen[: first.scores], seen[first.scores :]
    known = np.array([one.edges for one in joined(cells, len(ROLES))], np.float32).reshape(-1, 4)
    found = candidates(picture, known)
    roles = np.full(len(found.boxes), NONE, np.intp)
    nearest = np.zeros(len(found.boxes), np.float32)
    states = np.full((len(found.boxes), len(STATES)), -1.0, np.float32)
    for one in controls:
        share = union_shares(found.boxes, one.edges)
        closer = share > nearest
        nearest = np.maximum(share, nearest)
        mine = closer & (share >= SAME)
        roles[closer & (share > OTHER) & ~mine] = -1
        roles[mine] = ROLES.index(one.role) if one.role else -1
        states[mine] = [state_target(one, state) for state in STATES]
    inputs = described(features, found, (picture.shape[0], picture.shape[1]))
    kept = roles >= 0
    return Learnt(inputs[kept].astype(np.float16), roles[kept], states[kept])


def gather(folder: Path, first: First, *, windows: int, seed: int = 1) -> Learnt:
    """Return what there is to learn from windows, some of them recoloured, and from pictures of nothing."""
    dice = np.random.default_rng(seed)
    every = load(folder, "train")
    chosen = [every[int(number)] for number in dice.permutation(len(every))[:windows]]
    made = [learn_from(first, nothing(400, 560, dice), []) for _ in range(windows // 16)]
    for window in chosen:
        picture = window.picture()
        made.append(learn_from(first, recoloured(picture, dice) if dice.random() < 0.5 else picture, window.controls))
    return Learnt(*(np.concatenate(parts) for parts in zip(*made, strict=True)))


def train(learnt: Learnt, *, epochs: int, seed: int = 0) -> Judge:
    """Train the second network."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)  # so small a network gains nothing from more
    judge = Judge(learnt.inputs.shape[1])
    optimizer = torch.optim.AdamW(judge.parameters(), lr=2e-3, weight_decay=0.05)
    batches = len(learnt.roles) // 512
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=max(epochs * batches, 1))
    roles, states = torch.from_numpy(learnt.roles), torch.from_numpy(learnt.states)
    for epoch in range(epochs):
        order, sums = torch.randperm(len(roles)), [0.0, 0.0]
        for batch in torch.split(order[: batches * 512], 512):
            inputs = torch.from_numpy(learnt.inputs[batch.numpy()]).float()
            told, shown = torch.split(judge(inputs), [NONE + 1, len(STATES)], dim=1)
            loss = nn.functional.cross_entropy(told, roles[batch], label_smoothing=0.02)
            known = (states[batch] >= 0).float()
            of_states = nn.functional.binary_cross_entropy_with_logits(
                shown, states[batch].clamp(0, 1), reduction="none"
            )
            whole = loss + 0.5 * (of_states * known).sum() / known.sum().clamp(min=1)
            optimizer.zero_grad(set_to_none=True)
            whole.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            sums = [sums[0] + loss.item(), sums[1] + float((told.argmax(1) == roles[batch]).float().mean())]
        print(f"epoch {epoch + 1}: loss {sums[0] / batches:.3f}, right {sums[1] / batches:.3f}", flush=True)
    return judge.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--first", type=Path, default=FOLDER / FIRST, help="the first network as ONNX")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--windows", type=int, default=2000)
    parser.add_argument("--epochs", type=int, default=12)
    chosen = parser.parse_args()
    learnt = gather(chosen.folder, First(chosen.first.read_bytes()), windows=chosen.windows)
    print(f"{len(learnt.roles)} candidates, {(learnt.roles != NONE).mean():.2f} of them controls")
    torch.save(train(learnt, epochs=chosen.epochs).state_dict(), chosen.out)


if __name__ == "__main__":
    main()
