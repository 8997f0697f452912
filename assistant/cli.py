"""The command line: what `sightline …` takes and prints. Each command imports what it needs when it runs."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant import __version__
from assistant.commands import COMMANDS, Command
from assistant.config import runtime_folder, shipped
from assistant.host.asking import ask

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
service = typer.Typer(help="Start Sightline at login, or no longer.", rich_markup_mode=None, no_args_is_help=True)
app.add_typer(service, name="service")
model = typer.Typer(
    help="The local vision-language models: see, fetch, check, choose, delete.",
    rich_markup_mode=None,
    no_args_is_help=True,
)
app.add_typer(model, name="model")

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
ModelArgument = Annotated[str, typer.Argument(help="A model's name in the list, or OWNER/NAME on the hub.")]
LanguageOption = Annotated[str, typer.Option("--lang", metavar="CODE", help="Explain in this language: en or zh.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


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


@app.command()
def run() -> None:
    """Start Sightline in the foreground. Control C ends it.

    Exit status: 0 ended as asked; 1 it runs already; 2 the settings are wrong; 4 something needed is missing.
    """
    from assistant.daemon import main as run_daemon

    raise typer.Exit(run_daemon())


@app.command()
def explain(
    window: WindowOption = "active",
    image: ImageOption = None,
    profile: ProfileOption = "",
    lang: LanguageOption = "",
    detail: Annotated[int, typer.Option(min=0, max=2, metavar="LEVEL", help="How much to tell: 0, 1 or 2.")] = 0,
    no_model: Annotated[
        bool, typer.Option("--no-model", help="Facts and rules only: no model is asked, though one is chosen.")
    ] = False,
    silent: Annotated[bool, typer.Option("--silent", help="Print it and do not speak it.")] = False,
    structure: Annotated[
        bool, typer.Option("--structure", help="Print what can be done there, as one JSON object; nothing is spoken.")
    ] = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON schema of what --structure prints, and look at nothing.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Explain a window, or a picture in a file, aloud and as text.

    What the facts say comes first; if you have chosen a model, its sentences follow, each checked first. It looks by
    itself, whether Sightline is running or not. In a terminal the active window is the terminal: to explain another,
    give its id, or press the window key there.

    Exit status: 0 explained, by facts alone where the model failed; 2 wrong usage or settings; 3 no such window, or no
    picture in the file; 4 something needed is missing.
    """
    from assistant.inquiry import Manner, explain_once, structure_once
    from assistant.once import Subject

    if schema:
        print((shipped("schemas") / "structure.schema.json").read_text(encoding="utf-8"), end="")
        return
    subject = Subject(window, image)
    manner = Manner(
        profile=profile, language=lang, detail=detail, uses_model=not no_model, speaks=not silent, prints=not as_json
    )
    if structure:
        printed, failure = structure_once(subject, manner)
        _print_json(printed)
    else:
        told = explain_once(subject, manner)
        failure = told.failure
        if as_json:
            _print_json(told.as_json())
    if failure is not None:  # the facts stand
        print(failure, file=sys.stderr)


@app.command()
def scene(window: WindowOption = "active", image: ImageOption = None, as_json: JsonOption = False) -> None:
    """List every control in a window, or in a picture in a file.

    Each comes with its role, its name, its states and its keys; what is typed into a password field never does.

    Exit status: 0 listed; 2 wrong usage or settings; 3 no such window, or no picture in the file; 4 something needed
    is missing.
    """
    from assistant.once import Subject, scene_once

    looked, text = scene_once(Subject(window, image))
    if as_json:
        _print_json(looked)
    else:
        print(text)


@app.command()
def say(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What to say; a single - reads it from standard input.")],
) -> None:
    """Have the running Sightline say a text.

    Exit status: 0 it will be said; 4 Sightline is not running.
    """
    _ask({"request": "say", "text": sys.stdin.read() if text == "-" else text})


@app.command()
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


@app.command()
def pause() -> None:
    """Be silent until “sightline resume”.

    Exit status: 0 paused, or paused already; 4 Sightline is not running.
    """
    _ask({"request": "pause"})


@app.command()
def resume() -> None:
    """Go on after a pause.

    Exit status: 0 it goes on; 4 Sightline is not running.
    """
    _ask({"request": "resume"})


@app.command()
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


