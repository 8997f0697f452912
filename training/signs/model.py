"""The network of signs: a few convolutions over its pixels, its size and place beside them."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from assistant.sight.sign_crop import NUMBERS


class SignNet(nn.Module):
    """Takes (batch, 1, 32, 32) in 0…1 and (batch, NUMBERS); returns (batch, signs + 1) logits, the last for none."""

    def __init__(self, classes: int, widths: tuple[int, int, int] = (24, 48, 80)) -> None:
        super().__init__()
        a, b, c = widths
        self.body = nn.Sequential(
            _step(1, a, 1), _step(a, a, 2),  # 16 × 16
            _step(a, b, 1), _step(b, b, 2),  # 8 × 8
            _step(b, c, 1), _step(c, c, 2),  # 4 × 4
        )  # fmt: skip
        self.told = nn.Sequential(nn.Linear(NUMBERS, 32), nn.ReLU())
        self.hidden = nn.Sequential(nn.Dropout(0.2), nn.Linear(c * 16 + 32, 160), nn.ReLU(), nn.Dropout(0.1))
        self.head = nn.Linear(160, classes)

    def forward(self, signs: Tensor, numbers: Tensor) -> Tensor:
        told = self.told(numbers.clamp(-4, 4))
        return self.head(self.hidden(torch.cat((self.body(signs).flatten(1), told), 1)))  # type: ignore[no-any-return]


class Shares(nn.Module):
    """Returns (batch, signs + 1): how likely each sign is. What is shipped."""

    def __init__(self, network: SignNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, signs: Tensor, numbers: Tensor) -> Tensor:
        return torch.softmax(self.network(signs, numbers), 1)


def _step(before: int, after: int, stride: int) -> nn.Sequential:
    convolution = nn.Conv2d(before, after, 3, stride=stride, padding=1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(after), nn.ReLU())
