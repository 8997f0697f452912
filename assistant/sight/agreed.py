"""Join two opinions on what a frame is: its shape gives exact edges, the network knows what such things are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.host.seeing import Region
from assistant.sight.parts import Judged
from assistant.sight.states import shown_states

OWN = 0.3  # how likely the network has to find the role that the shape suggests
OTHER = 0.9  # from which it knows better
NOTHING = {"link": 0.9, "slider": 0.95, "check box": 0.6, "radio button": 0.6}
"""How sure it may be that nothing is there; else 0.75. It has seen few of these."""
BY_SHAPE = frozenset({"checked", "selected", "selectable"})


def agreed(regions: Sequence[Region], judged: Sequence[Judged]) -> list[Region]:
    """Return the regions that the network bears out, with the role that it gives them where it is surer.

    Whether a mark is set or a tab stands out, shapes tell; what the keyboard is on and what is off, the network.
    """
    found: list[Region] = []
    for region, (roles, states) in zip(regions, judged, strict=True):
        if not roles:
            found.append(region)
            continue
        best = max(roles, key=lambda role: roles[role])
        if 1 - sum(roles.values()) > NOTHING.get(region.role, 0.75):
            continue
        is_surer = roles.get(region.role, 0.0) < OWN and roles[best] >= OTHER
        role = best if is_surer else region.role
        plain = frozenset[str]() if is_surer else region.states & BY_SHAPE
        found.append(replace(region, role=role, states=plain | shown_states(role, states)))
    return found
