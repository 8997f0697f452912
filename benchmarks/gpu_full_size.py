"""GLM-4.6V-Flash at its full size on a GPU, with random weights: how long a person waits, by weights and by picture.

    python -m benchmarks.gpu_full_size             on a machine with a GPU; needs 24 GB of memory and of disk
    python -m benchmarks.gpu_full_size --tiny      the same with a tiny model on any processor, to show that it runs

Exit status: 0 done; 4 there is no GPU that torch can use, or no bitsandbytes.
"""

from __future__ import annotations

import argparse
import base64
import gc
import random
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import torch
import transformers

from assistant.engine.devices import Weights, Wish
from assistant.engine.generate import Author, Question
from assistant.engine.loading import load_model
from assistant.engine.manifest import write_manifest
from assistant.engine.pictures import read_picture
from assistant.engine.prompt import Turn
from assistant.host.png import png
from training.tiny_vlm.dialogs import draw, some_dialog
from training.tiny_vlm.model import Size, make_network, make_processor, save_model
from training.tiny_vlm.talks import our_messages, texts

T: Any = transformers
ROPE = {"rope_type": "default", "rope_theta": 5e5, "partial_rotary_factor": 0.5, "mrope_section": [8, 12, 12]}
WINDOW = (1920, 1080)
BUDGETS = (256, 512, 1024)
ANSWER_TOKENS = 64
ROUNDS = 5
QUESTIONS = ("What kind of message is this?", "How many buttons are there?")


@dataclass(frozen=True, slots=True)
class Line:
    """What was measured with one kind of weights and one budget; milliseconds, medians."""

    weights: str
    budget: int
    first: float
    """From the window's pixels in memory to the first token."""
    second: float
    """The same for another question about the same window."""
    tokens_per_second: float
    memory: float
    """The most that was held on the GPU, in GB; 0 on a processor."""


def main(arguments: list[str] | None = None) -> int:
    """Build, measure and print; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu_full_size", description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="a tiny model, on the processor if there is no GPU")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = parser.parse_args(arguments)
    has_gpu = torch.cuda.is_available() or torch.xpu.is_available()
    if not has_gpu and not chosen.tiny:
        print(
            "There is no GPU that torch can use here, so nothing was measured. Run it on a machine with one; "
            "to see that it runs, add --tiny.",
            file=sys.stderr,
        )
        return 4
    if has_gpu and not find_spec("bitsandbytes"):
        print("8 and 4 bit weights need bitsandbytes. Run: pip install bitsandbytes", file=sys.stderr)
        return 4
    with tempfile.TemporaryDirectory() as folder:
        parameters = build(Path(folder), is_tiny=chosen.tiny)
        _let_go()
        print(_head(parameters, has_gpu=has_gpu), flush=True)
        for weights in ("full", "8bit", "4bit") if has_gpu else ("full",):
            for line in measure(Path(folder), weights, chosen.rounds, has_gpu=has_gpu):
                print(_row(line), flush=True)
    return 0


def build(folder: Path, *, is_tiny: bool) -> int:
    """Write a model of random weights in bf16, made where there is room for it; return its number of parameters."""
    processor = make_processor(texts())
    device = "cpu" if is_tiny else "cuda" if torch.cuda.is_available() else "xpu"
    torch.manual_seed(0)
    with torch.device(device):
        network = make_network(processor.tokenizer, Size(spread=0.2)) if is_tiny else full_size(processor.tokenizer)
    save_model(network, processor, folder, torch.bfloat16)
    write_manifest(folder)
    return sum(one.numel() for one in network.parameters())


def full_size(tokenizer: Any) -> Any:
    """Return GLM-4.6V-Flash's architecture, `Glm4vForConditionalGeneration`, as its own configuration has it."""
    small = make_network(tokenizer).config.to_dict()  # for the numbers of the tokenizer's marks
    marks = {name: value for name, value in small.items() if name.endswith("_token_id") and name != "pad_token_id"}
    text = {name: small["text_config"][name] for name in ("pad_token_id", "eos_token_id")}
    text["rope_parameters"] = ROPE
    config = T.Glm4vConfig(text_config=text, **marks)  # transformers' defaults are GLM-4.1V-9B's sizes, and so Flash's
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16)
    try:
        return T.Glm4vForConditionalGeneration(config)
    finally:
        torch.set_default_dtype(before)


