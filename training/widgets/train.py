"""Train the detector: `python -m training.widgets.train FOLDER --minutes 30 --out widgets.pt`."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, softplus
from torch.optim.swa_utils import AveragedModel

from training.widgets.model import Detector, has_matrix_units, parts
from training.widgets.nothing import nothing
from training.widgets.roles import ROLES, STATES
from training.widgets.samples import SIZE, Numbers, Pixels, Window, load, piece, target

BATCH = 12
PER_WINDOW = 2
"""Pieces cut from a window each time it is drawn."""
NOTHING_SHARE = 0.06
"""Of pieces that hold no window at all: noise, photographs, documents."""
RATE = 2e-3
AVERAGED = 0.99
"""How much of the averaged weights each step keeps."""


@cache
def picture_of(window: Window) -> Pixels:
    """Return a window's picture; some gigabytes of them stay in memory, for unpacking takes as long as learning."""
    return window.picture()


def batch(windows: list[Window], dice: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Make one batch of pieces and targets."""
    pieces: list[tuple[Pixels, Numbers]] = []
    while len(pieces) < BATCH:
        if dice.random() < NOTHING_SHARE:
            pieces.append((nothing(SIZE, SIZE, dice), target([], SIZE, SIZE)))
            continue
        window = windows[int(dice.integers(len(windows)))]
        pieces += [piece(window, picture_of(window), dice) for _ in range(PER_WINDOW)]
    pictures = np.stack([picture for picture, _ in pieces[:BATCH]])
    wanted = np.stack([answer for _, answer in pieces[:BATCH]])
    inputs = torch.from_numpy(pictures).permute(0, 3, 1, 2).float().contiguous(memory_format=torch.channels_last)
    return inputs, torch.from_numpy(wanted)


def loss_of(raw: Tensor, wanted: Tensor, weights: Tensor) -> tuple[Tensor, dict[str, float]]:
    """Return the loss: focal for what is there (Lin et al., 2017), cross entropy for its role, relative for edges."""
    there, roles, edges, states = parts(raw)
    is_role, edge, state, counts = torch.split(wanted, [len(ROLES), 4, len(STATES), 1], dim=1)
    inside, known = (is_role == 1).any(dim=1, keepdim=True), (is_role >= 0).all(dim=1, keepdim=True)
    counts = counts * inside
    total = counts.sum().clamp(min=1.0)
    share = there.sigmoid()
    of_there = torch.where(inside, (1 - share) * softplus(-there) * counts, 0.75 * share**2 * softplus(there))
    of_role = cross_entropy(roles, is_role.argmax(dim=1), weight=weights, reduction="none")[:, None]
    off = ((edges + 2).log() - (edge + 2).log()).abs()
    of_state = binary_cross_entropy_with_logits(states, state.clamp(0, 1), reduction="none") * (state >= 0)
    losses = {
        "there": (of_there * known).sum() / total,
        "role": (of_role * counts).sum() / total,
        "edges": (off * counts).sum() / (4 * total),
        "states": (of_state * counts).sum() / total,
    }
    loss = losses["there"] + losses["role"] + 2.0 * losses["edges"] + 0.25 * losses["states"]
    return loss, {name: part.item() for name, part in losses.items()}


def rarity(windows: list[Window]) -> Tensor:
    """Return each role's weight: the rarer, the more, but not by much."""
    count = Counter(one.role for window in windows for one in window.controls if one.role)
    often = torch.tensor([max(count[role], 1) for role in ROLES], dtype=torch.float32)
    return ((often.mean() / often) ** 0.5).clamp(0.6, 2.5)


@torch.no_grad()
def closer(averaged: Sequence[Tensor], present: Sequence[Tensor], count: Tensor | int) -> None:
    """Move the averaged weights a little to the present ones; at first much."""
    steps = float(count)
    keep = min(AVERAGED, (1 + steps) / (10 + steps))
    for mean, value in zip(averaged, present, strict=True):
        if mean.is_floating_point():
            mean.lerp_(value, 1 - keep)
        else:
            mean.copy_(value)


def train(
    folder: Path, out: Path, *, minutes: float, threads: int, start: Path | None, without: str, seed: int = 0
) -> None:
    """Train until the time is up, the rate falling to nothing by then; the weights of the last steps are averaged."""
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    windows = [window for window in load(folder, "train") if window.toolkit != without]
    network = Detector()
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload] # its types lack this one
    if start:
        network.load_state_dict(torch.load(start, weights_only=True))
    weights = rarity(windows)
    averaged = AveragedModel(network, multi_avg_fn=closer, use_buffers=True)
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.02)
    began, steps, shown = time.monotonic(), 0, time.monotonic()
    seeds = np.random.SeedSequence(seed)
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(batch, windows, np.random.default_rng(seeds.spawn(1)[0]))
        while (share := (time.monotonic() - began) / (minutes * 60)) < 1.0:
            inputs, wanted = coming.result()
            coming = pool.submit(batch, windows, np.random.default_rng(seeds.spawn(1)[0]))
            for group in optimizer.param_groups:
                group["lr"] = RATE * min(1.0, (steps + 1) / 40) * (0.5 + 0.5 * float(np.cos(np.pi * share)))
            with torch.autocast("cpu", torch.bfloat16, enabled=has_matrix_units()):
                raw = network(inputs)
            loss, losses = loss_of(raw.float(), wanted, weights)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimizer.step()
            averaged.update_parameters(network)
            steps += 1
            if time.monotonic() - shown > 20:
                shown = time.monotonic()
                said = " ".join(f"{name} {value:.3f}" for name, value in losses.items())
                print(f"{shown - began:5.0f} s, step {steps}: {said}", flush=True)
                torch.save(averaged.module.state_dict(), out)
    torch.save(averaged.module.state_dict(), out)
    print(f"{steps} steps of {BATCH} pieces from {len(windows)} windows")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument("--without", default="", help="a toolkit to leave out: tk, gtk3, qt")
    chosen = parser.parse_args()
    train(
        chosen.folder,
        chosen.out,
        minutes=chosen.minutes,
        threads=chosen.threads,
        start=chosen.start,
        without=chosen.without,
    )


if __name__ == "__main__":
    main()
