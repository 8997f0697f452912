"""The network: a picture in, a map of controls out; fully convolutional, one cell for 8 × 8 pixels.

For each cell: a score for each role, the distances to the four edges of the control that the cell lies in, a score for
each state. After FCOS (Tian et al., 2019), with one level only and long flat kernels, for controls are wide.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from training.widgets.roles import ROLES, STATES

STRIDE = 8
WIDTHS = (32, 56, 88, 120)
"""Channels at 1/4, 1/8, 1/16 and 1/32 of the picture's size."""
HEAD = 56
OUTPUTS = len(ROLES) + 4 + len(STATES)


def convolution(
    inside: int, outside: int, size: int | tuple[int, int] = 3, *, step: int = 1, groups: int = 1
) -> nn.Sequential:
    """Make a convolution that keeps the size (or halves it), normalised, with ReLU."""
    height, width = (size, size) if isinstance(size, int) else size
    layer = nn.Conv2d(inside, outside, (height, width), step, (height // 2, width // 2), groups=groups, bias=False)
    return nn.Sequential(layer, nn.BatchNorm2d(outside), nn.ReLU(inplace=True))


class Block(nn.Module):
    """Adds what one 3 × 3 convolution finds."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layer = convolution(width, width)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.layer(x)  # type: ignore[no-any-return]


class Far(nn.Module):
    """Looks far to the sides and up and down: long kernels for each channel, then mixed."""

    def __init__(self, width: int, reach: int) -> None:
        super().__init__()
        self.across = nn.Conv2d(width, width, (1, reach), padding=(0, reach // 2), groups=width, bias=False)
        self.down = nn.Conv2d(width, width, (reach, 1), padding=(reach // 2, 0), groups=width, bias=False)
        self.mix = convolution(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.mix(self.across(x) + self.down(x))  # type: ignore[no-any-return]


class Detector(nn.Module):
    """(batch, 3, height, width), 0 to 255, sides multiples of 32, to (batch, OUTPUTS, height / 8, width / 8)."""

    def __init__(self) -> None:
        super().__init__()
        a, b, c, d = WIDTHS
        first = nn.Conv2d(3, a, 6, 4, 1, bias=False)
        self.quarter = nn.Sequential(first, nn.BatchNorm2d(a), nn.ReLU(inplace=True))
        self.eighth = nn.Sequential(convolution(a, b, step=2), Block(b), Block(b))
        self.sixteenth = nn.Sequential(convolution(b, c, step=2), Block(c), Far(c, 15), Block(c))
        self.thirtysecond = nn.Sequential(convolution(c, d, step=2), Block(d), Far(d, 15), Block(d))
        self.sides = nn.ModuleList([nn.Conv2d(width, HEAD, 1) for width in WIDTHS[1:]])
        self.joined = nn.ModuleList([Block(HEAD), Block(HEAD)])
        self.head = convolution(HEAD, 96)
        self.out = nn.Conv2d(96, OUTPUTS, 1)
        assert self.out.bias is not None
        nn.init.constant_(self.out.bias[: len(ROLES)], -4.0)  # at first, nothing is a control

    def forward(self, x: Tensor) -> Tensor:
        levels: list[Tensor] = []
        x = self.quarter((x - 127.5) / 64.0)
        for part in (self.eighth, self.sixteenth, self.thirtysecond):
            x = part(x)
            levels.append(x)
        y: Tensor = self.sides[2](levels[2])
        for level in (1, 0):
            y = nn.functional.interpolate(y, scale_factor=2.0, mode="nearest") + self.sides[level](levels[level])
            y = self.joined[level](y)
        raw: Tensor = self.out(self.head(y))
        roles, edges, states = torch.split(raw, [len(ROLES), 4, len(STATES)], dim=1)
        return torch.cat([roles.sigmoid(), nn.functional.softplus(edges) * 8, states.sigmoid()], dim=1)
