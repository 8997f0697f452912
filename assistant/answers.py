"""What a model is asked about a window, and what of its answer may be heard: one way for the daemon, `explain`, `ask`.

question = await question_about(seen, "What does this chart show?")
async for sentence in checked(client, question, seen, answered := Answered()):
    ...
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field

from assistant import explain
from assistant.errors import ModelFailed, SightlineError
from assistant.explain.clauses import Clause, clauses
from assistant.explain.guard import Guard, NotAsked, Verdict, picture_stats, why_not_ask
from assistant.explain.knowledge import recognise
from assistant.explain.prompts import Kind, Turn, build_messages
from assistant.host import model_question
from assistant.host.model_client import ModelClient
from assistant.host.model_question import Picture, Question
from assistant.host.png import png
from assistant.profile import Profile
from assistant.scene import Scene
from assistant.sentence import Sentence

ANSWER_TOKENS = 300
DOCTOR = "sightline doctor"


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
    seen: Seen, asked: str = "", *, kind: Kind | None = None, turns: Sequence[Turn] = (), tokens: int = ANSWER_TOKENS
) -> Question:
    """Return a question to a model: the person's own, or, with "", what the window means.

    Its pictures are made in a thread: that takes tens of milliseconds. WrongSettings if no template can be used.
    """
    return await asyncio.to_thread(_question, seen, asked, kind, turns, tokens)


def _question(seen: Seen, asked: str, kind: Kind | None, turns: Sequence[Turn], tokens: int) -> Question:
    messages = build_messages(seen.scene, seen.profile, seen.language, asked or None, kind=kind, turns=turns)
    picture = seen.scene.picture
    pictures = (Picture(png(picture.width, picture.height, picture.rgb)),) if picture else ()
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
    return Question(tuple(said), tokens=tokens)


async def checked(
    client: ModelClient, question: Question, seen: Seen, answered: Answered, *, said: Iterable[str] = ()
) -> AsyncIterator[Sentence]:
    """Yield what passes the guard, as it comes; a model that fails is said to have, in one sentence.

    `said` is what the person has heard of this window already: it is not said again. Closing this, or being
    cancelled, ends the model's work.
    """
    guard = Guard(seen.scene, seen.profile, seen.language, recognise(seen.scene), said=said)
    answered.counts = guard.counts
    try:
        async with client.ask(question) as answer:
            async for text in _sentences(clauses(answer)):
                verdict = guard.check(text)
                answered.verdicts.append(verdict)
                if (sentence := verdict.sentence) is not None:
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
