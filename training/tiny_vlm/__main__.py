"""Make the test model again: `python -m training.tiny_vlm`; minutes on two cores."""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from assistant.engine.devices import Wish
from assistant.engine.generate import Author
from assistant.engine.loading import load_model
from assistant.engine.manifest import write_manifest
from training.tiny_vlm.asking import answers
from training.tiny_vlm.card import Figures, card
from training.tiny_vlm.exam import exam, marks, shuffled
from training.tiny_vlm.eye import set_first_layer, teach_eye
from training.tiny_vlm.learn import Batches, learn
from training.tiny_vlm.model import make_network, make_processor, save_model
from training.tiny_vlm.rate import Course
from training.tiny_vlm.talks import texts

FOLDER = Path(__file__).parent / "model"
PICTURES = 150
EYE = Course(steps=1600, pictures=16, rate=1.2e-3)
TONGUE = Course(steps=1000, pictures=16, rate=1.5e-3)


def main(arguments: list[str] | None = None) -> int:
    """Train, save, measure; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m training.tiny_vlm", description=__doc__)
    parser.add_argument("--out", type=Path, default=FOLDER, help="the folder to write; it may hold an older model")
    parser.add_argument("--share", type=float, default=1.0, help="of the steps; 0.01 for a trial")
    parser.add_argument("--pictures", type=int, default=PICTURES, help="how many to measure it with")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(chosen.threads)
    started = time.process_time()
    processor = make_processor(texts())
    torch.manual_seed(0)
    network = make_network(processor.tokenizer)
    teach(network, Batches(processor), chosen.share)
    minutes = (time.process_time() - started) / 60
    chosen.out.mkdir(parents=True, exist_ok=True)
    save_model(network, processor, chosen.out)
    write_manifest(chosen.out)
    figures = measure(chosen.out, chosen.pictures, chosen.threads)
    parameters = sum(one.numel() for one in network.parameters())
    told = card(figures, parameters=parameters, minutes=minutes, pictures=chosen.pictures)
    (chosen.out / "README.md").write_text(told, encoding="utf-8")
    write_manifest(chosen.out)  # with its card
    print(told)
    return 0


def teach(network: Any, batches: Batches, share: float) -> None:
    """Teach a network first to see, then to speak."""
    vision, eye, tongue = network.model.visual, *(replace(one, steps=round(one.steps * share)) for one in (EYE, TONGUE))
    network.train()
    set_first_layer(vision, batches.look)
    teach_eye(vision, batches.look, eye, _tell)
    vision.requires_grad_(requires_grad=False)
    learn(network, batches, tongue, _tell)
    network.eval()


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def measure(folder: Path, pictures: int, threads: int) -> Figures:
    """Return how many of a model's answers are right, asked through the engine."""
    author = Author(load_model(folder, Wish(device="cpu", precision="float32", threads=threads)))
    items = exam(pictures)
    return Figures(
        plain=marks(items, answers(author, items)),
        ours=marks(items, answers(author, items, is_ours=True)),
        shuffled=marks(items, answers(author, shuffled(items))),
    )


if __name__ == "__main__":
    sys.exit(main())
