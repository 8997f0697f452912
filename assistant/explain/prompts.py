"""What a model is asked: rules · picture · numbered facts · style and language · question, in this order.

Everything up to the facts is the same, byte for byte, for every style, language and question about one window, so
that a model that keeps what it has read only has to read the end anew. Wording is in `prompts/`; a person's own
files come first, and where one of them is broken the shipped one serves and the mistake is told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from assistant.config import config_folder, shipped
from assistant.errors import WrongSettings
from assistant.explain.harmless import harmless
from assistant.explain.prompt_facts import facts_list
from assistant.profile import Profile
from assistant.scene import Scene

if TYPE_CHECKING:
    from jinja2 import Template

Kind = Literal["explain", "more", "follow-up", "control", "icon", "structure"]
Part = dict[str, Any]
"""A message or a part of one, as OpenAI's chat completions have them."""

QUESTION_CHARACTERS = 1_000
ANSWER_CHARACTERS = 2_000
REQUEST_CHARACTERS = 8_000
"""A template that writes more is refused: it would push the facts out of a small model's sight."""
FALLBACK_LANGUAGE = "en"
SENTENCES: Mapping[str, int] = {"technician": 5, "plain-language": 4, "child": 3}


@dataclass(frozen=True, slots=True)
class Turn:
    """A question about this window that was answered before. An empty question asked for an explanation."""

    question: str
    answer: str

    def __repr__(self) -> str:
        return f"Turn({len(self.question)}, {len(self.answer)} characters)"


@dataclass(frozen=True, slots=True)
class Messages:
    """One request to a model, its prefix apart from the rest."""

    rules: str
    facts: str
    request: str
    """Style, language and question."""
    turns: tuple[Turn, ...] = ()
    first_request: str = ""
    """With earlier turns, the request that the first of them answered."""
    problems: tuple[WrongSettings, ...] = ()
    """The person's own templates that could not be used; others served."""

    def __repr__(self) -> str:
        return f"Messages(facts={len(self.facts)}, request={len(self.request)} characters, turns={len(self.turns)})"

    def prefix(self, pictures: Sequence[str] = ()) -> list[Part]:
        """Return the messages up to the facts, with these pictures (data URIs): the same for every question."""
        return [
            {"role": "system", "content": self.rules},
            {"role": "user", "content": [*map(_picture, pictures), _text(self.facts)]},
        ]

    def chat(self, pictures: Sequence[str] = ()) -> list[Part]:
        """Return all messages: the prefix, with the request as one more part of its last one, or after the turns."""
        messages = self.prefix(pictures)
        messages[-1]["content"].append(_text(self.first_request if self.turns else self.request))
        for number, turn in enumerate(self.turns):
            if number:
                messages.append({"role": "user", "content": [_text(turn.question)]})
            messages.append({"role": "assistant", "content": turn.answer})
        if self.turns:
            messages.append({"role": "user", "content": [_text(self.request)]})
        return messages


@dataclass(frozen=True, slots=True)
class Templates:
    """Where prompt templates are: the person's own folder first."""

    folders: tuple[Path, ...] = field(default_factory=lambda: (config_folder() / "prompts", shipped("prompts")))

    def render(self, names: Sequence[str], values: Mapping[str, object]) -> tuple[str, list[WrongSettings]]:
        """Return the text of the first of these templates that can be used, and what was wrong with others."""
        problems: list[WrongSettings] = []
        for file in self._files(names):
            try:
                return _render(file, values), problems
            except WrongSettings as problem:
                problems.append(problem)
        if problems:
            raise problems[0]
        raise WrongSettings(f"there is no prompt template “{names[0]}” in {', '.join(map(str, self.folders))}.")

    def _files(self, names: Sequence[str]) -> list[Path]:
        safe = [name for name in names if Path(name).name == name]
        return [file for name in safe for folder in self.folders if (file := folder / f"{name}.j2").is_file()]


