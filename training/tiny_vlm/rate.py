"""How long and how fast to learn: the rate rises quickly and falls slowly, once."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

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


def some_size(step: int, course: Course, dice: random.Random) -> tuple[tuple[int, int], float]:
    """Return a step's width and height of all pictures, and how much larger than usual their dialogs are drawn."""
    if step < course.small * course.steps:
        return SIZES[0], 1.0
    return dice.choice(SIZES), dice.choice((1.0, 1.0, 1.0, 1.2))
