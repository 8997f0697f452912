"""A Qt 6 window with one control of each kind, a dialog and an announcement."""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QListWidget,
    QMainWindow,
    QMessageBox,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

application = QApplication(sys.argv)
window = QMainWindow()
window.setWindowTitle("Everything")
content = QWidget()
column = QVBoxLayout(content)
window.setCentralWidget(content)
menu = window.menuBar().addMenu("&File")
menu.addAction("New")
menu.addAction("Open")

entry, check = QLineEdit(), QCheckBox("Check")
button = QPushButton("&Dialog")
slider = QSlider(Qt.Orientation.Horizontal)
slider.setRange(0, 100)
combo, rows = QComboBox(), QListWidget()
combo.addItems(["apple", "pear", "plum"])
rows.addItems(["row one", "row two", "row three"])
for widget in (entry, check, slider, combo, rows, button):
    column.addWidget(widget)


def ask() -> None:
    buttons = QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No
    QMessageBox(QMessageBox.Icon.Question, "Really?", "Really?", buttons, window).open()


def announce() -> None:
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(window, "Upload finished"))


button.clicked.connect(ask)
QShortcut(QKeySequence("Ctrl+J"), window).activated.connect(announce)
window.show()
entry.setFocus()
application.exec()
