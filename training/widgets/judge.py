"""Train the second look: which candidates are controls, from the features of the first network.

`python -m training.widgets.judge FOLDER --out judge.pt`. The first network stays as it is, so a
few minutes are enough: its features are taken once for each candidate of each window.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from assistant.sight.boxes import joined
from assistant.sight.candidates import Candidates, candidates
from assistant.sight.judged import HIGH, WIDE, described, patches
from assistant.sight.weights import FOLDER
from assistant.sight.widgets import FIRST, First
from training.widgets.model import Block, convolution, has_matrix_units
from training.widgets.nothing import nothing
from training.widgets.roles import ROLES, STATES
from training.widgets.samples import Control, Pixels, Window, load, recoloured, state_target

NONE = len(ROLES)
"""The class of a candidate that is no control."""
SAME, OTHER = 0.5, 0.35
"""From how much of their union on a candidate is a control, up to how much it is not; between, nothing is learnt."""
LEFT_OUT = 0.5
"""The share of candidates that are no control that is not learnt from, for time and memory."""
SEEN = (16, 32, 64)
"""Channels at 1/2, 1/4 and 1/8 of a patch's size."""
HIDDEN, BATCH = 144, 256
Floats = npt.NDArray[np.float32]


class Learnt(NamedTuple):
    """What there is to learn of n candidates: numbers, pixels, classes, states with -1 where they cannot be told."""

    numbers: npt.NDArray[np.float16]
    patches: Pixels
    roles: npt.NDArray[np.intp]
    states: Floats


class Judge(nn.Module):
    """Numbers (n, numbers) and patches (n, 3, high, wide), to (n, roles + 1 + states) logits; the last role is none."""

    def __init__(self, numbers: int) -> None:
        super().__init__()
        self.even = nn.BatchNorm1d(numbers, affine=False)
        self.of_numbers = nn.Sequential(nn.Dropout(0.2), nn.Linear(numbers, HIDDEN), nn.BatchNorm1d(HIDDEN), nn.ReLU())
        a, b, c = SEEN
        self.look = nn.Sequential(
            convolution(3, a, step=2), convolution(a, b, step=2), convolution(b, c, step=2), Block(c)
        )
        cells = c * (HIGH // 8) * (WIDE * 3 // 8)
        self.of_pixels = nn.Sequential(nn.Linear(cells, HIDDEN), nn.BatchNorm1d(HIDDEN), nn.ReLU())
        self.last = nn.Sequential(
            nn.Dropout(0.2),
            nn.Linear(2 * HIDDEN, HIDDEN),
            nn.ReLU(),
            nn.Linear(HIDDEN, len(ROLES) + 1 + len(STATES)),
        )

    def forward(self, numbers: Tensor, patches: Tensor) -> Tensor:
        known = self.of_numbers(self.even(numbers).clamp(-6, 6))
        seen = self.of_pixels(self.look((patches - 127.5) / 64).flatten(1))
        return self.last(torch.cat([known, seen], dim=1))  # type: ignore[no-any-return]


def union_shares(boxes: Floats, edges: Sequence[float]) -> Floats:
    """Return the intersection over union of boxes (n, 4) with one."""
    wide = np.minimum(boxes[:, 2], edges[2]) - np.maximum(boxes[:, 0], edges[0])
    high = np.minimum(boxes[:, 3], edges[3]) - np.maximum(boxes[:, 1], edges[1])
    common = np.maximum(wide, 0) * np.maximum(high, 0)
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return np.asarray(common / (areas + (edges[2] - edges[0]) * (edges[3] - edges[1]) - common), np.float32)


def learn_from(first: First, picture: Pixels, controls: Sequence[Control], dice: np.random.Generator) -> Learnt:
    """Return the candidates of one picture with their classes; of those that are none, as many as LEFT_OUT leaves."""
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
    kept = np.flatnonzero((roles >= 0) & ((roles != NONE) | (dice.random(len(roles)) >= LEFT_OUT)))
    found = Candidates(found.boxes[kept], found.source[kept], found.fill[kept])
    numbers = described(features, found, (picture.shape[0], picture.shape[1]))
    return Learnt(numbers.astype(np.float16), patches(picture, found.boxes), roles[kept], states[kept])


def gather(folder: Path, first: First, *, windows: int, seed: int = 1) -> Learnt:
    """Return what there is to learn from windows, some of them recoloured or resized, and from pictures of nothing."""
    every = load(folder, "train")
    order = np.random.default_rng(seed).permutation(len(every))[:windows]
    chosen: list[Window | None] = [every[int(number)] for number in order] + [None] * (windows // 16)
    seeds = np.random.SeedSequence(seed).spawn(len(chosen))

    def learn(window: Window | None, of: np.random.SeedSequence) -> Learnt:
        dice = np.random.default_rng(of)
        if window is None:
            return learn_from(first, nothing(400, 560, dice), [], dice)
        picture, controls = resized(window, dice) if dice.random() < 0.2 else (window.picture(), window.controls)
        return learn_from(first, recoloured(picture, dice) if dice.random() < 0.5 else picture, controls, dice)

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(learn, chosen, seeds))
    return Learnt(*(np.concatenate(parts) for parts in zip(*made, strict=True)))


def resized(window: Window, dice: np.random.Generator) -> tuple[Pixels, Sequence[Control]]:
    """Return a window as another screen or a remote desktop shows it: somewhat larger or smaller."""
    picture, scale = window.picture(), float(dice.uniform(0.8, 1.3))
    way = cv2.INTER_AREA if scale < 1 else (cv2.INTER_LINEAR, cv2.INTER_CUBIC)[int(dice.integers(2))]
    shown = np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=way), np.uint8)
    x, y = shown.shape[1] / picture.shape[1], shown.shape[0] / picture.shape[0]
    moved = [
        replace(one, edges=(one.edges[0] * x, one.edges[1] * y, one.edges[2] * x, one.edges[3] * y))
        for one in window.controls
    ]
    return shown, moved


