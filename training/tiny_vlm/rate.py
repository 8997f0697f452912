"""How long and how fast to learn: the rate rises quickly and falls slowly, once. The eye and the tongue learn alike."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass

import torch

from training.tiny_vlm.dialogs import SIZES


@dataclass(frozen=True, slots=True)
class Course:
    """One stretch of learning."""

    steps: int
    pictures: int
    """In each step, all of one size."""
    rate: float
    """At its highest."""
    small: float = 0.4
    """The share of the steps that show the smallest pictures alone: shapes come first, and cost least there."""
    warm_up: int = 50
    seed: int = 1


def rate(step: int, course: Course) -> float:
    """Return the learning rate of a step."""
    falling = 0.5 * (1 + math.cos(math.pi * step / course.steps))
    return course.rate * min(1.0, (step + 1) / course.warm_up) * (0.02 + 0.98 * falling)


def optimizer_of(parameters: Iterable[torch.nn.Parameter], course: Course) -> torch.optim.Optimizer:
    """Return what changes those of the parameters that are to be learnt."""
    learning = [one for one in parameters if one.requires_grad]
    return torch.optim.AdamW(learning, lr=course.rate, betas=(0.9, 0.98), weight_decay=0.05)


def take(step: int, course: Course, optimizer: torch.optim.Optimizer, loss: torch.Tensor) -> None:
    """Take one step against the loss."""
    for group in optimizer.param_groups:
        group["lr"] = rate(step, course)
    optimizer.zero_grad()
    torch.autograd.backward(loss)
    for group in optimizer.param_groups:
        torch.nn.utils.clip_grad_norm_(group["params"], 1.0)
    optimizer.step()


def some_size(step: int, course: Course, dice: random.Random) -> tuple[tuple[int, int], float]:
    """Return a step's width and height of all pictures, and how much larger than usual their dialogs are drawn."""
    if step < course.small * course.steps:
        return SIZES[0], 1.0
    return dice.choice(SIZES), dice.choice((1.0, 1.0, 1.0, 1.2))
