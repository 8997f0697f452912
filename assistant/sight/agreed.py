"""Join two opinions on what a frame is: its shape gives exact edges, the network knows what such things are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.host.seeing import Region
from assistant.sight.parts import Judged
from assistant.sight.states import shown_states

NOTHING = 0.7  # how sure it may be that nothing is there
OTHER = 0.75  # how sure it has to be of a role that the shape does not suggest
BEST_BY_SHAPE = frozenset({"slider"})
"""What shape knows better than the network. Of all else the network knows the role: of shapes in held-out themes it
named 0.92 to 1.00 rightly, shape alone 0.54 to 0.91."""
WITHOUT_WORDS = frozenset({"progress bar", "slider"})
BY_SHAPE = frozenset({"checked", "selected", "selectable"})


def agreed(regions: Sequence[Region], judged: Sequence[Judged]) -> list[Region]:
    """Return the regions that the network bears out, with the role that it gives them.

    Whether a mark is set or a tab stands out, shapes tell; what the keyboard is on and what is off, the network.
    """
    found: list[Region] = []
    for region, (roles, states) in zip(regions, judged, strict=True):
        if not roles:
            found.append(region)
            continue
        if 1 - sum(roles.values()) > NOTHING:
            continue
        role = _role(region, roles)
        if role != region.role and roles[role] < OTHER:
            continue
        plain = region.states & BY_SHAPE if role == region.role else frozenset[str]()
        found.append(replace(region, role=role, states=plain | shown_states(role, states)))
    return found


def _role(region: Region, roles: Mapping[str, float]) -> str:
    """Return what the network holds a region for, but for what its words tell: those in its middle are on no bar."""
    if region.role in BEST_BY_SHAPE:
        return region.role
    best = max(roles, key=lambda role: roles[role])
    if region.role == "spin button" and best == "combo box":
        return region.role  # a number is in it, which the network does not read
    return region.role if region.role == "push button" and best in WITHOUT_WORDS else best
