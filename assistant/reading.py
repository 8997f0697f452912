"""Reading: what a model has read of a window, and whether a new look shows the same, so that it need not read again."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from assistant.explain.prompt_facts import facts_list
from assistant.host.model_question import Picture
from assistant.scene import Box, Scene
from assistant.scene import Picture as Pixels

CARET_WIDTH, CARET_HEIGHT = 4, 80  # pixels: what blinks
_MARGIN = 6  # pixels: a focus ring is drawn around its control


@dataclass(frozen=True, slots=True)
class Reading:
    """One window as a model was shown it."""

    window: Hashable
    scene: Scene
    picture: Picture

    def is_of(self, window: Hashable, scene: Scene, detail: str) -> bool:
        """Whether a new look shows the same but for a caret or where the focus is drawn. Some milliseconds."""
        if window != self.window or detail != self.picture.detail or facts_list(scene) != facts_list(self.scene):
            return False
        old, new = self.scene.picture, scene.picture
        boxes = [box for one in (self.scene, scene) if (box := one.focused.box if one.focused else None)]
        return old is not None and new is not None and _is_alike(old, new, boxes)


def _is_alike(old: Pixels, new: Pixels, boxes: list[Box]) -> bool:
    if (old.width, old.height) != (new.width, new.height):
        return False
    if old.rgb == new.rgb:
        return True
    places = list(_differences(old, new, boxes))
    if not places:
        return True
    left, right = min(first for _, first, _ in places), max(last for _, _, last in places)
    return right - left < CARET_WIDTH and places[-1][0] - places[0][0] < CARET_HEIGHT


def _differences(old: Pixels, new: Pixels, boxes: list[Box]) -> Iterator[tuple[int, int, int]]:
    """Yield the rows that differ outside the boxes, with their first and last pixel that does."""
    stride = old.width * 3
    for y in range(old.height):
        one, other = (bytearray(pixels.rgb[y * stride : (y + 1) * stride]) for pixels in (old, new))
        if one == other:
            continue
        for box in boxes:
            if box.y - _MARGIN <= y < box.bottom + _MARGIN:
                start, end = (max(min(x, old.width), 0) * 3 for x in (box.x - _MARGIN, box.right + _MARGIN))
                one[start:end] = other[start:end]
        apart = int.from_bytes(one) ^ int.from_bytes(other)
        if apart:
            last = stride - 1 - ((apart & -apart).bit_length() - 1) // 8
            yield y, (stride - 1 - (apart.bit_length() - 1) // 8) // 3, last // 3