def varied(patches: Tensor) -> Tensor:
    """Change colours and light of patches, each in its own way."""
    count = len(patches)
    change = torch.rand(count, 1, 1, 1) * 0.5 + 0.65
    light = (torch.rand(count, 3, 1, 1) - 0.5) * 50
    turned = torch.where(torch.rand(count, 1, 1, 1) < 0.1, 255 - patches, patches)
    return ((turned - 127.5) * change + 127.5 + light).clamp(0, 255)


def train(
    learnt: Learnt, out: Path, *, epochs: int, rate: float = 3e-3, start: Path | None = None, seed: int = 0
) -> None:
    """Train the second network; its weights are written after each round."""
    torch.manual_seed(seed)
    torch.set_num_threads(2)
    judge = Judge(learnt.numbers.shape[1])
    if start:
        judge.load_state_dict(torch.load(start, weights_only=True))
    optimizer = torch.optim.AdamW(judge.parameters(), lr=2e-3, weight_decay=0.05)
    batches = len(learnt.roles) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=max(epochs * batches, 1))
    roles, states = torch.from_numpy(learnt.roles), torch.from_numpy(learnt.states)
    for epoch in range(epochs):
        order, sums = torch.randperm(len(roles)), [0.0, 0.0]
        for batch in torch.split(order[: batches * BATCH], BATCH):
            numbers = torch.from_numpy(learnt.numbers[batch.numpy()]).float()
            pixels = varied(torch.from_numpy(learnt.patches[batch.numpy()]).float())
            with torch.autocast("cpu", torch.bfloat16, enabled=has_matrix_units()):
                answer = judge(numbers, pixels.contiguous(memory_format=torch.channels_last))
            told, shown = torch.split(answer.float(), [NONE + 1, len(STATES)], dim=1)
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
        torch.save(judge.state_dict(), out)
        print(f"epoch {epoch + 1}: loss {sums[0] / batches:.3f}, right {sums[1] / batches:.3f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--first", type=Path, default=FOLDER / FIRST, help="the first network as ONNX")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--windows", type=int, default=4000)
    parser.add_argument("--epochs", type=int, default=10)
    chosen = parser.parse_args()
    learnt = gather(chosen.folder, First(chosen.first.read_bytes()), windows=chosen.windows)
    print(f"{len(learnt.roles)} candidates, {(learnt.roles != NONE).mean():.2f} of them controls")
    train(learnt, chosen.out, epochs=chosen.epochs)


if __name__ == "__main__":
    main()
