"""Join two opinions on what a frame is: its shape gives exact edges, the network knows what such things are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.host.seeing import Region

OWN = 0.3  # how likely the network has to find the role that the shape suggests
OTHER = 0.9  # from which it knows better
NOTHING = {"link": 0.9, "slider": 0.95, "check box": 0.6, "radio button": 0.6}
"""How sure it may be that nothing is there; else 0.75. It has seen few of these."""


def agreed(regions: Sequence[Region], shares: Sequence[Mapping[str, float]]) -> list[Region]:
    """Return the regions that the network bears out, with the role that it gives them where it is surer."""
    found: list[Region] = []
    for region, share in zip(regions, shares, strict=True):
        if not share:
            found.append(region)
            continue
        best = max(share, key=lambda role: share[role])
        if 1 - sum(share.values()) > NOTHING.get(region.role, 0.75):
            continue
        is_surer = share.get(region.role, 0.0) < OWN and share[best] >= OTHER
        states = region.states - {"checked", "selected", "selectable"} if is_surer else region.states
        found.append(replace(region, role=best, states=states) if is_surer else region)
    return found
