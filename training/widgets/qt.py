"""Render made-up windows with Qt, without a screen: `qt.py PySide6|PyQt5`, one window a line on standard input.

A line is `{"window": …, "theme": "Fusion", "picture": FILE}`; the answer is one line with what the toolkit itself says
about each control: role, name, states and box. Runs in whichever Python has the toolkit; imports what stands beside it.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

from training.widgets.qt_looks import palette, sheet
from training.widgets.qt_shown import parts, told

BINDING = sys.argv[1]
Core, Gui, Qw = (importlib.import_module(f"{BINDING}.Qt{part}") for part in ("Core", "Gui", "Widgets"))
Qt = Core.Qt

Node = dict[str, Any]
DISABLED, FOCUSED, CHECKED = "disabled", "focused", "checked"


class Window:
    """One window being built; `found` says what is in it once it is shown."""

    def __init__(self, told: Node) -> None:
        self.told = told
        self.top = Qw.QDialog()
        self.top.setWindowTitle(told["title"])
        self.known: list[tuple[Any, str, Node]] = []
        self.focus: Any = None
        layout = Qw.QVBoxLayout(self.top)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        if told["menus"]:
            layout.setMenuBar(self.menu_bar(told["menus"]))
        bar = told["toolbar"] or told["header"]
        if bar:
            layout.addWidget(self.tool_bar(bar))
        inner = Qw.QWidget()
        inside = Qw.QVBoxLayout(inner)
        inside.setContentsMargins(*[told["border"]] * 4)
        inside.addWidget(self.make(told["content"]))
        inside.addStretch(1)
        layout.addWidget(inner, 1)
        if told["status"]:
            bottom = Qw.QStatusBar()
            status = Qw.QLabel(told["status"])
            bottom.addWidget(status)
            self.known.append((status, "label", {"text": told["status"]}))
            layout.addWidget(bottom)
        self.popup: Any = self.menu(told["popup"]) if told["popup"] else None

    # Building

    def make(self, node: Node) -> Any:
        widget = getattr(self, "make_" + node["kind"])(node)
        states = node.get("states", ())
        if DISABLED in states:
            widget.setEnabled(False)
        if FOCUSED in states:
            self.focus = widget
        return widget

    def control(self, widget: Any, role: str, node: Node) -> Any:
        self.known.append((widget, role, node))
        if role in {"push button", "check box", "radio button", "combo box", "spin button", "link"} and not node.get(
            "wide"
        ):
            widget.setSizePolicy(Qw.QSizePolicy.Fixed, Qw.QSizePolicy.Fixed)
        return widget

    def menu_bar(self, names: list[str]) -> Any:
        bar = Qw.QMenuBar()
        for name in names:
            bar.addAction(name)
        self.known.append((bar, "menu bar", {}))
        return bar

    def tool_bar(self, nodes: list[Node]) -> Any:
        bar = Qw.QToolBar()
        for node in nodes:
            bar.addSeparator() if node["kind"] == "separator" else bar.addWidget(self.make(node))
        return bar

    def menu(self, nodes: list[Node]) -> Any:
        menu = Qw.QMenu(self.top)
        for node in nodes:
            if node["kind"] == "separator":
                menu.addSeparator()
                continue
            action = (
                menu.addMenu(node["text"]).menuAction() if node["kind"] == "submenu" else menu.addAction(node["text"])
            )
            action.setEnabled(DISABLED not in node["states"])
            if node["keys"]:
                action.setShortcut(Gui.QKeySequence(node["keys"].replace("<Control>", "Ctrl+")))
            if node["kind"] in {"check_item", "radio_item"}:
                action.setCheckable(True)
                action.setChecked(CHECKED in node["states"])
        return menu

    def box(self, node: Node, layout: Any) -> Any:
        widget = Qw.QWidget()
        widget.setLayout(layout)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(node.get("spacing", 6))
        return widget

    def make_column(self, node: Node) -> Any:
        layout = Qw.QVBoxLayout()
        for child in node["children"]:
            layout.addWidget(self.make(child))
        layout.addStretch(1)
        return self.box(node, layout)

    def make_row(self, node: Node) -> Any:
        layout = Qw.QHBoxLayout()
        if node.get("end"):
            layout.addStretch(1)
        for child in node["children"]:
            layout.addWidget(self.make(child), 1 if node.get("fill") else 0)
        if not node.get("end") and not node.get("fill"):
            layout.addStretch(1)
        return self.box(node, layout)

    def make_grid(self, node: Node) -> Any:
        layout = Qw.QGridLayout()
        for row, line in enumerate(node["lines"]):
            for column, child in enumerate(line):
                layout.addWidget(self.make(child), row, column)
        return self.box(node, layout)

    def make_frame(self, node: Node) -> Any:
        frame = Qw.QGroupBox(node["text"])
        layout = Qw.QVBoxLayout(frame)
        layout.addWidget(self.make(node["children"][0]))
        return frame

    def make_tabs(self, node: Node) -> Any:
        tabs = Qw.QTabWidget()
        for number, name in enumerate(node["heads"]):
            page = Qw.QWidget()
            if number == node["at"]:
                Qw.QVBoxLayout(page).addWidget(self.make(node["children"][0]))
            tabs.addTab(page, name)
        tabs.setCurrentIndex(node["at"])
        self.known.append((tabs.tabBar(), "tab bar", node))
        return tabs

    def make_button(self, node: Node) -> Any:
        button = Qw.QPushButton(node["text"])
        button.setAutoDefault(False)
        if node["icon"]:
            button.setIcon(Gui.QIcon.fromTheme(node["icon"]))
        if "default" in node["states"]:
            button.setDefault(True)
        if node.get("wide"):
            button.setMinimumWidth(24)
        return self.control(button, "push button", node)

    def make_icon_button(self, node: Node) -> Any:
        button = Qw.QToolButton()
        button.setIcon(icon(node["icon"]))
        button.setAutoRaise(node["flat"])
        return self.control(button, "push button", node)

    def make_toggle(self, node: Node) -> Any:
        button = self.make_button({**node, "icon": None})
        button.setCheckable(True)
        button.setChecked(CHECKED in node["states"])
        return button

    def make_check(self, node: Node) -> Any:
        check = Qw.QCheckBox(node["text"])
        check.setChecked(CHECKED in node["states"])
        return self.control(check, "check box", node)

    def make_radio(self, node: Node) -> Any:
        radio = Qw.QRadioButton(node["text"])
        radio.setAutoExclusive(False)
        radio.setChecked(CHECKED in node["states"])
        return self.control(radio, "radio button", node)

    def make_entry(self, node: Node) -> Any:
        entry = Qw.QLineEdit()
        if node["shown"] == "hint":
            entry.setPlaceholderText(node["text"])
        else:
            entry.setText(node["text"])
        if node["shown"] == "password":
            entry.setEchoMode(Qw.QLineEdit.Password)
        entry.setMinimumWidth(node["chars"] * entry.fontMetrics().averageCharWidth())
        return self.control(entry, "entry", node)

    def make_combo(self, node: Node) -> Any:
        combo = Qw.QComboBox()
        combo.addItems(node["choices"])
        return self.control(combo, "combo box", node)

    def make_edit_combo(self, node: Node) -> Any:
        combo = self.make_combo(node)
        combo.setEditable(True)
        return combo

    def make_spin(self, node: Node) -> Any:
        spin = Qw.QSpinBox()
        spin.setMaximum(9999)
        spin.setValue(int(node["text"]))
        return self.control(spin, "spin button", node)

    def make_switch(self, node: Node) -> Any:
        return self.make_check(node)  # Qt's widgets have no switch

    def make_slider(self, node: Node) -> Any:
        slider = Qw.QSlider(Qt.Vertical if node["upright"] else Qt.Horizontal)
        slider.setRange(0, 100)
        slider.setValue(int(node["at"] * 100))
        if node["marks"]:
            slider.setTickPosition(Qw.QSlider.TicksBelow)
        slider.setMinimumSize(*((18, 90) if node["upright"] else (120, 18)))
        return self.control(slider, "slider", node)

    def make_progress(self, node: Node) -> Any:
        bar = Qw.QProgressBar()
        bar.setRange(0, 100)
        bar.setValue(int(node["at"] * 100))
        bar.setTextVisible(bool(node["text"]))
        return self.control(bar, "progress bar", node)

    def make_link(self, node: Node) -> Any:
        style = self.told["style"]
        line = "" if style is None or style["underlined"] else ' style="text-decoration:none"'
        link = Qw.QLabel(f'<a href="x"{line}>{node["text"]}</a>')
        return self.control(link, "link", node)

    def make_label(self, node: Node) -> Any:
        return self.control(Qw.QLabel(node["text"]), "label", node)

    def make_heading(self, node: Node) -> Any:
        label = Qw.QLabel(node["text"])
        font = label.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.3)
        label.setFont(font)
        return self.control(label, "label", node)

    def make_paragraph(self, node: Node) -> Any:
        label = Qw.QLabel(node["text"])
        label.setWordWrap(True)
        label.setMinimumWidth(node["width"])
        return self.control(label, "label", node)

    def make_picture(self, node: Node) -> Any:
        label = Qw.QLabel()
        label.setPixmap(icon(node["icon"]).pixmap(node["size"], node["size"]))
        return label

    def make_separator(self, _: Node) -> Any:
        line = Qw.QFrame()
        line.setFrameShape(Qw.QFrame.HLine)
        return line

    def make_list(self, node: Node) -> Any:
        view = Qw.QListWidget()
        for row in node["rows"]:
            item = Qw.QListWidgetItem(row["text"])
            if row["icon"]:
                item.setIcon(icon(row["icon"]))
            view.addItem(item)
        view.setCurrentRow(node["selected"])
        view.setFixedSize(node["width"], node["height"])
        if not node["framed"]:
            view.setFrameShape(Qw.QFrame.NoFrame)
        self.known.append((view, "list", node))
        return view

    def make_table(self, node: Node) -> Any:
        view = Qw.QTreeWidget()
        view.setRootIsDecorated(False)
        view.setHeaderLabels(node["heads"])
        view.setAlternatingRowColors(node["striped"])
        for row in node["rows"]:
            view.addTopLevelItem(Qw.QTreeWidgetItem(row))
        if node["selected"] >= 0:
            view.setCurrentItem(view.topLevelItem(node["selected"]))
        view.setFixedSize(node["width"], node["height"])
        self.known.append((view, "table", node))
        return view

    def make_text(self, node: Node) -> Any:
        text = Qw.QPlainTextEdit(node["text"])
        text.setFixedSize(node["width"], node["height"])
        return self.control(text, "text", node)

    # Showing

    def show(self) -> None:
        extra = self.told["extra"]
        size = self.top.sizeHint()
        natural = size.width(), size.height()
        self.top.resize(*(min(max(part, 80) + more, 1100) for part, more in zip(natural, extra, strict=True)))
        self.top.show()
        self.top.activateWindow()
        (self.focus or self.top).setFocus()
        if not self.focus and self.top.focusWidget():
            self.top.focusWidget().clearFocus()
        APP.processEvents()
        APP.processEvents()

    def found(self) -> list[Node]:
        every: list[Node] = []
        for widget, role, node in self.known:
            if widget.isVisible():
                every += parts(widget, role, node, self.top)
        return every


def icon(name: str) -> Any:
    found = Gui.QIcon.fromTheme(name)
    return found if not found.isNull() else APP.style().standardIcon(Qw.QStyle.SP_DialogOpenButton)


def render(asked: Node, folder: Path) -> Node:
    told_window, style = asked["window"], asked["window"]["style"]
    Gui.QIcon.setThemeName(asked["icons"])
    APP.setStyleSheet("")
    APP.setStyle(asked["theme"])
    APP.setPalette(palette(style))
    APP.setFont(Gui.QFont(*told_window["font"]))
    if style is not None and told_window["seed"] % 3:
        APP.setStyleSheet(sheet(style, folder))
    window = Window(told_window)
    window.show()
    picture = window.top.grab()
    found, over = window.found(), None
    if window.popup:
        over, items = popped(window, picture)
        found += items
    picture.save(asked["picture"])
    size = [picture.width(), picture.height()]
    window.top.close()
    window.top.deleteLater()
    APP.sendPostedEvents(None, 52)  # DeferredDelete
    return {"size": size, "found": found, "over": over}


def popped(window: Window, picture: Any) -> tuple[list[int], list[Node]]:
    """Draw the menu over the window's picture; return where, and its items."""
    menu, seed, ratio = window.popup, window.told["seed"], picture.devicePixelRatio()
    menu.ensurePolished()
    shown = menu.grab()
    left = seed * 7 % max(window.top.width() - 60, 1)
    top = seed * 13 % max(window.top.height() - 60, 1)
    painter = Gui.QPainter(picture)
    painter.drawPixmap(left, top, shown)
    painter.end()
    items = []
    for action, node in zip(menu.actions(), window.told["popup"]):  # noqa: B905
        at = menu.actionGeometry(action)
        box = [round(part * ratio) for part in (left + at.x(), top + at.y(), at.width(), at.height())]
        if node["kind"] != "separator":
            states = [state for state in node["states"] if state != CHECKED or action.isChecked()]
            items.append({**told("menu item", node["text"], states, box), "above": True})
    return [round(part * ratio) for part in (left, top, menu.width(), menu.height())], items


if __name__ == "__main__":
    APP = Qw.QApplication(["qt", "-platform", "offscreen"])
    APP.setQuitOnLastWindowClosed(False)
    Gui.QIcon.setThemeSearchPaths(["/usr/share/icons"])  # without a screen, Qt does not look for themes
    TEMPORARY = Core.QTemporaryDir()
    styles = Qw.QStyleFactory.keys()  # it is no dictionary
    print(json.dumps({"themes": [name for name in styles if name != "gtk2"]}), flush=True)
    for asked_line in sys.stdin:
        print(json.dumps(render(json.loads(asked_line), Path(TEMPORARY.path()))), flush=True)
