"""Windows that expose nothing, read from their pixels: their text, their controls, icons without a name, signs on keys.

Each part can be run by itself: benchmarks.sight_text, sight_controls, sight_icons and sight_signs say how each is
measured.
"""

from __future__ import annotations

from benchmarks import sight_controls, sight_icons, sight_signs, sight_text
from benchmarks.figures import Result


async def run(share: float = 1.0) -> Result:
    """Measure all parts."""
    text = await sight_text.measured(share)
    controls, control_notes = await sight_controls.measured(share)
    icons, icon_notes = sight_icons.measured(share)
    signs, sign_notes = sight_signs.measured(share)
    notes = (*sight_text.NOTES, *control_notes, *icon_notes, *sign_notes)
    found = (*text, *controls, *icons, *signs)
    return Result("sight", "Windows that expose nothing, read from their pixels", found, notes)
