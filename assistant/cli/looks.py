"""`sightline explain`, `scene` and `ask`: one look at a window or a picture, without the daemon."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from assistant.cli.options import ImageOption, JsonOption, LanguageOption, ProfileOption, WindowOption, print_json
from assistant.config import shipped


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
        print_json(printed)
    else:
        told = explain_once(subject, manner)
        failure = told.failure
        if as_json:
            print_json(told.as_json())
    if failure is not None:  # the facts stand
        print(failure, file=sys.stderr)


def scene(window: WindowOption = "active", image: ImageOption = None, as_json: JsonOption = False) -> None:
    """List every control in a window, or in a picture in a file.

    Each comes with its role, its name, its states and its keys; what is typed into a password field never does.

    Exit status: 0 listed; 2 wrong usage or settings; 3 no such window, or no picture in the file; 4 something needed
    is missing.
    """
    from assistant.once import Subject, scene_once

    looked, text = scene_once(Subject(window, image))
    if as_json:
        print_json(looked)
    else:
        print(text)


def ask(
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
        print_json(told.as_json())
    if told.failure is not None:
        raise told.failure
