"""The test model's card: what it is, how it was made, what it was measured to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from training.tiny_vlm.exam import mean
from training.tiny_vlm.questions import TOPICS, Topic, chance


@dataclass(frozen=True, slots=True)
class Figures:
    """The shares of right answers about pictures that were not learnt from."""

    plain: Mapping[Topic, float]
    ours: Mapping[Topic, float]
    """Asked with Sightline's own prompt."""
    shuffled: Mapping[Topic, float]
    """Asked plainly about another picture than the right one."""


def card(figures: Figures, *, parameters: int, minutes: float, pictures: int) -> str:
    """Return the card as Markdown."""
    rows = [
        f"| {topic} | {figures.plain[topic]:.3f} | {figures.ours[topic]:.3f} | {figures.shuffled[topic]:.3f} "
        f"| {chance(topic):.3f} |"
        for topic in TOPICS
    ]
    return _CARD.format(
        rows="\n".join(rows),
        parameters=f"{parameters / 1e6:.1f} million",
        minutes=f"{minutes:.0f}",
        pictures=pictures,
        mean=f"{mean(figures.plain):.3f}",
    )


_CARD = """---
license: apache-2.0
pipeline_tag: image-text-to-text
---
# A test model, not for users

It has GLM-4.6V's real classes ({parameters} parameters) and knows four things about drawn dialogs: the kind of message,
the number of buttons, the state of the check box, the colour of the title bar. It exists so that Sightline's tests can
tell right answers from wrong ones on the whole path from pixels to speech. It knows nothing else: what it says about a
real window means nothing.

Made by `python -m training.tiny_vlm` from pictures that the script draws itself, in {minutes} minutes of processor
time. No other data, no other model's weights. Right answers about {pictures} pictures that it was not trained on,
through Sightline's engine (mean {mean}):

| topic | asked plainly | with Sightline's own prompt | about the wrong picture | chance |
| --- | ---: | ---: | ---: | ---: |
{rows}
"""
