"""What the running Sightline is asked to do: `sightline say`, `profile`, `pause`, `resume`, and the keys' commands."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from assistant.commands import Command
from assistant.config import runtime_folder
from assistant.host.asking import ask


def say(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What to say; a single - reads it from standard input.")],
) -> None:
    """Have the running Sightline say a text.

    Exit status: 0 it will be said; 4 Sightline is not running.
    """
    _ask({"request": "say", "text": sys.stdin.read() if text == "-" else text})


def profile(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="The profile to change to. Without it, they are listed.", show_default=False
        ),
    ] = "",
) -> None:
    """Change how things are said, or list the profiles.

    The change lasts until Sightline ends; for good, name the profile in the settings file.

    Exit status: 0 done; 2 no such profile, or a mistake in it; 4 Sightline is not running.
    """
    print(_ask({"request": "profile", "name": name})["text"])


def pause() -> None:
    """Be silent until “sightline resume”.

    Exit status: 0 paused, or paused already; 4 Sightline is not running.
    """
    _ask({"request": "pause"})


def resume() -> None:
    """Go on after a pause.

    Exit status: 0 it goes on; 4 Sightline is not running.
    """
    _ask({"request": "resume"})


def key_command(command: Command) -> Callable[[], None]:
    """Return what gives the running Sightline the command of a key."""

    def give() -> None:
        _ask({"request": "command", "id": command.id})

    key = f" Its key is {command.key}, if the settings name no other." if command.key else ""
    give.__doc__ = (
        f"{command.help['en']}\n\nThe running Sightline does it.{key}\n\n"
        "Exit status: 0 done; 4 Sightline is not running."
    )
    return give


def _ask(request: dict[str, Any]) -> dict[str, Any]:
    return ask(runtime_folder() / "control.sock", request)
