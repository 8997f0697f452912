"""Train the detector: `python -m training.widgets.train FOLDER --minutes 30 --out widgets.pt`."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from training.widgets.model import Detector
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


def loss_of(told: Tensor, wanted: Tensor) -> tuple[Tensor, dict[str, float]]:
    """Return the loss: focal for roles (Lin et al., 2017), relative for edges, cross entropy for states."""
    counts, wanted = wanted[:, -1:], wanted[:, :-1]
    roles, edges, states = torch.split(told, [len(ROLES), 4, len(STATES)], dim=1)
    is_role, edge, state = torch.split(wanted, [len(ROLES), 4, len(STATES)], dim=1)
    known, positive = is_role >= 0, is_role == 1
    sure = roles.clamp(1e-5, 1 - 1e-5)
    of_roles = torch.where(positive, -((1 - sure) ** 2) * sure.log() * counts, -0.6 * sure**2 * (1 - sure).log())
    inside = positive.any(dim=1, keepdim=True)
    weight = (counts * inside).sum().clamp(min=1.0)
    role_loss = (of_roles * known).sum() / weight
    off = ((edges + 2).log() - (edge + 2).log()).abs() * counts * inside
    edge_loss = off.sum() / (4 * weight)
    state_known = (state >= 0) & inside
    of_states = torch.nn.functional.binary_cross_entropy(
        states.clamp(1e-5, 1 - 1e-5), state.clamp(0, 1), reduction="none"
    )
    state_loss = (of_states * state_known * counts).sum() / weight
    parts = {"roles": role_loss.item(), "edges": edge_loss.item(), "states": state_loss.item()}
    return role_loss + 2.0 * edge_loss + 0.25 * state_loss, parts


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
            loss, parts = loss_of(network(inputs), wanted)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimizer.step()
            averaged.update_parameters(network)
            steps += 1
            if time.monotonic() - shown > 20:
                shown = time.monotonic()
                said = " ".join(f"{name} {value:.3f}" for name, value in parts.items())
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
