"""Draw signs on keys as screens show them, and what is no sign: short words, Chinese characters, icons, scraps."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from PIL import Image, ImageDraw, ImageFont

from assistant.scene import Box
from assistant.sight.sign_crop import NUMBERS, SIDE, drawn_on, is_sign, prepare

SMALLEST, LARGEST = 7, 44  # pixels of a font
NONE = 0.3  # of the pictures show no sign
TRIES = 60  # fonts: few have all signs
FINE = 4  # times as large is drawn what is to have no hints
Sample = tuple[np.ndarray, np.ndarray]
"""What the network sees of a picture: uint8 (SIDE, SIDE), float32 (NUMBERS)."""


@functools.cache
def signs() -> tuple[str, ...]:
    """Return all signs that are told apart."""
    return tuple(drawings())


@functools.cache
def drawings() -> dict[str, list[str]]:
    """Return each sign, with what it is drawn with."""
    drawn: dict[str, str] = _told()["drawn"]
    return {
        **{sign: [sign] for sign in words("plain")},
        **{sign: texts.split() for sign, texts in drawn.items()},
    }


def words(what: str) -> list[str]:
    """Return one of the lists of signs.yaml: "plain", "short" or "alike"."""
    return str(_told()[what]).split()


@functools.cache
def _told() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "signs.yaml").read_text(encoding="utf-8"))
    return told


class Hand:
    """Draws with some fonts."""

    def __init__(self, fonts: Sequence[Path], seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self._fonts = list(fonts)
        self._letters: dict[tuple[Path, str], bool] = {}

    def samples(self, count: int) -> Iterator[tuple[Sample, int]]:
        """Yield pictures with the number of their sign; the last number stands for none."""
        every = signs()
        made = 0
        while made < count:
            number = int(self.rng.integers(len(every))) if self.rng.random() >= NONE else len(every)
            texts = drawings()[every[number]] if number < len(every) else words("short")
            text = texts[int(self.rng.integers(len(texts)))]
            sample = next((drawn for _ in range(TRIES) if (drawn := self.draw(text)) is not None), None)
            if sample is not None:
                made += 1
                yield sample, number

    def draw(self, text: str) -> Sample | None:
        """Return what the network sees of a text on a key, None where it cannot be drawn or seen."""
        drawn = self.key(text)
        if drawn is None:
            return None
        picture, key, size = drawn
        box = drawn_on(picture, key)
        low, high = (0.5, 1.3) if self.rng.random() < 0.25 else (0.72, 1.0)
        usual = float(size * self.rng.uniform(low, high))
        if box is None or not is_sign(box, usual):
            return None
        shown, numbers = prepare(picture, key, box, usual)
        return (shown[0] * 255).astype(np.uint8), numbers

    def key(self, text: str) -> tuple[np.ndarray, Box, int] | None:
        """Return a picture with a key in it, uint8 (height, width, 3), where the key is, and how high its font is.

        None where the font that was drawn by lot has not all of the text.
        """
        path = self._fonts[int(self.rng.integers(len(self._fonts)))]
        size = round(float(np.exp(self.rng.uniform(np.log(SMALLEST), np.log(LARGEST)))))
        if not all(self._has(path, letter) for letter in text):
            return None
        return *self._shown(text, path, size), size

    def _has(self, path: Path, letter: str) -> bool:
        known = self._letters.get((path, letter))
        if known is None:
            font = _font(path, 24)
            missing = [bytes(font.getmask(absent)) for absent in ("\uffff", "\ue123", "\u0378")]
            shown = bytes(font.getmask(letter))
            known = self._letters[path, letter] = shown not in missing and any(shown)
        return known

    def _shown(self, text: str, path: Path, size: int) -> tuple[np.ndarray, Box]:
        rng = self.rng
        way = rng.choice(("hinted", "smooth", "coloured"), p=(0.5, 0.25, 0.25))
        times = 1 if way == "hinted" else FINE if way == "smooth" else 3
        font = _font(path, size * times)
        ascent, descent = font.getmetrics()
        width = round(font.getlength(text)) + 8 * times + int(rng.integers(6, 50)) * times
        height = round((ascent + descent) * rng.uniform(1.15, 2.4)) + 6 * times
        width, height = width // times * times, height // times * times
        mask = Image.new("L", (width, height))
        at = (width / 2 + rng.uniform(-1, 1), (height - ascent - descent) / 2 + rng.uniform(-0.06, 0.06) * size * times)
        ImageDraw.Draw(mask).text(at, text, fill=255, font=font, anchor="ma")
        ink = _shrunk(np.asarray(mask, np.float32) / 255, times, is_coloured=way == "coloured")
        ground, colour = self._colours()
        shade = np.linspace(-1, 1, ink.shape[0])[:, None, None] * rng.choice((0, 0, 4, 8, 14)) * rng.uniform(-1, 1)
        shown = ground + shade + (colour - ground) * ink
        if rng.random() < 0.1:
            shown = shown + rng.normal(0, rng.uniform(0.5, 3), shown.shape)
        frame = int(rng.integers(2, 6))
        picture = np.full(
            (ink.shape[0] + 2 * frame, ink.shape[1] + 2 * frame, 3), ground + rng.integers(-30, 30), float
        )
        if rng.random() < 0.6:
            picture[frame - 1 : -frame + 1, frame - 1 : -frame + 1] = ground + (colour - ground) * rng.uniform(0.1, 0.8)
        picture[frame:-frame, frame:-frame] = shown
        slip = rng.integers(-1, 2, 4)
        key = Box(frame + int(slip[0]), frame + int(slip[1]), ink.shape[1] + int(slip[2]), ink.shape[0] + int(slip[3]))
        return np.clip(picture, 0, 255).astype(np.uint8), key

    def _colours(self) -> tuple[np.ndarray, np.ndarray]:
        while True:
            ground, colour = self.rng.integers(0, 256, 3).astype(float), self.rng.integers(0, 256, 3).astype(float)
            if self.rng.random() < 0.7:  # grey, as most are
                ground[:], colour[:] = ground[0], colour[0]
            if np.abs(ground - colour).max() > 55:
                return ground, colour


def _shrunk(ink: np.ndarray, times: int, *, is_coloured: bool) -> np.ndarray:
    """Return (height, width, 3): how much of each pixel is covered, for each of its colours on a screen of stripes."""
    rows = ink.reshape(ink.shape[0] // times, times, -1).mean(axis=1)
    if not is_coloured:
        covered = rows.reshape(rows.shape[0], -1, times).mean(axis=2)
        return np.repeat(covered[..., None], 3, axis=2)
    padded = np.pad(rows, ((0, 0), (2, 2)))
    filtered = sum(share * padded[:, shift : shift + rows.shape[1]] for shift, share in enumerate((1, 2, 3, 2, 1))) / 9
    return np.asarray(filtered).reshape(rows.shape[0], -1, 3)


@functools.lru_cache(maxsize=4000)
def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


def gathered(hand: Hand, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return pictures uint8 (count, SIDE, SIDE), numbers float32 (count, NUMBERS), and which sign int64 (count)."""
    pictures, numbers = np.zeros((count, SIDE, SIDE), np.uint8), np.zeros((count, NUMBERS), np.float32)
    labels = np.zeros(count, np.int64)
    for place, ((shown, told), label) in enumerate(hand.samples(count)):
        pictures[place], numbers[place], labels[place] = shown, told, label
    return pictures, numbers, labels
