"""A window of Qt with buttons that paint their own words and tell no name: `drawn_buttons.py WORDS…`, after “Quit”.

Behind them stands a tick box that paints its words too. "•••" is painted like any other words.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QPushButton, QVBoxLayout, QWidget


class DrawnButton(QPushButton):
    """A button whose words are pixels."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words
        self.setMinimumSize(200, 40)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt calls it so
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setFont(QFont("Noto Sans CJK SC", 12))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._words)
        painter.end()


class DrawnTickBox(QCheckBox):
    """A tick box whose words are pixels, behind its mark."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words
        self.setMinimumSize(200, 30)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt calls it so
        super().paintEvent(event)
        painter = QPainter(self)
        painter.drawText(self.rect().adjusted(28, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._words)
        painter.end()


app = QApplication(sys.argv[:1])
window = QWidget()
window.setWindowTitle("Game")
column = QVBoxLayout(window)
for child in (QPushButton("Quit"), *map(DrawnButton, sys.argv[1:]), DrawnTickBox("Show the score")):
    column.addWidget(child)
window.show()
sys.exit(app.exec())
