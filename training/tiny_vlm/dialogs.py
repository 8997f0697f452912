"""Dialogs at random and their pictures, drawn: what they show is known, so an answer about them is right or wrong."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from PIL import Image, ImageDraw, ImageFont

Kind = Literal["error", "warning", "question", "information"]
Colour = Literal["red", "orange", "green", "blue", "purple", "grey"]
Paint = tuple[int, int, int]
Pen = ImageDraw.ImageDraw
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

KINDS: tuple[Kind, ...] = get_args(Kind)
COLOURS: tuple[Colour, ...] = get_args(Colour)
BUTTONS = ("Save", "Cancel", "Open", "Delete", "Yes", "No", "OK", "Close", "Retry", "Help")
SIZES = ((168, 112), (196, 112), (196, 140), (224, 112), (224, 140), (252, 140))
"""Width and height of the pictures in pixels, the dialogs drawn at their usual size."""

WORDS = [
    "the",
    "file",
    "could",
    "not",
    "be",
    "saved",
    "because",
    "disk",
    "is",
    "full",
    "do",
    "you",
    "want",
    "to",
    "keep",
    "your",
    "changes",
    "before",
    "closing",
    "this",
    "document",
    "an",
    "update",
    "was",
    "installed",
    "restart",
    "now",
    "or",
    "later",
    "network",
    "connection",
    "lost",
    "please",
    "check",
    "cable",
    "and",
    "try",
    "again",
    "printer",
    "has",
    "no",
    "paper",
    "are",
    "sure",
    "remove",
    "all",
    "items",
    "from",
    "list",
    "password",
    "will",
    "expire",
    "in",
    "few",
    "days",
]
_BARS: dict[Colour, Paint] = {
    "red": (200, 40, 40),
    "orange": (240, 140, 30),
    "green": (40, 150, 60),
    "blue": (40, 90, 200),
    "purple": (130, 50, 170),
    "grey": (120, 120, 120),
}
_LIGHT: tuple[Paint, ...] = ((255, 255, 255), (246, 245, 244), (236, 233, 216), (239, 240, 241))
_DARK: tuple[Paint, ...] = ((36, 36, 36), (49, 54, 59), (30, 30, 46))
_ACCENTS: tuple[Paint, ...] = ((53, 132, 228), (38, 162, 105), (233, 84, 32), (97, 53, 131))
_FONT_FOLDER = Path("/usr/share/fonts/truetype/dejavu")
_FONTS = ("DejaVuSans", "DejaVuSans-Bold", "DejaVuSerif", "DejaVuSansMono")


@dataclass(frozen=True, slots=True)
class Dialog:
    """What a dialog shows."""

    kind: Kind
    bar: Colour
    """The title bar's colour."""
    buttons: tuple[str, ...]
    box: bool | None
    """Whether its check box is checked; None where it has none."""


def some_dialog(dice: random.Random) -> Dialog:
    """Return a dialog; each of its properties is as likely as any other and tells nothing about the rest."""
    return Dialog(
        kind=dice.choice(KINDS),
        bar=dice.choice(COLOURS),
        buttons=tuple(dice.sample(BUTTONS, dice.choice((1, 2, 3)))),
        box=dice.choice((True, False, None)),
    )


def draw(dialog: Dialog, dice: random.Random, size: tuple[int, int] | None = None, scale: float = 1.0) -> Image.Image:
    """Return a picture of a dialog: words, font, colours and places at random, what it shows as it is told."""
    width, height = size or dice.choice(SIZES)
    return _Drawing(dialog, dice, (round(width * scale), round(height * scale)), scale).image


