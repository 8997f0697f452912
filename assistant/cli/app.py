"""The front door: what there is of `sightline …`, in the order in which the help lists it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from assistant import __version__
from assistant.cli import looks, model, running, service
from assistant.cli.options import JsonOption, print_json
from assistant.commands import COMMANDS

# Plain text without boxes or colour: screen readers spell box-drawing characters out.
app = typer.Typer(
    name="sightline",
    help="Tells you, aloud, what is on your screen and what each choice in it will do. Nothing leaves the machine.",
    epilog="Exit status: 0 done; 1 it failed; 2 wrong usage or settings; 3 nothing to look at; 4 something is missing.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"sightline {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def run() -> None:
    """Start Sightline in the foreground. Control C ends it.

    Exit status: 0 ended as asked; 1 it runs already; 2 the settings are wrong; 4 something needed is missing.
    """
    from assistant.daemon import main as run_daemon

    raise typer.Exit(run_daemon())


def demo(
    output: Annotated[
        Path, typer.Option("--output", metavar="FOLDER", help="Where pictures, scenes, transcripts and sound go.")
    ] = Path("demo-output"),
) -> None:
    """Show what Sightline does, with real dialogs on a virtual screen.

    It needs no desktop and no loudspeaker, and takes about three minutes.

    Exit status: 0 shown; 1 a dialog could not be shown; 4 something needed is missing.
    """
    from assistant.demo import run_demo

    raise typer.Exit(run_demo(output))


def doctor(as_json: JsonOption = False) -> None:
    """Say what works here, what does not, and what mends it.

    Nothing is changed, and nothing from the screen is kept or printed.

    Exit status: 0 everything that is needed works; 4 something needed does not.
    """
    from assistant.control.doctor import as_text, examine

    findings = examine()
    if as_json:
        print_json({"findings": [finding.as_json() for finding in findings]})
    else:
        print(as_text(findings))
    raise typer.Exit(0 if all(finding.works or not finding.is_needed for finding in findings) else 4)


_OWN: tuple[Callable[..., None], ...] = (
    run,
    looks.explain,
    looks.scene,
    running.say,
    running.profile,
    running.pause,
    running.resume,
    demo,
    doctor,
    model.engine,
    looks.ask,
)
for _function in _OWN:
    app.command()(_function)
for _command in COMMANDS:
    if _command.id != "pause":  # `sightline pause` is never a toggle: a script must know what it asks for
        app.command(_command.id)(running.key_command(_command))
app.add_typer(service.group, name="service")
app.add_typer(model.group, name="model")
