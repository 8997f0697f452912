"""Options that several commands take, and how their JSON is printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

WindowOption = Annotated[
    str, typer.Option("--window", metavar="ID", help="An X11 window id, or active for the one with the keyboard.")
]
ImageOption = Annotated[
    Path | None,
    typer.Option("--image", metavar="FILE", help="A picture in a file, not a window: PNG, JPEG, WebP, BMP, GIF, TIFF."),
]
ProfileOption = Annotated[
    str, typer.Option("--profile", metavar="NAME", help="Explain as this profile would, not as the settings say.")
]
LanguageOption = Annotated[str, typer.Option("--lang", metavar="CODE", help="Explain in this language: en or zh.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


def print_json(value: object) -> None:
    """Print one object, and nothing else, on a line."""
    print(json.dumps(value, ensure_ascii=False))
