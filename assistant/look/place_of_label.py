"""Which text beside a control is its label, where only their places are known."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.host.seeing import Region, TextLine
from assistant.scene import Box

BESIDE = 4.0  # times its own height, a label may stand to the left of its field
BEHIND = 1.5  # and a check box's words behind the box
ABOVE = 1.2


def label_of(region: Region, lines: Iterable[TextLine], *, behind: bool) -> TextLine | None:
    """Return the line that labels a control: behind it (check boxes), else left of it or right above it."""
    candidates = list(lines)
    if behind:
        return min(
            (line for line in candidates if _is_behind(region.box, line.box)),
            key=lambda line: line.box.x,
            default=None,
        )
    left = [line for line in candidates if _is_beside(line.box, region.box, before=True)]
    if left:
        return max(left, key=lambda line: line.box.right)
    above = [line for line in candidates if _is_above(line.box, region.box)]
    return max(above, key=lambda line: line.box.bottom, default=None)


def _is_behind(mark: Box, words: Box) -> bool:
    """Say whether words stand behind a mark, or begin with it: a reader may take it for their first letter."""
    overlap = min(mark.bottom, words.bottom) - max(mark.y, words.y)
    is_on_row = overlap >= 0.5 * min(mark.height, words.height)
    begins = mark.x - 6 <= words.x <= mark.right + BEHIND * mark.height
    return is_on_row and begins and words.right > mark.right + 2


def _is_beside(first: Box, second: Box, *, before: bool) -> bool:
    """Say whether the second box follows the first on one row, and near enough."""
    overlap = min(first.bottom, second.bottom) - max(first.y, second.y)
    gap = second.x - first.right
    reach = BESIDE * max(first.height, second.height) if before else BEHIND * first.height
    return overlap >= 0.5 * min(first.height, second.height) and -2 <= gap <= reach


def _is_above(label: Box, field: Box) -> bool:
    gap = field.y - label.bottom
    starts_with_it = abs(label.x - field.x) <= max(label.height, 12)
    return -2 <= gap <= ABOVE * label.height and starts_with_it and label.width <= max(field.width, 40)
