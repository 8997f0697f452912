"""Which states a control is said to show, by how likely the network holds each."""

from __future__ import annotations

from collections.abc import Mapping

SHOWN = 0.5  # the share from which a state is said
SHOWS = {
    "checked": {"check box", "radio button", "switch", "menu item"},
    "selected": {"page tab", "list item"},
    "is-default": {"push button"},
}
"""Which roles show these states; all can show the others."""


def shown_states(role: str, states: Mapping[str, float]) -> frozenset[str]:
    """Return the states that a control of a role shows, by how likely each is; enabled unless it seems disabled."""
    shown = {state for state, share in states.items() if share >= SHOWN and role in SHOWS.get(state, {role})}
    return frozenset(shown - {"disabled"} if "disabled" in shown else shown | {"enabled", "sensitive"})
