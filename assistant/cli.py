"""The command line: what `sightline …` takes and prints. Each command imports what it needs when it runs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant import __version__
from assistant.commands import COMMANDS, Command
from assistant.config import runtime_folder
from assistant.host.asking import ask

# Plain text without boxes or colour: screen readers spell box-drawing characters out.
app = typer.Typer(
    name="sightline",
    help="Tells you, aloud, what is on your screen and what each choice in it will do. Nothing leaves the machine.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
service = typer.Typer(help="Start Sightline at login, or no longer.", rich_markup_mode=None, no_args_is_help=True)
app.add_typer(service, name="service")

WindowOption = Annotated[
    str, typer.Option("--window", metavar="active|ID", help="Which window: the active one, or an X11 window id.")
]
ProfileOption = Annotated[str, typer.Option("--profile", help="Explain as this profile would, instead of the set one.")]
LanguageOption = Annotated[str, typer.Option("--lang", help="Explain in this language: en or zh.")]
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
    """Start Sightline in the foreground. Control C ends it."""
    from assistant.daemon import main as run_daemon

    raise typer.Exit(run_daemon())


@app.command()
def explain(
    window: WindowOption = "active",
    profile: ProfileOption = "",
    lang: LanguageOption = "",
    detail: Annotated[int, typer.Option(min=0, max=2, help="How much: 0, 1 or 2.")] = 0,
    no_model: Annotated[bool, typer.Option("--no-model", help="Facts and rules only.")] = False,  # noqa: ARG001
    silent: Annotated[bool, typer.Option("--silent", help="Print it, do not speak it.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Explain a window, aloud and as text."""
    from assistant.once import explain_once

    explained = explain_once(window, profile=profile, language=lang, detail=detail, speak=not silent, show=not as_json)
    if as_json:
        _print_json(explained)


@app.command()
def scene(window: WindowOption = "active", as_json: JsonOption = False) -> None:
    """List what is in a window: every control with its role, states and keys."""
    from assistant.once import scene_once

    looked, text = scene_once(window)
    if as_json:
        _print_json(looked)
    else:
        print(text)


@app.command()
def say(text: Annotated[str, typer.Argument(help="What to say; “-” reads it from standard input.")]) -> None:
    """Have the running Sightline say a text."""
    _ask({"request": "say", "text": sys.stdin.read() if text == "-" else text})


@app.command()
def profile(name: Annotated[str, typer.Argument(help="The profile to change to.")] = "") -> None:
    """Change how things are said, or list the profiles."""
    print(_ask({"request": "profile", "name": name})["text"])


@app.command()
def pause() -> None:
    """Be silent until `sightline resume`."""
    _ask({"request": "pause"})


@app.command()
def resume() -> None:
    """Go on after a pause."""
    _ask({"request": "resume"})


@app.command()
def demo(
    output: Annotated[
        Path, typer.Option("--output", help="Folder for pictures, scenes, transcripts and sound.")
    ] = Path("demo-output"),
) -> None:
    """Show what Sightline does, on a virtual screen with real dialogs. Needs no desktop."""
    from assistant.demo import run_demo

    raise typer.Exit(run_demo(output))


@app.command()
def doctor(as_json: JsonOption = False) -> None:
    """Check what works here, what does not, and which command mends it."""
    from assistant.control.doctor import as_text, examine

    findings = examine()
    if as_json:
        _print_json({"findings": [finding.as_json() for finding in findings]})
    else:
        print(as_text(findings))
    raise typer.Exit(0 if all(finding.works or not finding.is_needed for finding in findings) else 4)


@service.command()
def install() -> None:
    """Start Sightline at every login, and now."""
    from assistant.control.service import install as install_service

    print(install_service())


@service.command()
def uninstall() -> None:
    """Stop Sightline and no longer start it at login."""
    from assistant.control.service import uninstall as uninstall_service

    print(uninstall_service())


@service.command()
def status() -> None:
    """Say whether Sightline starts at login and whether it runs."""
    from assistant.control.service import status as service_status

    print(service_status())


def _add_command(command: Command) -> None:
    def give() -> None:
        _ask({"request": "command", "id": command.id})

    give.__doc__ = (
        f"{command.help['en']} (The running Sightline does it{f'; key {command.key}' if command.key else ''}.)"
    )
    app.command(command.id)(give)


for _command in COMMANDS:
    if _command.id != "pause":  # `sightline pause` is never a toggle: a script must know what it asks for
        _add_command(_command)


def _ask(request: dict[str, Any]) -> dict[str, Any]:
    return ask(runtime_folder() / "control.sock", request)


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False))
