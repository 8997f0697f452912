"""Teach the test model to see before it learns to speak: that way both take minutes instead of hours.

The first layer is not learnt at all. It shows each patch of 14 × 14 pixels by the directions in which drawn patches
differ most, each as loud as the others (principal components, whitened), so that a thin tick counts as much as a
background. After that the vision tower learns from four classifiers, one for each topic, which are then thrown away.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import torch
from torch.nn.functional import cross_entropy

from training.tiny_vlm.dialogs import draw, some_dialog
from training.tiny_vlm.questions import ANSWERS, TOPICS, place
from training.tiny_vlm.rate import Course, optimizer_of, some_size, take

_SEED = 77
_QUIETEST = 0.01  # of the mean variance: what differs less is mostly noise


def set_first_layer(vision: Any, look: Callable[[list[Any]], dict[str, torch.Tensor]], pictures: int = 200) -> None:
    """Set the patch embedding to whitened principal components of patches of drawn dialogs, and keep it so."""
    dice = random.Random(_SEED)
    seen = [look([draw(some_dialog(dice), dice)])["pixel_values"] for _ in range(pictures)]
    projection = vision.patch_embed.proj
    width, colours, frames, *sides = projection.weight.shape
    patches = torch.cat(seen).view(-1, colours, frames, *sides)[:, :, 0].flatten(1).double()
    middle = patches.mean(dim=0)
    variances, directions = torch.linalg.eigh(torch.cov((patches - middle).T))
    variances, directions = variances[-width:], directions[:, -width:]
    weights = (directions / torch.sqrt(variances + _QUIETEST * variances.mean())).T
    with torch.no_grad():
        both_frames = weights.view(width, colours, 1, *sides).expand(-1, -1, frames, -1, -1) / frames
        projection.weight.copy_(both_frames)
        projection.bias.copy_(-(weights @ middle))
    projection.requires_grad_(requires_grad=False)


class _Classifiers(torch.nn.Module):
    """For each topic, where in the picture to look and what to make of it."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self._where = torch.nn.Parameter(torch.randn(len(TOPICS), width) * 0.05)
        self._what = torch.nn.ModuleList([torch.nn.Linear(width, len(ANSWERS[topic])) for topic in TOPICS])

    def forward(self, features: torch.Tensor) -> list[torch.Tensor]:
        """Return the scores of each topic's answers; features are (pictures, places, width)."""
        weights = (features @ self._where.T).softmax(dim=1)
        looked_at = torch.einsum("npt,npw->tnw", weights, features)
        return [what(one) for what, one in zip(self._what, looked_at, strict=True)]


def teach_eye(
    vision: Any, look: Callable[[list[Any]], dict[str, torch.Tensor]], course: Course, tell: Callable[[str], None]
) -> None:
    """Teach a vision tower in place; `look` makes its inputs of pictures of one size."""
    dice, started = random.Random(course.seed), time.process_time()
    classifiers = _Classifiers(vision.config.out_hidden_size)
    optimizer = optimizer_of([*vision.parameters(), *classifiers.parameters()], course)
    right = 0.0
    for step in range(course.steps):
        size, scale = some_size(step, course, dice)
        dialogs = [some_dialog(dice) for _ in range(course.pictures)]
        seen = look([draw(dialog, dice, size, scale) for dialog in dialogs])
        scores = classifiers(_features(vision, seen, len(dialogs)))
        wanted = {topic: torch.tensor([place(topic, dialog) for dialog in dialogs]) for topic in TOPICS}
        losses = [cross_entropy(score, wanted[topic]) for topic, score in zip(TOPICS, scores, strict=True)]
        loss = torch.stack(losses).sum()
        take(step, course, optimizer, loss)
        right += sum(_right(score, wanted[topic]) for topic, score in zip(TOPICS, scores, strict=True)) / len(TOPICS)
        if step % 50 == 49:
            seconds = time.process_time() - started
            tell(f"eye: {step + 1} of {course.steps} steps, {seconds:.0f} s, right {right / 50:.3f}")
            right = 0.0


def _features(vision: Any, seen: dict[str, torch.Tensor], pictures: int) -> torch.Tensor:
    found: torch.Tensor = vision(seen["pixel_values"], grid_thw=seen["image_grid_thw"]).pooler_output
    return found.view(pictures, -1, found.shape[-1])


def _right(scores: torch.Tensor, wanted: torch.Tensor) -> float:
    return float((scores.argmax(dim=1) == wanted).float().mean())