@app.command()
def doctor(as_json: JsonOption = False) -> None:
    """Say what works here, what does not, and what mends it.

    Nothing is changed, and nothing from the screen is kept or printed.

    Exit status: 0 everything that is needed works; 4 something needed does not.
    """
    from assistant.control.doctor import as_text, examine

    findings = examine()
    if as_json:
        _print_json({"findings": [finding.as_json() for finding in findings]})
    else:
        print(as_text(findings))
    raise typer.Exit(0 if all(finding.works or not finding.is_needed for finding in findings) else 4)


@service.command()
def install() -> None:
    """Start Sightline at every login, and now.

    Exit status: 0 done; 1 systemd refused; 4 there is no systemd for this login.
    """
    from assistant.control.service import install as install_service

    print(install_service())


@service.command()
def uninstall() -> None:
    """Stop Sightline and no longer start it at login.

    Exit status: 0 done, or it was not installed; 1 systemd refused; 4 there is no systemd for this login.
    """
    from assistant.control.service import uninstall as uninstall_service

    print(uninstall_service())


@service.command()
def status() -> None:
    """Say whether Sightline starts at login and whether it runs.

    Exit status: 0 in any case that systemd can tell; 4 there is no systemd for this login.
    """
    from assistant.control.service import status as service_status

    print(service_status())


@model.command("list")
def list_models(as_json: JsonOption = False) -> None:
    """List the models there are, which are here, and which fit this computer.

    Uses no network.

    Exit status: 0 done; 2 wrong settings.
    """
    from assistant.control import models

    states = models.list_models()
    if as_json:
        _print_json({"models": [state.as_json() for state in states]})
    else:
        print(models.as_text(states))


@model.command()
def pull(name: ModelArgument) -> None:
    """Fetch a model from its hub, after asking you.

    The one command that uses the network.

    Exit status: 0 done; 1 it failed; 2 no such model; 4 something needed is missing.
    """
    from assistant.control import models

    print(models.pull(name, _confirm, print))


@model.command()
def verify(name: Annotated[str, typer.Argument(help="Which model; none: the one in use.")] = "") -> None:
    """Check every file of a model against its checksum.

    Exit status: 0 all files are right; 1 or 2 if one is not; 4 something needed is missing.
    """
    from assistant.control import models

    print(models.verify(name))


@model.command()
def use(name: ModelArgument) -> None:
    """Ask this model from now on: a name from the list, or a folder.

    Exit status: 0 done; 2 no such model; 4 it is not here yet.
    """
    from assistant.control import models

    print(models.use(name))


@model.command()
def remove(name: ModelArgument) -> None:
    """Delete a model from this computer, after asking you.

    Exit status: 0 done; 2 no such model.
    """
    from assistant.control import models

    print(models.remove(name, _confirm))


@app.command()
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


@app.command("ask")
def ask_model(
    question: Annotated[str, typer.Argument(help="What you want to know about it.")],
    window: WindowOption = "active",
    image: ImageOption = None,
    profile: ProfileOption = "",
    lang: LanguageOption = "",
    silent: Annotated[bool, typer.Option("--silent", help="Print the answer, do not speak it.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Ask the model about a window, or about a picture in a file.

    Every sentence of its answer is checked against what is there before it is printed and spoken.

    Exit status: 0 done; 1 it failed; 2 wrong usage or settings; 3 nothing to look at; 4 something needed is missing.
    """
    from assistant.inquiry import Manner, ask_once
    from assistant.once import Subject

    manner = Manner(profile=profile, language=lang, speaks=not silent, prints=not as_json)
    told = ask_once(question, Subject(window, image), manner)
    if as_json:
        _print_json(told.as_json())
    if told.failure is not None:
        raise told.failure


def _confirm(question: str) -> bool:
    return typer.confirm(question)


def _add_command(command: Command) -> None:
    def give() -> None:
        _ask({"request": "command", "id": command.id})

    key = f" Its key is {command.key}, if the settings name no other." if command.key else ""
    give.__doc__ = (
        f"{command.help['en']}\n\nThe running Sightline does it.{key}\n\n"
        "Exit status: 0 done; 4 Sightline is not running."
    )
    app.command(command.id)(give)


for _command in COMMANDS:
    if _command.id != "pause":  # `sightline pause` is never a toggle: a script must know what it asks for
        _add_command(_command)


def _ask(request: dict[str, Any]) -> dict[str, Any]:
    return ask(runtime_folder() / "control.sock", request)


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False))