def measure(folder: Path, weights: Weights, rounds: int, *, has_gpu: bool) -> Iterator[Line]:
    """Load the model as the engine does and yield a line for each budget."""
    wish = Wish(device="gpu", weights=weights) if has_gpu else Wish(device="cpu", threads=1)
    author = Author(load_model(folder, wish))
    for budget in BUDGETS:
        if has_gpu and torch.cuda.is_available():
            torch.cuda.reset_peak_memory_stats()
        _one_round(author, -1, budget)  # kernels are chosen, memory is taken
        taken = [_one_round(author, number, budget) for number in range(rounds)]
        held = torch.cuda.max_memory_allocated() / 1e9 if torch.cuda.is_available() else 0.0
        firsts, seconds, speeds = (median(values) for values in zip(*taken, strict=True))
        yield Line(f"{weights}, {author.model.choice.precision}", budget, firsts, seconds, speeds, held)
    del author
    _let_go()


def _let_go() -> None:
    """Give back what nobody holds any more, so that the next model has the memory to itself."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _one_round(author: Author, number: int, budget: int) -> tuple[float, float, float]:
    """Return milliseconds to the first token of two questions about a new window, and tokens per second."""
    dice = random.Random(number)
    image = draw(some_dialog(dice), dice, WINDOW)
    pixels = image.tobytes()
    author.prefixes.drop()
    first, speed = _ask(author, pixels, QUESTIONS[0], budget)
    second, _ = _ask(author, pixels, QUESTIONS[1], budget)
    return first, second, speed


def _ask(author: Author, pixels: bytes, words: str, budget: int) -> tuple[float, float]:
    """Ask about a window's pixels as the daemon and the engine do, without the socket between them."""
    came: list[float] = []
    started = perf_counter()
    rules, asked = our_messages(words, random.Random(0))
    facts, request = (part["text"] for part in asked["content"][1:])
    uri = "data:image/png;base64," + base64.b64encode(png(*WINDOW, pixels)).decode()
    seen = read_picture(uri, tokens=budget)
    turns = (Turn("system", (rules["content"],)), Turn("user", (seen, facts, request)))
    question = Question(turns, window="w", most_tokens=ANSWER_TOKENS, cut_circles=False)
    outcome = author.answer(question, lambda _: came.append(perf_counter()), threading.Event())
    ended = perf_counter()
    first = came[0] if came else ended
    return 1000 * (first - started), (outcome.answer_tokens - 1) / max(1e-9, ended - first)


def _head(parameters: int, *, has_gpu: bool) -> str:
    where = torch.cuda.get_device_name() if torch.cuda.is_available() else "XPU" if has_gpu else "the processor"
    return (
        f"{parameters / 1e6:,.0f} million parameters, random weights, on {where}; torch {torch.__version__}, "
        f"transformers {transformers.__version__}. A window of {WINDOW[0]}×{WINDOW[1]}, medians.\n\n"
        "| weights | picture's tokens | pixels → first token | second question → first token | tokens per second "
        "| most memory held |\n| --- | ---: | ---: | ---: | ---: | ---: |"
    )


def _row(line: Line) -> str:
    memory = f"{line.memory:.1f} GB" if line.memory else ""
    return (
        f"| {line.weights} | {line.budget} | {line.first:,.0f} ms | {line.second:,.0f} ms "
        f"| {line.tokens_per_second:.1f} | {memory} |"
    )


if __name__ == "__main__":
    sys.exit(main())
