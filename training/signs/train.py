"""Draw signs, train the network of signs with them, set its threshold, write assistant/sight/weights/signs.onnx.

`python -m training.signs.train CACHE`, after training.icons.samples has filled the cache: icons are no signs. Prints
how many signs of fonts that were never seen are told, and rightly.
"""

from __future__ import annotations

import argparse
import json
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
import torch
from torch.nn import functional

from assistant.sight import weights
from assistant.sight.sign_crop import NUMBERS, SIDE
from assistant.sight.signs import WEIGHTS
from training.signs.draw import Hand, gathered, signs, words
from training.signs.fonts import fonts
from training.signs.model import Shares, SignNet

SEED = 11
BATCH = 256
RATE = 3e-3
ICONS = 0.25  # of the pictures that are drawn: so many icons beside them
RIGHT, INVENTED = 0.985, 0.01
"""Of the signs that are told, so many are right; of what is no sign, at most so much is told as one."""


class Samples(NamedTuple):
    """Pictures uint8 (n, SIDE, SIDE), numbers float32 (n, NUMBERS), which sign int64 (n); the last stands for none."""

    pictures: np.ndarray
    numbers: np.ndarray
    labels: np.ndarray


def drawn(cache: Path, use: str, count: int, seed: int, processes: int) -> Samples:
    """Return signs drawn with the fonts of a use, and the icons of that use."""
    files = fonts(cache / "signs", use)
    share = count // processes
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(_part, files, seed + number, share) for number in range(processes)]
        parts = [Samples(*job.result()) for job in jobs]
    parts.append(_icons(cache / "icons" / f"{use}.npz", round(ICONS * count), seed))
    return Samples(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _part(files: list[Path], seed: int, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return gathered(Hand(files, seed), count)


def _icons(file: Path, count: int, seed: int) -> Samples:
    data, rng = np.load(file), np.random.default_rng(seed)
    alike = frozenset(words("alike"))
    unlike = [number for number, name in enumerate(data["meaning_names"]) if str(name) not in alike]
    there = np.flatnonzero(np.isin(data["meanings"], unlike))
    chosen = rng.choice(there, min(count, len(there)), replace=False)
    pictures = np.abs(data["pictures"][chosen].astype(np.int16)).max(axis=1) * 2
    usual = rng.uniform(0.8, 2.2, (len(chosen), 1)).astype(np.float32)
    numbers = np.concatenate((usual, usual, rng.normal(0, 0.1, usual.shape)), axis=1).astype(np.float32)
    return Samples(np.clip(pictures, 0, 255).astype(np.uint8), numbers, np.full(len(chosen), len(signs()), np.int64))


def train(samples: Samples, *, epochs: float, threads: int) -> SignNet:
    """Return a network that knows these signs. The same samples, the same weights."""
    torch.manual_seed(SEED)
    torch.set_num_threads(threads)
    model: SignNet = SignNet(len(signs()) + 1).to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # stub
    pictures, numbers, labels = (torch.from_numpy(column) for column in samples)
    steps = int(len(labels) * epochs / BATCH)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.1)
    is_halved = torch.cpu._is_amx_tile_supported()  # noqa: SLF001 - torch has no public name; twice as fast where true
    order, began = torch.empty(0, dtype=torch.long), time.monotonic()
    model.train()
    for step in range(steps):
        if len(order) < BATCH:
            order = torch.cat((order, torch.randperm(len(labels))))
        chosen, order = order[:BATCH], order[BATCH:]
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=is_halved):
            logits = model(_augmented(pictures[chosen]), numbers[chosen])
        logits = logits.float()
        loss = functional.cross_entropy(logits, labels[chosen], label_smoothing=0.05)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch's
        optimizer.step()
        schedule.step()
        if step % 100 == 0:
            right = (logits.argmax(1) == labels[chosen]).float().mean()
            print(f"{step}/{steps} loss {loss:.3f} right {right:.3f} {time.monotonic() - began:.0f} s", flush=True)
    model.eval()
    return model


