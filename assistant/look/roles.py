"""What look asks of which role. Names are AT-SPI's (desktop/atspi.py)."""

from __future__ import annotations

from assistant.scene import WindowKind

SECRET = "password text"  # noqa: S105 - a role

FIELDS = frozenset(
    {"text", "entry", SECRET, "combo box", "spin button", "slider", "autocomplete", "date editor", "dial"}
)
"""Take something in, and get their name from a label beside them."""

NAMED_BESIDE = FIELDS | {
    "list",
    "list box",
    "table",
    "tree",
    "tree table",
    "progress bar",
    "level bar",
    "switch",
    "calendar",
}
"""Whose name may stand in a label beside them."""

HOLD_TEXT = frozenset({"text", "entry", "autocomplete", "date editor", "terminal", "document text", "spin button"})

HOLD_VALUE = frozenset({"slider", "spin button", "progress bar", "level bar", "dial", "rating", "scroll bar"})

BUTTONS = frozenset({"push button", "toggle button", "check box", "radio button", "switch", "push button menu"})

ITEMS = frozenset(
    {"list item", "table cell", "tree item", "menu item", "check menu item", "radio menu item", "page tab"}
)
"""Have a place among their like; toolkits say `focused` of the current one even where the focus is elsewhere."""

PRESSED = BUTTONS | ITEMS | {"combo box", "link", "icon", "menu", "column header", "table column header"}
"""Do something when pressed, so they may have a key."""

WORDS = frozenset({"label", "static", "paragraph", "heading", "caption", "section", "block quote", "text", "link"})

PLAIN_WORDS = frozenset({"label", "static"})
"""Nothing but words: part of the control that they stand in."""

ATOMS = (
    BUTTONS
    | {"link", "heading", "combo box", "menu item", "check menu item", "radio menu item", "page tab", "menu"}
    | {"column header", "row header", "table column header", "table row header", "table cell", "list item", "tree item"}
    | {"label", "paragraph", "caption", "block quote", "status bar", "tool tip", "icon", "image", "description term"}
    | {"description value", "static", "term", "legend", "notification", "table row"}
)
"""Named by the words inside them where they have no name of their own."""

NAMED_INSIDE = (
    frozenset({"push button", "toggle button", "check box", "radio button", "label", "link", "page tab"}) | ITEMS
)
"""Whose words are a name also in GTK 4, not its class."""

PARTS = frozenset({"label", "static", "image", "icon", "unknown", "filler"})
"""Inside an atom they are part of it and no elements of their own."""

LEAVES = frozenset(
    {"push button", "check box", "radio button", "slider", "progress bar", "separator", "scroll bar", "static", "icon"}
    | {"image", "spin button", "password text", "check menu item", "radio menu item", "level bar", "column header"}
)
"""Not asked for their children where asking costs a call."""

DROPPED = frozenset(
    {"filler", "scroll bar", "separator", "redundant object", "viewport", "glass pane", "layered pane", "root pane"}
    | {"scroll pane", "split pane", "invalid", "unknown", "extended", "ruler", "arrow", "animation"}
)
"""Say nothing to a person; what is in them moves up to where they stood."""

WRAPPERS = frozenset(
    {"panel", "frame", "section", "grouping", "form", "internal frame", "landmark", "table row", "title bar"}
)
"""Kept where they have a name, else as good as not there."""

TABLES = frozenset({"table", "tree table"})
LISTS = frozenset({"list", "list box", "tree", "tree table", "table", "menu", "page tab list"})
CELLS = frozenset({"table cell", "tree item"})
HEADERS_OF_COLUMNS = frozenset({"column header", "table column header"})
HEADERS_OF_ROWS = frozenset({"row header", "table row header"})

WINDOWS: dict[str, WindowKind] = {
    "frame": "window",
    "window": "window",
    "dialog": "dialog",
    "file chooser": "dialog",
    "color chooser": "dialog",
    "font chooser": "dialog",
    "alert": "alert",
    "desktop frame": "desktop",
    "notification": "notification",
    "menu": "menu",
    "popup menu": "menu",
}
