"""Train the icon classifier on the pictures of samples.py: `icons.pt`. The same seed, the same weights."""

from __future__ import annotations

import argparse
import copy
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from assistant.sight.icon_crop import SIDE
from training.icons.model import IconNet

SEED = 5
BATCH = 256
RATE = 3e-3
DECAY = 0.05
SMOOTHING = 0.08  # of the labels: names lie, and a sure wrong answer is the worst
SMALL, SMALL_SHARE = 24, 0.5  # pixels: the first part of the training sees smaller pictures, at half the time
THICKER, THINNER, SHADED = 0.12, 0.12, 0.25  # of the pictures
AVERAGE = 0.998  # of the weights over the last batches


def train(cache: Path, *, epochs: float, threads: int) -> None:
    """Write `icons.pt` into the cache."""
    torch.manual_seed(SEED)
    torch.set_num_threads(threads)
    data = np.load(cache / "train.npz")
    pictures, labels = torch.from_numpy(data["pictures"]), torch.from_numpy(data["meanings"]).long()
    classes = len(data["meaning_names"])
    model = IconNet(classes).to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # stub
    averaged = copy.deepcopy(model)
    steps = int(len(labels) * epochs / BATCH)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, steps))
    is_halved = torch.cpu._is_amx_tile_supported()  # noqa: SLF001 - torch has no public name; twice as fast where true
    started = time.monotonic()
    order = torch.empty(0, dtype=torch.long)
    for step in range(steps):
        if len(order) < BATCH:
            order = torch.cat((order, torch.randperm(len(labels))))
        chosen, order = order[:BATCH], order[BATCH:]
        model.train()
        side = SMALL if step < SMALL_SHARE * steps else SIDE
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=is_halved):
            logits = model(_augmented(pictures[chosen], side))
        logits = logits.float()
        loss = functional.cross_entropy(logits, labels[chosen], label_smoothing=SMOOTHING)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch's
        optimizer.step()
        schedule.step()
        _average(averaged, model, min(AVERAGE, (step + 1) / (step + 10)))
        if step % 100 == 0:
            right = (logits.argmax(1) == labels[chosen]).float().mean()
            spent = time.monotonic() - started
            print(f"{step}/{steps} loss {loss.item():.3f} right {right:.3f} {spent:.0f} s", flush=True)
            if step % 300 == 0:
                torch.save(averaged.state_dict(), cache / "icons.pt")
    torch.save(averaged.state_dict(), cache / "icons.pt")


def _rate(step: int, steps: int) -> float:
    warm = min(1.0, (step + 1) / 100)
    return warm * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * step / steps)))


def _augmented(pictures: Tensor, side: int) -> Tensor:
    """Return int8 samples as floats, each moved, stretched, turned a little, its contrast and colours changed."""
    x = _other_strokes(pictures.float() / 127)
    count = len(x)
    turn = (torch.rand(count) - 0.5) * 0.12
    wide, tall = 1 + (torch.rand(count) - 0.45) * 0.2, 1 + (torch.rand(count) - 0.45) * 0.2
    move = (torch.rand(count, 2) - 0.5) * 0.14
    matrix = torch.stack(
        (
            torch.stack((wide * turn.cos(), -tall * turn.sin(), move[:, 0]), dim=1),
            torch.stack((wide * turn.sin(), tall * turn.cos(), move[:, 1]), dim=1),
        ),
        dim=1,
    )
    grid = functional.affine_grid(matrix, [count, 3, side, side], align_corners=False)
    x = functional.grid_sample(x, grid, align_corners=False)
    if torch.rand(()) < 0.25:
        x = x[:, torch.randperm(3)]  # a blue arrow means what a green one means
    grey = torch.rand(count, 1, 1, 1) < 0.25
    x = torch.where(grey, x.mean(1, keepdim=True).expand_as(x), x)
    colour = 1 + (torch.rand(count, 3, 1, 1) - 0.5) * 0.5
    noise = torch.randn_like(x) * (torch.rand(count, 1, 1, 1) * 0.06)
    x = x * colour + noise
    corner = torch.randint(0, side, (count, 2))
    hidden = torch.rand(count) < 0.2  # a patch is missing: the whole must not hang on one part
    for number in hidden.nonzero().flatten().tolist():
        row, column = corner[number].tolist()
        x[number, :, row : row + 9, column : column + 9] = 0
    return x.clamp(-1, 1).contiguous(memory_format=torch.channels_last)


def _other_strokes(x: Tensor) -> Tensor:
    """Return pictures some of which have thicker or thinner lines, or are shaded from top to bottom."""
    count, side = len(x), x.shape[-1]
    how = torch.rand(count)
    for chosen, sign in ((how < THICKER, -1), (how > 1 - THINNER, 1)):  # ink is negative, its background 0
        part = x[chosen]
        share = torch.rand(len(part), 1, 1, 1) * 0.7
        x[chosen] = part.lerp(sign * functional.max_pool2d(sign * part, 3, stride=1, padding=1), share)
    slope = (torch.rand(count, 1, 1, 1) - 0.5) * (torch.rand(count, 1, 1, 1) < SHADED)
    return x * (1 + slope * torch.linspace(-1, 1, side).view(1, 1, side, 1))


def _average(averaged: torch.nn.Module, model: torch.nn.Module, share: float) -> None:
    with torch.no_grad():
        for kept, new in zip(averaged.state_dict().values(), model.state_dict().values(), strict=True):
            if kept.dtype.is_floating_point:
                kept.lerp_(new, 1 - share)
            else:
                kept.copy_(new)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cache", type=Path)
    parser.add_argument("--epochs", type=float, default=6.0)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    train(given.cache, epochs=given.epochs, threads=given.threads)