def _augmented(pictures: torch.Tensor) -> torch.Tensor:
    """Return pictures as floats, each moved, stretched, its strokes thicker or thinner, a little noise in it."""
    x = pictures.float()[:, None] / 255
    count = len(x)
    how = torch.rand(count)
    for chosen, sign in ((how < 0.12, 1), (how > 0.88, -1)):
        part = x[chosen]
        x[chosen] = part.lerp(sign * functional.max_pool2d(sign * part, 3, 1, 1), 0.6 * torch.rand(len(part), 1, 1, 1))
    wide, tall = 1 + 0.16 * (torch.rand(count) - 0.5), 1 + 0.16 * (torch.rand(count) - 0.5)
    lean, move = 0.12 * (torch.rand(count) - 0.5), 0.1 * (torch.rand(count, 2) - 0.5)
    none = torch.zeros(count)
    rows = torch.stack((wide, lean, move[:, 0]), 1), torch.stack((none, tall, move[:, 1]), 1)
    grid = functional.affine_grid(torch.stack(rows, 1), list(x.shape), align_corners=False)
    x = functional.grid_sample(x, grid, align_corners=False)
    return (
        (x + torch.randn_like(x) * 0.04 * torch.rand(count, 1, 1, 1))
        .clamp(0, 1)
        .contiguous(memory_format=torch.channels_last)
    )


def likely(model: SignNet, samples: Samples, temperature: float = 1.0) -> np.ndarray:
    """Return each sample's share of each sign."""
    with torch.inference_mode():
        parts = [
            model(torch.from_numpy(pictures).float()[:, None] / 255, torch.from_numpy(numbers))
            for pictures, numbers in zip(*(np.array_split(c, len(c) // 1000 + 1) for c in samples[:2]), strict=True)
        ]
        return torch.softmax(torch.cat(parts) / temperature, 1).numpy()


def least_of(shares: np.ndarray, labels: np.ndarray) -> float:
    """Return the share from which a sign is told: as many as can be, as RIGHT and INVENTED demand."""
    none = shares.shape[1] - 1
    best, sure = shares.argmax(1), shares.max(1)
    for least in np.arange(0.3, 0.99, 0.01):
        told = (sure >= least) & (best != none)
        is_sign = labels != none
        if (best == labels)[told & is_sign].mean() >= RIGHT and told[~is_sign].mean() <= INVENTED:
            return round(float(least), 2)
    return 0.99


def report(use: str, shares: np.ndarray, labels: np.ndarray, least: float) -> str:
    """Return how many signs are told and how many of those are right, and what of the rest is told as one."""
    none = shares.shape[1] - 1
    best, told = shares.argmax(1), (shares.max(1) >= least) & (shares.argmax(1) != none)
    is_sign = labels != none
    right = (best == labels)[told & is_sign].mean()
    return (f"{use}: {told[is_sign].mean():.3f} of {is_sign.sum()} signs told, {right:.4f} of these right; "
            f"{told[~is_sign].mean():.4f} of {(~is_sign).sum()} that are none told as one")  # fmt: skip


def write(model: SignNet, file: Path, least: float) -> None:
    """Write an ONNX file with the signs and the threshold in it."""
    given = torch.zeros(2, 1, SIDE, SIDE), torch.zeros(2, NUMBERS)
    torch.onnx.export(
        Shares(model), given, str(file), input_names=["signs", "numbers"], output_names=["shares"],
        dynamic_axes={name: {0: "count"} for name in ("signs", "numbers", "shares")}, opset_version=17, dynamo=False,
    )  # fmt: skip
    made = onnx.load(file)
    onnx.helper.set_model_props(made, {"signs": json.dumps(signs(), ensure_ascii=True), "least": str(least)})
    onnx.checker.check_model(made)
    onnx.save(made, file)


def main() -> None:
    """Do all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cache", type=Path)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--epochs", type=float, default=6.0)
    parser.add_argument("--threads", type=int, default=2)
    told = parser.parse_args()
    torch.manual_seed(SEED)
    model = train(drawn(told.cache, "train", told.count, SEED, told.threads), epochs=told.epochs, threads=told.threads)
    torch.save(model.state_dict(), told.cache / "signs" / "signs.pt")
    calibrate = drawn(told.cache, "calibrate", 20_000, SEED + 1000, told.threads)
    least = least_of(likely(model, calibrate), calibrate.labels)
    file = weights.FOLDER / WEIGHTS
    write(model, file, least)
    weights.note(WEIGHTS)
    print(f"{file.name}: {file.stat().st_size / 1e6:.2f} MB, {sum(p.numel() for p in model.parameters())} parameters, "
          f"least {least}")  # fmt: skip
    for use in ("calibrate", "test"):
        samples = calibrate if use == "calibrate" else drawn(told.cache, use, 20_000, SEED + 2000, told.threads)
        print(report(use, likely(model, samples), samples.labels, least))


if __name__ == "__main__":
    main()
