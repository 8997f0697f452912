"""Draw outlines and numbers on a picture, with the standard library alone."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.scene import Box, Picture, Scene

# Three dots wide and five high; one number for each row, its bits from left to right.
_DIGITS = (
    *((7, 5, 5, 5, 7), (2, 6, 2, 2, 7), (7, 1, 7, 4, 7), (7, 1, 7, 1, 7), (5, 5, 7, 1, 1)),
    *((7, 4, 7, 1, 7), (7, 4, 7, 5, 7), (7, 1, 2, 2, 2), (7, 5, 7, 5, 7), (7, 5, 7, 1, 7)),
)
_DOT = 2
_MARGIN = 2
_HEIGHT = 5 * _DOT + 2 * _MARGIN
_COLOURS = ((190, 30, 45), (0, 90, 170), (0, 120, 70), (150, 70, 0), (120, 40, 140))
_WHITE = (255, 255, 255)
_FRAME = (225, 225, 225)

Colour = tuple[int, int, int]


def outlined(picture: Picture, scene: Scene) -> Picture:
    """Return the picture with each element outlined and numbered as in the scene."""
    canvas = Canvas(_framed(picture))
    shown = [element for element in scene.elements if element.box and not element.box.is_empty]
    for element in shown:
        canvas.outline(_moved(element.box), _COLOURS[element.id % len(_COLOURS)])
    for element in shown:
        canvas.number(element.id, _moved(element.box), _COLOURS[element.id % len(_COLOURS)])
    return canvas.picture


def _framed(picture: Picture) -> Picture:
    """Return the picture with an empty frame around it, wide enough for a number."""
    side = bytes(_FRAME) * _HEIGHT
    edge = bytes(_FRAME) * (picture.width + 2 * _HEIGHT) * _HEIGHT
    stride = picture.width * 3
    rows = (picture.rgb[start : start + stride] for start in range(0, len(picture.rgb), stride))
    rgb = edge + b"".join(side + row + side for row in rows) + edge
    return Picture(picture.width + 2 * _HEIGHT, picture.height + 2 * _HEIGHT, rgb, picture.scale)


def _moved(box: Box | None) -> Box:
    assert box is not None
    return Box(box.x + _HEIGHT, box.y + _HEIGHT, box.width, box.height)


class Canvas:
    """A picture that can be drawn on."""

    def __init__(self, picture: Picture) -> None:
        self._width, self._height, self._scale = picture.width, picture.height, picture.scale
        self._rgb = bytearray(picture.rgb)

    @property
    def picture(self) -> Picture:
        return Picture(self._width, self._height, bytes(self._rgb), self._scale)

    def fill(self, x: int, y: int, width: int, height: int, colour: Colour) -> None:
        """Fill a rectangle, as far as it lies in the picture."""
        left, right = max(x, 0), min(x + width, self._width)
        if left >= right:
            return
        line = bytes(colour) * (right - left)
        for row in range(max(y, 0), min(y + height, self._height)):
            start = (row * self._width + left) * 3
            self._rgb[start : start + len(line)] = line

    def outline(self, box: Box, colour: Colour) -> None:
        """Draw the edge of a box, two pixels thick, inside it."""
        self.fill(box.x, box.y, box.width, 2, colour)
        self.fill(box.x, box.bottom - 2, box.width, 2, colour)
        self.fill(box.x, box.y, 2, box.height, colour)
        self.fill(box.right - 2, box.y, 2, box.height, colour)

    def number(self, number: int, box: Box, colour: Colour) -> None:
        """Write a number, white on a plate, above the left upper corner of a box."""
        digits = [int(digit) for digit in str(number)]
        width = len(digits) * 4 * _DOT - _DOT + 2 * _MARGIN
        x = min(max(box.x, 0), self._width - width)
        y = min(max(box.y - _HEIGHT, 0), self._height - _HEIGHT)
        self.fill(x, y, width, _HEIGHT, colour)
        for place, digit in enumerate(digits):
            for column, row in _dots(digit):
                dot_x, dot_y = x + _MARGIN + (place * 4 + column) * _DOT, y + _MARGIN + row * _DOT
                self.fill(dot_x, dot_y, _DOT, _DOT, _WHITE)


def _dots(digit: int) -> Iterable[tuple[int, int]]:
    return ((column, row) for row, bits in enumerate(_DIGITS[digit]) for column in range(3) if bits & 4 >> column)
