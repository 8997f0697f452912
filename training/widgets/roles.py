"""What the detector tells apart: roles and states, by AT-SPI's names, in the order of the model's channels."""

from __future__ import annotations

ROLES = (
    "push button", "check box", "radio button", "entry", "combo box", "spin button", "switch", "slider",
    "progress bar", "page tab", "menu", "menu item", "list item", "link", "table column header", "text",
)  # fmt: skip
STATES = ("checked", "disabled", "focused", "selected", "is-default")
TICKED = {"check box", "radio button", "switch", "menu item"}
CHOSEN = {"page tab", "list item"}
"""Where `checked` and `selected` can be seen, or not; elsewhere the model is not taught these."""
MARKED = {"check box", "radio button"}
"""Found by their mark alone; the words beside it are for whoever joins text and controls."""
_OURS = {"toggle button": "switch"}
_STATES = {"default": "is-default"}


def role_of(told: str) -> str:
    """Return the model's name of a role that a renderer has told."""
    return _OURS.get(told, told)


def state_of(told: str) -> str:
    return _STATES.get(told, told)