def build_messages(
    scene: Scene,
    profile: Profile,
    language: str,
    question: str | None = None,
    *,
    kind: Kind | None = None,
    control: int | None = None,
    turns: Sequence[Turn] = (),
    templates: Templates | None = None,
) -> Messages:
    """Return what to ask a model about a scene.

    Without a kind, a question makes it a follow-up. `control` is the element that "control" and "icon" are about,
    the focused one if none is given. Raises WrongSettings only if no template at all can be used.
    """
    templates = templates or Templates()
    kind = kind or ("follow-up" if question else "explain")
    values: dict[str, object] = {
        "question": harmless(question or "", QUESTION_CHARACTERS).replace('"', "'"),
        "focus": scene.focus,
        "control": control or scene.focus or 1,
        "sentences": SENTENCES[profile.style],
        "language": language,
        "style": profile.style,
    }
    rules, problems = templates.render(["rules"], {})
    style, wrong = templates.render(_style_names(profile, language), values)
    asked, wrong_too = templates.render(_names(kind, language), values)
    told = tuple(Turn(harmless(t.question, QUESTION_CHARACTERS), harmless(t.answer, ANSWER_CHARACTERS)) for t in turns)
    first, wrong_first = _first_request(templates, style, told, values, language)
    return Messages(
        rules=rules,
        facts=facts_list(scene),
        request=asked if told else f"{style}\n\n{asked}",
        turns=told,
        first_request=first,
        problems=tuple(_once([*problems, *wrong, *wrong_too, *wrong_first])),
    )


def _first_request(
    templates: Templates, style: str, turns: Sequence[Turn], values: Mapping[str, object], language: str
) -> tuple[str, list[WrongSettings]]:
    if not turns:
        return "", []
    question = turns[0].question.replace('"', "'")
    kind = "follow-up" if question else "explain"
    asked, problems = templates.render(_names(kind, language), {**values, "question": question})
    return f"{style}\n\n{asked}", problems


def _style_names(profile: Profile, language: str) -> list[str]:
    own = [*_names(profile.template, language), profile.template] if profile.template else []
    return [*own, *_names(profile.style, language)]


def _names(name: str, language: str) -> list[str]:
    return list(dict.fromkeys((f"{name}.{language}", f"{name}.{FALLBACK_LANGUAGE}")))


def _once(problems: Sequence[WrongSettings]) -> list[WrongSettings]:
    return list({str(problem): problem for problem in problems}.values())


def _text(text: str) -> Part:
    return {"type": "text", "text": text}


def _picture(uri: str) -> Part:
    return {"type": "image_url", "image_url": {"url": uri}}


# ---- templates ------------------------------------------------------------------------------------------------


def _render(file: Path, values: Mapping[str, object]) -> str:
    """Return a template's text; WrongSettings with its line for one that is broken."""
    try:
        state = file.stat()
        text = _template(file, state.st_mtime_ns, state.st_size).render(values).strip()
    except OSError as error:
        raise WrongSettings(f"this file cannot be read ({type(error).__name__}).", file=file) from error
    except WrongSettings:
        raise
    except Exception as error:  # noqa: BLE001 - a person's template may fail in any way
        problem = f"this template cannot be used: {_words_of(error)}."
        raise WrongSettings(problem, file=file, line=_line_of(error)) from None
    if not text or len(text) > REQUEST_CHARACTERS:
        problem = (
            "this template is empty."
            if not text
            else f"this template writes more than {REQUEST_CHARACTERS} characters."
        )
        raise WrongSettings(problem, file=file)
    return text


@cache
def _template(file: Path, changed_ns: int, size: int) -> Template:  # noqa: ARG001 - a changed file is another one
    from jinja2 import StrictUndefined, TemplateSyntaxError  # noqa: PLC0415 - never on the daemon's way to its start
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    try:
        return environment.from_string(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise WrongSettings("this file is no UTF-8 text.", file=file) from error
    except TemplateSyntaxError as error:
        raise WrongSettings(_words_of(error) + ".", file=file, line=error.lineno) from None


def _words_of(error: BaseException) -> str:
    """Return what jinja2 says of a mistake, which names the person's own variables alone."""
    known = type(error).__module__.startswith("jinja2")
    return re.sub(r"\.$", "", str(error)) if known else type(error).__name__


def _line_of(error: BaseException) -> int | None:
    """Return the template's line: jinja2 puts it into the traceback."""
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
