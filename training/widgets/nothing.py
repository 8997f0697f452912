"""Pictures without any control: plain colour, noise, what looks like photographs, and pages of text."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
_LETTERS = np.array(list("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,;:()[]{}=+-*/<>_   "))


def nothing(height: int, width: int, dice: np.random.Generator) -> Pixels:
    """Return one such picture, (height, width, 3)."""
    kind = ("plain", "noise", "photograph", "photograph", "page", "page", "drawing")[int(dice.integers(7))]
    return KINDS[kind](height, width, dice)


def _plain(height: int, width: int, dice: np.random.Generator) -> Pixels:
    return np.full((height, width, 3), dice.integers(0, 256, 3), np.uint8)


def _noise(height: int, width: int, dice: np.random.Generator) -> Pixels:
    return dice.integers(0, 256, (height, width, 3)).astype(np.uint8)


def _photograph(height: int, width: int, dice: np.random.Generator) -> Pixels:
    """Clouds of several sizes, a few hard-edged shapes, a little noise."""
    image = np.full((height, width, 3), dice.uniform(40, 210, 3), np.float32)
    for size in (3, 6, 12, 24, 48):
        cloud = dice.normal(0, 160 / size**0.6, (size, size, 3)).astype(np.float32)
        image += cv2.resize(cloud, (width, height), interpolation=cv2.INTER_CUBIC)
    for _ in range(int(dice.integers(0, 8))):
        centre = (int(dice.integers(width)), int(dice.integers(height)))
        axes = (int(dice.integers(4, width // 4)), int(dice.integers(4, height // 4)))
        colour = [float(part) for part in dice.uniform(0, 255, 3)]
        cv2.ellipse(image, centre, axes, float(dice.uniform(0, 180)), 0, 360, colour, -1, cv2.LINE_AA)
    image += dice.normal(0, dice.uniform(0, 8), image.shape)
    return np.clip(image, 0, 255).astype(np.uint8)


def _page(height: int, width: int, dice: np.random.Generator) -> Pixels:
    """A document, a terminal or a program's source: lines of text on one colour."""
    is_dark = dice.random() < 0.4
    ground, ink = (
        (dice.integers(0, 60, 3), dice.integers(150, 256, 3))
        if is_dark
        else (dice.integers(215, 256, 3), dice.integers(0, 90, 3))
    )
    image = np.empty((height, width, 3), np.uint8)
    image[:] = ground
    size = float(dice.uniform(0.32, 0.7))
    step = int(size * dice.uniform(30, 48))
    font = int(
        dice.choice(
            [cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX, cv2.FONT_HERSHEY_PLAIN]
        )
    )
    left = int(dice.integers(2, 60))
    for y in range(int(dice.integers(step)), height, step):
        if dice.random() < 0.15:
            continue
        indent = left + int(dice.choice([0, 0, 0, 20, 40]))
        text = "".join(dice.choice(_LETTERS, int(dice.integers(2, 70))))
        colour = [int(part) for part in (ink if dice.random() < 0.85 else dice.integers(60, 200, 3))]
        cv2.putText(image, text, (indent, y), font, size, colour, 1, cv2.LINE_AA)
    return image


def _drawing(height: int, width: int, dice: np.random.Generator) -> Pixels:
    """A chart or a diagram: lines, curves and numbers that are no control."""
    image = np.full((height, width, 3), dice.integers(200, 256, 3), np.uint8)
    for _ in range(int(dice.integers(3, 14))):
        colour = [int(part) for part in dice.integers(0, 200, 3)]
        points = np.stack([np.linspace(0, width, 12), dice.uniform(0, height, 12)], axis=1).astype(np.int32)
        cv2.polylines(image, [points], False, colour, int(dice.integers(1, 4)), cv2.LINE_AA)
        place = (int(dice.integers(width)), int(dice.integers(height)))
        cv2.putText(image, f"{dice.uniform(0, 100):.1f}", place, cv2.FONT_HERSHEY_SIMPLEX, 0.4, colour, 1, cv2.LINE_AA)
    return image


KINDS = {"plain": _plain, "noise": _noise, "photograph": _photograph, "page": _page, "drawing": _drawing}
