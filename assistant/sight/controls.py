"""Find the controls of a picture: by their shape and by the network, each keeping the other from inventing.

Of a window that has changed a little, only what is near to the change is looked at again; the rest is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.host.seeing import Region, TextLine
from assistant.scene import Box
from assistant.sight import shapes
from assistant.sight.agreed import agreed
from assistant.sight.memory import Controls, grown, meet
from assistant.sight.parts import ControlNetwork, Pixels
from assistant.sight.series import borne_out, next_in_series

AROUND = 48  # pixels around what has changed that are looked at with it: frames, and the words beside a mark
MOST = 0.6  # of a picture: if more is to be looked at, all of it is looked at


class Search:
    """The search for the controls of one picture, at once and again when its text has been read.

    `cores`: where something has changed, grown by what reaches into it; what was known elsewhere is kept.
    """

    def __init__(self, picture: Pixels, network: ControlNetwork | None, cores: list[Box], before: Controls) -> None:
        self._picture, self._network, self._cores = picture, network, cores
        height, width = picture.shape[:2]
        self._parts = [_grown(core, width, height) for core in cores]
        self._learnt, self._plain = self._kept(before.learnt), self._kept(before.plain)
        self._before = before.plain

    def first(self, lines: Sequence[TextLine]) -> Controls:
        """Return what the network finds; lines that were not read yet have no text."""
        if self._network is not None:
            self._learnt += self._fresh(self._network.find(self._picture, lines, self._parts))
        return Controls(self._learnt, self._before)

    def last(self, lines: Sequence[TextLine]) -> Controls:
        """Return what was found, and what has the shape of a control: what is written in it tells its kind."""
        shaped = [one for part in self._parts for one in self._fresh(shapes.find(self._picture, lines, part))]
        if self._network is not None:
            shaped = agreed(shaped, self._network.judge(self._picture, lines, [region.box for region in shaped]))
        known = Controls(self._learnt, (*self._plain, *dict.fromkeys(shaped)))
        return Controls(self._learnt, (*known.plain, *self._others_of(known.all, lines)))

    def _others_of(self, known: Sequence[Region], lines: Sequence[TextLine]) -> list[Region]:
        """Return what stands in a row or a column with known controls, and is one of them."""
        if self._network is None:
            return []
        more = self._fresh(next_in_series(known, lines))
        return borne_out(more, self._network.judge(self._picture, lines, [region.box for region in more]))

    def _kept(self, regions: Iterable[Region]) -> tuple[Region, ...]:
        return tuple(region for region in regions if not any(meet(region.box, core) for core in self._cores))

    def _fresh(self, regions: Iterable[Region]) -> tuple[Region, ...]:
        """Leave out what is known already, and what a part's edge may have cut."""
        height, width = self._picture.shape[:2]
        return tuple(
            region
            for region in regions
            if any(
                meet(region.box, core) and _is_whole(region.box, part, width, height)
                for core, part in zip(self._cores, self._parts, strict=True)
            )
        )


def search(
    picture: Pixels,
    network: ControlNetwork | None,
    lines: Iterable[Box],
    *,
    before: Controls | None = None,
    changed: Iterable[Box] = (),
) -> Search:
    """Begin to search: all of a new picture; of one whose controls were known, what has changed and what is near."""
    height, width = picture.shape[:2]
    whole = Box(0, 0, width, height)
    if before is None:
        return Search(picture, network, [whole], Controls())
    boxes = [*lines, *(region.box for region in (*before.learnt, *before.plain))]
    cores = grown(changed, boxes, 2, 2)
    if sum(core.width * core.height for core in cores) > MOST * width * height:
        return Search(picture, network, [whole], Controls())
    return Search(picture, network, cores, before)


def _grown(core: Box, width: int, height: int) -> Box:
    x, y = max(core.x - AROUND, 0), max(core.y - AROUND, 0)
    return Box(x, y, min(core.right + AROUND, width) - x, min(core.bottom + AROUND, height) - y)


def _is_whole(box: Box, part: Box, width: int, height: int) -> bool:
    return (
        (box.x > part.x or part.x == 0)
        and (box.y > part.y or part.y == 0)
        and (box.right < part.right or part.right == width)
        and (box.bottom < part.bottom or part.bottom == height)
    )
