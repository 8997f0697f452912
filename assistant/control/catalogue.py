"""Which models there are to choose from, where they lie, and which fit this machine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from msgspec import field

from assistant.engine.devices import SPARE_BYTES, Accelerator, Machine, Weights, choose
from assistant.errors import WrongSettings
from assistant.settings import Settings, read_mapping, validate

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*\Z")
_FORMS: dict[Weights, str] = {"full": "in 16 bit", "8bit": "in 8 bit", "4bit": "in 4 bit"}


class Entry(Settings, frozen=True):
    """A model that can be fetched."""

    repository: str
    licence: str = ""
    gigabytes: float | None = None
    """Of its weights in 16 bit; None: unknown."""
    languages: tuple[str, ...] = ()
    """Those its makers name."""
    needs_login: bool = False
    """Whether its licence is to be accepted on the hub first."""
    about: str = ""


class Catalogue(Settings, frozen=True):
    """The file models.yaml."""

    models: dict[str, Entry] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a model fits a machine, and how; `text` is a sentence for a person."""

    text: str
    rank: int
    """0: on a graphics card as it is; 1: smaller; 2: without one; 3: unknown; 4: not at all."""


@cache
def catalogue() -> dict[str, Entry]:
    """Return the models that ship as known, by their short names."""
    file = Path(__file__).parent / "models.yaml"
    return validate(Catalogue, read_mapping(file), file=file).models


def entry_of(name: str) -> Entry:
    """Return what is known of a model, by its short name or its repository; WrongSettings if it can be neither."""
    if name in catalogue():
        return catalogue()[name]
    known = next((entry for entry in catalogue().values() if entry.repository.casefold() == name.casefold()), None)
    if known is not None:
        return known
    owner, slash, own = name.partition("/")
    if not slash or not _NAME.match(owner) or not _NAME.match(own):
        raise WrongSettings(f"There is no model “{name}”. To see which there are, run: sightline model list")
    return Entry(repository=name)


def folder_name(name: str) -> str:
    """Return the name of a model's folder: its short name, else its repository's with two hyphens for the slash."""
    for short, entry in catalogue().items():
        if name.casefold() in {short, entry.repository.casefold()}:
            return short
    flat = name.replace("/", "--", 1)
    if not _NAME.match(flat):
        raise WrongSettings(f"There is no model “{name}”. To see which there are, run: sightline model list")
    return flat


def fit_of(gigabytes: float | None, cards: tuple[Accelerator, ...], memory_bytes: int) -> Fit:
    """Tell whether weights of this size fit; the engine will choose alike."""
    if gigabytes is None:
        return Fit("Its size is not known here.", 3)
    weights_bytes = round(gigabytes * 1e9)
    chosen = choose(Machine(accelerators=cards, has_bitsandbytes=True), weights_bytes)
    if chosen.kind != "cpu":
        return Fit(f"Fits the graphics card {_FORMS[chosen.weights]}.", 0 if chosen.weights == "full" else 1)
    if 2 * weights_bytes + SPARE_BYTES <= memory_bytes:  # 32 bit, which every processor computes
        return Fit("Fits the memory, and is slow without a graphics card.", 2)
    return Fit("Too large for this computer.", 4)
