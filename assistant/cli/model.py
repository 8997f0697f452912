"""`sightline model …`: the local models; and `sightline engine`, which runs one by hand."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.options import JsonOption, print_json
from assistant.config import runtime_folder

group = typer.Typer(
    help="The local vision-language models: see, fetch, check, choose, delete.",
    rich_markup_mode=None,
    no_args_is_help=True,
)
ModelArgument = Annotated[str, typer.Argument(help="A model's name in the list, or OWNER/NAME on the hub.")]


@group.command("list")
def list_models(as_json: JsonOption = False) -> None:
    """List the models there are, which are here, and which fit this computer.

    Uses no network.

    Exit status: 0 done; 2 wrong settings.
    """
    from assistant.control import models

    states = models.list_models()
    if as_json:
        print_json({"models": [state.as_json() for state in states]})
    else:
        print(models.as_text(states))


@group.command()
def pull(name: ModelArgument) -> None:
    """Fetch a model from its hub, after asking you.

    The one command that uses the network.

    Exit status: 0 done; 1 it failed; 2 no such model; 4 something needed is missing.
    """
    from assistant.control import models

    print(models.pull(name, _confirm, print))


@group.command()
def verify(name: Annotated[str, typer.Argument(help="Which model; none: the one in use.")] = "") -> None:
    """Check every file of a model against its checksum.

    Exit status: 0 all files are right; 1 or 2 if one is not; 4 something needed is missing.
    """
    from assistant.control import models

    print(models.verify(name))


@group.command()
def use(name: ModelArgument) -> None:
    """Ask this model from now on: a name from the list, or a folder.

    Exit status: 0 done; 2 no such model; 4 it is not here yet.
    """
    from assistant.control import models

    print(models.use(name))


@group.command()
def remove(name: ModelArgument) -> None:
    """Delete a model from this computer, after asking you.

    Exit status: 0 done; 2 no such model.
    """
    from assistant.control import models

    print(models.remove(name, _confirm))


def engine(
    folder: Annotated[
        Path | None, typer.Option("--model", help="The model's folder; else that of the settings.")
    ] = None,
    socket: Annotated[
        Path | None, typer.Option("--socket", help="Where to answer: a Unix socket of yours alone.")
    ] = None,
) -> None:
    """Run a model by hand, as a server on a Unix socket.

    It speaks OpenAI's protocol. Control C ends it. systemd starts it so as well, and passes the socket.

    Exit status: 0 done; 2 the model is not as it should be; 4 something needed is missing.
    """
    from assistant.config import load_config, model_folder
    from assistant.engine.devices import Wish
    from assistant.engine.run import run_engine
    from assistant.errors import SomethingMissing

    settings = load_config().engine
    chosen = folder or model_folder(settings)
    if chosen is None:
        raise SomethingMissing("No model has been chosen. To see which there are, run: sightline model list")
    idle_seconds = 60.0 * settings.idle_minutes or math.inf
    raise typer.Exit(
        run_engine(chosen, socket or runtime_folder() / "engine.sock", Wish.of(settings), idle_seconds=idle_seconds)
    )


def _confirm(question: str) -> bool:
    return typer.confirm(question)
