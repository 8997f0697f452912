"""AT-SPI's numbers and names: states, roles, relations, as at-spi2-core's headers have them."""

from __future__ import annotations

# AtspiStateType, https://gitlab.gnome.org/GNOME/at-spi2-core/-/blob/main/atspi/atspi-constants.h
STATES = (
    "invalid",
    "active",
    "armed",
    "busy",
    "checked",
    "collapsed",
    "defunct",
    "editable",
    "enabled",
    "expandable",
    "expanded",
    "focusable",
    "focused",
    "has-tooltip",
    "horizontal",
    "iconified",
    "modal",
    "multi-line",
    "multiselectable",
    "opaque",
    "pressed",
    "resizable",
    "selectable",
    "selected",
    "sensitive",
    "showing",
    "single-line",
    "stale",
    "transient",
    "vertical",
    "visible",
    "manages-descendants",
    "indeterminate",
    "required",
    "truncated",
    "animated",
    "invalid-entry",
    "supports-autocompletion",
    "selectable-text",
    "is-default",
    "visited",
    "checkable",
    "has-popup",
    "read-only",
)


def states_of(words: list[int]) -> frozenset[str]:
    """Return the names of the states set in AT-SPI's two 32-bit words."""
    bits = words[0] | (words[1] << 32) if len(words) > 1 else words[0]
    return frozenset(name for number, name in enumerate(STATES) if bits >> number & 1)
