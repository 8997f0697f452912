"""Pictures for the tests of sight, drawn by real toolkits without a screen: Qt's, whose fonts are fontconfig's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from assistant.sight.parts import Pixels

_DRAW = """
import json, sys
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QImage, QPainter
application = QGuiApplication([])
for line in sys.stdin:
    wanted = json.loads(line)
    width, height = wanted["size"]
    image = QImage(width, height, QImage.Format.Format_RGB888)
    image.fill(QColor(wanted["ground"]))
    painter = QPainter(image)
    painter.setPen(QColor(wanted["ink"]))
    for x, y, size, text in wanted["texts"]:
        font = QFont("Noto Sans CJK SC" if any(ord(c) > 0x2e80 for c in text) else "DejaVu Sans")
        font.setPixelSize(size)
        painter.setFont(font)
        if "&" in text:
            around = QRect(x, y - painter.fontMetrics().ascent(), width, painter.fontMetrics().height())
            painter.drawText(around, Qt.TextFlag.TextShowMnemonic, text)
        else:
            painter.drawText(x, y, text)
    for x, y, w, h in wanted["frames"]:
        painter.drawRect(x, y, w, h)
    painter.end()
    sys.stdout.buffer.write(b"".join(bytes(image.constScanLine(row))[: width * 3] for row in range(height)))
    sys.stdout.flush()
"""


@dataclass(frozen=True)
class Drawing:
    """A picture to be drawn: texts as (x, baseline, pixels high, words), frames as (x, y, width, height).

    In words, "&" stands before the letter that is underlined.
    """

    texts: tuple[tuple[int, int, int, str], ...]
    size: tuple[int, int] = (400, 60)
    ink: str = "#202020"
    ground: str = "#f0f0f0"
    frames: tuple[tuple[int, int, int, int], ...] = ()


@lru_cache(maxsize=256)
def drawn(drawing: Drawing) -> Pixels:
    """Return a drawing as (height, width, 3)."""
    width, height = drawing.size
    wanted: dict[str, Any] = {name: getattr(drawing, name) for name in ("texts", "size", "ink", "ground", "frames")}
    process = _painter()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(wanted).encode() + b"\n")
    process.stdin.flush()
    rgb = process.stdout.read(width * height * 3)
    picture: Pixels = np.frombuffer(rgb, np.uint8).reshape(height, width, 3)
    return picture


def line(text: str, size: int = 13, *, dark: bool = False, width: int = 400) -> Pixels:
    """Return one line of text alone."""
    ink, ground = ("#e6e6e6", "#242424") if dark else ("#202020", "#f0f0f0")
    return drawn(Drawing(((10, 40, size, text),), (width, 60), ink, ground))


@lru_cache(maxsize=1)
def _painter() -> subprocess.Popen[bytes]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.Popen(
        [sys.executable, "-c", _DRAW], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    )


def stop_painting() -> None:
    """End the process that paints."""
    if _painter.cache_info().currsize:
        with _painter() as process:
            process.kill()
        _painter.cache_clear()