class _Drawing:
    """One picture, drawn from the top to the bottom."""

    def __init__(self, dialog: Dialog, dice: random.Random, size: tuple[int, int], scale: float) -> None:
        self._dialog, self._dice, self._scale = dialog, dice, scale
        is_dark = dice.random() < 0.25
        self._paper = _nearly(dice, dice.choice(_DARK if is_dark else _LIGHT))
        self._ink: Paint = (235, 235, 235) if is_dark else (20, 20, 20)
        self._edge: Paint = (110, 110, 110) if is_dark else (150, 150, 150)
        self._em = dice.uniform(9.0, 11.5) * scale
        self._font = _font(dice.choice(_FONTS), round(self._em))
        self.image = Image.new("RGB", size, self._paper)
        self._pen = ImageDraw.Draw(self.image)
        self._bar_height = round(self._em * dice.uniform(1.6, 2.1))
        self._draw_bar()
        self._draw_message()
        if dialog.box is not None:
            self._draw_box(is_checked=dialog.box)
        self._draw_buttons()

    def _draw_bar(self) -> None:
        width, _ = self.image.size
        self._pen.rectangle([0, 0, width, self._bar_height], fill=_nearly(self._dice, _BARS[self._dialog.bar], 18))
        title = " ".join(self._dice.sample(WORDS, self._dice.choice((1, 2, 3)))).capitalize()
        left = self._dice.choice((0.5 * self._em, (width - self._length(title)) / 2))
        self._text((left, self._bar_height / 2), title, (255, 255, 255))

    def _draw_message(self) -> None:
        dice, em = self._dice, self._em
        side = em * dice.uniform(2.4, 3.2)
        left, top = em * dice.uniform(0.4, 1.0), self._bar_height + em * dice.uniform(0.3, 0.8)
        _ICONS[self._dialog.kind](self._pen, (left, top, left + side, top + side), dice)
        margin, right = left + side + em * 0.7, self.image.width - 0.3 * em
        for line in range(dice.choice((1, 2, 2))):
            words = list(dice.sample(WORDS, 7))
            while words and margin + self._length(" ".join(words)) > right:
                words.pop()
            self._text((margin, top + em * (0.7 + 1.25 * line)), " ".join(words), self._ink)

    def _draw_box(self, *, is_checked: bool) -> None:
        em, dice = self._em, self._dice
        side = em * dice.uniform(1.1, 1.35)
        left = em * dice.uniform(0.6, 3.0)
        top = self.image.height - em * dice.uniform(3.3, 3.6) - side / 2
        accent = dice.choice(_ACCENTS)
        is_filled = is_checked and dice.random() < 0.5
        self._pen.rectangle(
            [left, top, left + side, top + side],
            fill=accent if is_filled else _nearly(dice, (255, 255, 255)),
            outline=accent if is_filled else self._edge,
            width=max(1, round(self._scale)),
        )
        if is_checked:
            tick = [(left + side * x, top + side * y) for x, y in ((0.2, 0.5), (0.42, 0.75), (0.82, 0.22))]
            colour = (255, 255, 255) if is_filled else (20, 20, 20)
            self._pen.line(tick, fill=colour, width=max(2, round(2 * self._scale)))
        words = " ".join(dice.sample(WORDS, 2)).capitalize()
        self._text((left + side + 0.5 * em, top + side / 2), words, self._ink)

    def _draw_buttons(self) -> None:
        em, dice = self._em, self._dice
        gap, height = em * dice.uniform(0.5, 0.9), em * dice.uniform(1.6, 1.9)
        lengths = [self._length(name) for name in self._dialog.buttons]
        left_over = self.image.width - em - sum(lengths) - gap * (len(lengths) - 1)
        margin = min(0.55 * em, max(1.0, left_over / len(lengths) / 2))
        widths = [length + 2 * margin for length in lengths]
        total = sum(widths) + gap * (len(widths) - 1)
        room = max(0.0, self.image.width - total - em)
        left = 0.5 * em + room * dice.choice((0.0, 0.5, 1.0, 1.0))
        top = self.image.height - em * dice.uniform(0.3, 0.6) - height
        default = dice.randrange(-1, len(widths))
        accent, radius = dice.choice(_ACCENTS), dice.choice((0, 2, 4)) * self._scale
        for number, (name, width) in enumerate(zip(self._dialog.buttons, widths, strict=True)):
            is_default = number == default
            place = [left, top, left + width, top + height]
            plain = _between(self._paper, self._edge, 0.25)
            self._pen.rounded_rectangle(place, radius, fill=accent if is_default else plain, outline=self._edge)
            colour = (255, 255, 255) if is_default else self._ink
            self._text((left + margin, top + height / 2), name, colour)
            left += width + gap

    def _length(self, text: str) -> float:
        return self._font.getlength(text)

    def _text(self, place: tuple[float, float], text: str, colour: Paint) -> None:
        self._pen.text(place, text, font=self._font, fill=colour, anchor="lm")


def _error(pen: Pen, place: Sequence[float], dice: random.Random) -> None:
    red = _nearly(dice, (215, 40, 40), 20)
    if dice.random() < 0.5:
        pen.ellipse(place, fill=red)
    else:
        pen.regular_polygon((*_middle(place), (place[2] - place[0]) / 2), 8, rotation=22, fill=red)
    left, top, right, bottom = _inner(place, 0.3)
    for line in ([left, top, right, bottom], [left, bottom, right, top]):
        pen.line(line, fill=(255, 255, 255), width=_stroke(place))


def _warning(pen: Pen, place: Sequence[float], dice: random.Random) -> None:
    left, top, right, bottom = place
    yellow = _nearly(dice, (245, 190, 40), 20)
    pen.polygon([((left + right) / 2, top), (right, bottom), (left, bottom)], fill=yellow)
    _glyph(pen, (left, top + (bottom - top) * 0.2, right, bottom), "!", (30, 30, 30))


def _question(pen: Pen, place: Sequence[float], dice: random.Random) -> None:
    pen.ellipse(place, fill=_calm(dice))
    _glyph(pen, place, "?", (255, 255, 255))


def _information(pen: Pen, place: Sequence[float], dice: random.Random) -> None:
    pen.ellipse(place, fill=_calm(dice))
    _glyph(pen, place, "i", (255, 255, 255))


_ICONS: dict[Kind, Callable[[Pen, Sequence[float], random.Random], None]] = {
    "error": _error,
    "warning": _warning,
    "question": _question,
    "information": _information,
}


def _glyph(pen: Pen, place: Sequence[float], letter: str, colour: Paint) -> None:
    font = _font("DejaVuSans-Bold", round((place[3] - place[1]) * 0.8))
    pen.text(_middle(place), letter, font=font, fill=colour, anchor="mm")


def _calm(dice: random.Random) -> Paint:
    return _nearly(dice, dice.choice(((50, 110, 220), (40, 150, 170), (100, 100, 110))), 15)


def _middle(place: Sequence[float]) -> tuple[float, float]:
    return (place[0] + place[2]) / 2, (place[1] + place[3]) / 2


def _inner(place: Sequence[float], share: float) -> tuple[float, float, float, float]:
    left, top, right, bottom = place
    margin = (right - left) * share
    return left + margin, top + margin, right - margin, bottom - margin


def _stroke(place: Sequence[float]) -> int:
    return max(2, round((place[2] - place[0]) * 0.12))


def _nearly(dice: random.Random, colour: Paint, by: int = 6) -> Paint:
    red, green, blue = (min(255, max(0, one + dice.randint(-by, by))) for one in colour)
    return red, green, blue


def _between(one: Paint, other: Paint, share: float) -> Paint:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


@cache
def _font(name: str, pixels: int) -> Font:
    file = _FONT_FOLDER / f"{name}.ttf"
    return ImageFont.truetype(file, pixels) if file.is_file() else ImageFont.load_default(pixels)
