"""What a model is asked about a window, and what of its answer may be heard: one way for the daemon, `explain`, `ask`.

question = await question_about(seen, "What does this chart show?")
async for sentence in checked(client, question, seen, answered := Answered()):
    ...
"""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant import explain
from assistant.config import EngineConfig, activated_socket, engine_socket, model_folder
from assistant.engine.devices import Wish
from assistant.engine.process import EngineProcess, EngineSettings
from assistant.errors import ModelFailed, SightlineError
from assistant.explain.claims import adds_nothing
from assistant.explain.clauses import Clause, clauses
from assistant.explain.guard import Guard, NotAsked, Verdict, picture_stats, why_not_ask
from assistant.explain.knowledge import recognise
from assistant.explain.prompt_facts import listed
from assistant.explain.prompts import Kind, Messages, Turn, build_messages
from assistant.host import model_question
from assistant.host.model_client import ModelClient
from assistant.host.model_question import Picture, Question
from assistant.host.png import png
from assistant.profile import Profile
from assistant.scene import Scene
from assistant.sentence import Sentence

ANSWER_TOKENS = 300
DOCTOR = "sightline doctor"

Detail = Literal["low", "auto", "high"]
"""How finely a model looks at a picture, in OpenAI's terms."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A window, and how the person wants to be told of it."""

    scene: Scene
    profile: Profile
    language: str

    @property
    def not_asked(self) -> NotAsked | None:
        """Why no model is asked about it; None if one may be. A millisecond for a picture of one colour."""
        return why_not_ask(self.scene, picture_stats(self.scene.picture))


@dataclass
class Answered:
    """How an answer went; it grows while the answer comes."""

    sentences: list[Sentence] = field(default_factory=list)
    """Those that passed the guard."""
    counts: Counter[str] = field(default_factory=Counter)
    """The guard's: how often which reason."""
    verdicts: list[Verdict] = field(default_factory=list)
    """What became of each of the model's sentences, in order; not a word of those that were dropped."""
    failure: SightlineError | None = None
    """Why it is not whole. Its message says what to do; the person has been told in one sentence."""

    @property
    def text(self) -> str:
        """What was heard, as the model's next turn has it."""
        return " ".join(sentence.text for sentence in self.sentences)


async def question_about(
    seen: Seen,
    asked: str = "",
    *,
    kind: Kind | None = None,
    turns: Sequence[Turn] = (),
    tokens: int = ANSWER_TOKENS,
    picture: Picture | None = None,
    window: str = "",
) -> Question:
    """Return a question to a model: the person's own, or, with "", what the window means.

    `picture` goes in place of the scene's own, where that was made before; `window` is the name under which our own
    engine keeps what it reads. WrongSettings if no template can be used.
    """
    picture = picture or await picture_of(seen.scene)
    messages = await asyncio.to_thread(  # the first time, templates are read and their library is loaded
        build_messages, seen.scene, seen.profile, seen.language, asked or None, kind=kind, turns=turns
    )
    references = tuple(element.id for element in listed(seen.scene))
    return Question(_turns(messages, picture), tokens=tokens, window=window, references=references)


async def picture_of(scene: Scene, detail: Detail = "auto") -> Picture | None:
    """Return a scene's picture as a model gets it, made in a thread: that takes tens of milliseconds."""
    taken = scene.picture
    if taken is None:
        return None
    data = await asyncio.to_thread(png, taken.width, taken.height, taken.rgb)
    return Picture(data, detail=detail, focus=_focus_in(scene))


def _focus_in(scene: Scene) -> tuple[int, int, int, int] | None:
    """Return where the focused control is in the picture, cut at its edges; None if it is not in it."""
    box, taken = scene.focused.box if scene.focused else None, scene.picture
    if box is None or taken is None:
        return None
    left, top = max(box.x, 0), max(box.y, 0)
    width, height = min(box.right, taken.width) - left, min(box.bottom, taken.height) - top
    return (left, top, width, height) if width > 0 and height > 0 else None


def _turns(messages: Messages, picture: Picture | None) -> tuple[model_question.Turn, ...]:
    pictures = (picture,) if picture else ()
    first = messages.first_request if messages.turns else messages.request
    said = [
        model_question.Turn("system", (messages.rules,)),
        model_question.Turn("user", (*pictures, messages.facts, first)),
    ]
    for number, turn in enumerate(messages.turns):
        if number:
            said.append(model_question.Turn("user", (turn.question or first,)))
        said.append(model_question.Turn("assistant", (turn.answer,)))
    if messages.turns:
        said.append(model_question.Turn("user", (messages.request,)))
    return tuple(said)


async def checked(
    client: ModelClient, question: Question, seen: Seen, answered: Answered, *, said: Iterable[str] = ()
) -> AsyncGenerator[Sentence, None]:
    """Yield what passes the guard, as it comes; a model that fails is said to have, in one sentence.

    `said` is what the person has heard of this window already: what adds nothing to it is left out. Closing this, or
    being cancelled, ends the model's work.
    """
    guard, said = Guard(seen.scene, seen.profile, seen.language, recognise(seen.scene)), tuple(said)
    answered.counts = guard.counts
    try:
        async with client.ask(question) as answer:
            async for text in _sentences(clauses(answer)):
                verdict = guard.check(text)
                answered.verdicts.append(verdict)
                sentence = verdict.sentence
                if sentence is not None and adds_nothing(sentence.text, said):
                    answered.counts["dropped:said"] += 1
                elif sentence is not None:
                    answered.sentences.append(sentence)
                    yield sentence
                if guard.has_run_away:
                    break
    except SightlineError as error:
        answered.failure = error
        yield failure(error, seen.language)


def failure(error: SightlineError, language: str) -> Sentence:
    """Return the one sentence about a model that gave no answer, or only a part of one."""
    key = error.heard if isinstance(error, ModelFailed) else "model_failed"
    return explain.message(key, language, command=DOCTOR)


def not_asked(reason: NotAsked, language: str) -> Sentence:
    """Return the sentence that says why no model is asked about a window."""
    return explain.message(f"model_not_asked_{reason.replace('-', '_')}", language)


def own_engine(engine: EngineConfig) -> EngineProcess | None:
    """Return the process of our own engine, not started; None where another is asked, or systemd starts ours."""
    folder = model_folder(engine)
    if folder is None or engine.socket is not None or activated_socket().is_socket():
        return None
    idle_seconds = 60.0 * engine.idle_minutes or math.inf
    return EngineProcess(EngineSettings(folder, engine_socket(engine), Wish.of(engine), idle_seconds=idle_seconds))


async def _sentences(parts: AsyncIterator[Clause]) -> AsyncIterator[str]:
    """Join clauses to whole sentences: the guard judges no less."""
    begun: list[str] = []
    async for part in parts:
        begun.append(part.text)
        if part.ends_sentence:
            yield _joined(begun)
            begun = []
    if begun:
        yield _joined(begun)


def _joined(parts: list[str]) -> str:
    """Join clauses as their language does: those in Latin script with a space."""
    return "".join(f"{part.strip()} " if part.strip()[-1:].isascii() else part for part in parts).strip()
