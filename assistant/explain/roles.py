"""What kinds of roles there are, for those who decide what is worth saying. Names are AT-SPI's."""

from __future__ import annotations

from assistant.scene import Element

_ALIASES = {
    "button": "push button",
    "push button menu": "push button",
    "text box": "text",
    "entry": "text",
    "autocomplete": "text",
    "editbar": "text",
    "list box": "list",
    "tree table": "tree",
    "static": "label",
    "accelerator label": "label",
    "caption": "label",
    "footnote": "paragraph",
    "definition": "paragraph",
    "description term": "label",
    "description value": "label",
    "suggestion": "paragraph",
    "mark": "label",
    "desktop icon": "icon",
    "drawing area": "canvas",
    "image map": "image",
    "window": "frame",
    "popup menu": "menu",
    "tearoff menu item": "menu item",
    "table column header": "column header",
    "table row header": "row header",
    "document frame": "document",
    "document text": "document",
    "html container": "document",
    "math fraction": "math",
    "math root": "math",
    "directory pane": "list",
    "internal frame": "panel",
}

TEXTS = frozenset({"label", "heading", "paragraph", "section", "block quote", "alert", "info bar", "notification"})
BUTTONS = frozenset({"push button"})
FIELDS = frozenset({"text", "password text", "combo box", "spin button", "slider", "date editor", "dial", "rating"})
TICKED = frozenset({"check box", "check menu item", "toggle button", "switch"})
CHOSEN = frozenset({"radio button", "radio menu item"})
ITEMS = frozenset({"list item", "tree item", "table cell", "icon", "page tab"})
MENU_ITEMS = frozenset({"menu item", "check menu item", "radio menu item", "menu"})
MEASURES = frozenset({"progress bar", "level bar", "slider", "spin button", "dial", "rating", "scroll bar", "timer"})
TEXT_FIELDS = frozenset({"text", "date editor", "terminal"})
STRUCTURES = frozenset({"list", "tree", "table", "page tab list", "menu bar"})
DOCUMENTS = frozenset(
    {"document", "document web", "document email", "document presentation", "document spreadsheet", "terminal"}
)
DRAWN = frozenset({"canvas", "image", "animation", "video", "embedded"})
LAYOUT = frozenset(
    {"filler", "scroll pane", "split pane", "viewport", "layered pane", "glass pane", "root pane", "redundant object"}
    | {
        "separator",
        "scroll bar",
        "ruler",
        "unknown",
        "extended",
        "invalid",
        "option pane",
        "focus traversable",
        "arrow",
    }
    | {"title bar", "frame", "application", "input method window", "table row", "subscript", "superscript"}
    | {"content deletion", "content insertion", "description list"}
)
"""Never spoken, unless it has a name or the focus."""
GROUPS = frozenset({"panel", "grouping", "section", "form", "landmark", "header", "footer", "page", "article", "log"})
"""Spoken as containers where they have a name."""
CONTROLS = (
    BUTTONS
    | FIELDS
    | TICKED
    | CHOSEN
    | ITEMS
    | MENU_ITEMS
    | frozenset({"link", "terminal", "calendar", "color chooser"})
)
ATOMS = frozenset(
    {
        "push button",
        "toggle button",
        "check box",
        "radio button",
        "combo box",
        "text",
        "spin button",
        "menu",
        "menu bar",
    }
    | {"menu item", "calendar", "link", "scroll bar", "slider", "terminal", "tool tip", "password text"}
)
"""What is inside these is part of them and no control of its own."""
HOLDERS = ATOMS | {
    "list",
    "tree",
    "table",
    "tool bar",
    "status bar",
    "list item",
    "tree item",
    "table cell",
    "table row",
}
"""What is inside these is no message and no choice of the window."""


def role_of(element: Element) -> str:
    """Return the role under which we speak of an element: "entry" and "text box" are both "text"."""
    role = _ALIASES.get(element.role, element.role)
    if role == "text" and element.has("multi-line"):
        return "text area"
    if role == "icon" and not element.states & {"focusable", "selectable"}:
        return "image"  # GTK 3 calls every picture an icon
    return role


def is_unavailable(element: Element) -> bool:
    """Say whether a control can't be used now; unknown states say nothing."""
    told = element.states & {"showing", "visible"}
    return element.source == "tree" and bool(told) and not element.states & {"enabled", "sensitive", "focused"}


def is_secret(element: Element) -> bool:
    """Say whether what an element holds must never be spoken."""
    return element.role == "password text"
