"""`sightline explain` and `sightline ask`: facts at once, then what the model says, checked before it is heard."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from assistant import explain
from assistant.answers import Answered, Seen, checked, failure, not_asked, question_about
from assistant.config import Config, engine_socket, load_config, model_folder
from assistant.engine.devices import Wish
from assistant.engine.process import EngineProcess, EngineSettings
from assistant.errors import NothingToLookAt, SightlineError, SomethingMissing
from assistant.explain.guard import NotAsked
from assistant.explain.structure import Structure, answer_schema, plain, structure_of, with_answer
from assistant.host.asking import is_answering
from assistant.host.model_client import ModelClient
from assistant.once import Subject, look_once, nothing_reads
from assistant.scene_json import scene_to_json
from assistant.sentence import Sentence
from assistant.speak.choose import choose_voices
from assistant.speak.speech import Speech

NO_MODEL = "No model has been chosen. To see which there are, run: sightline model list"
STRUCTURE_TOKENS = (80, 40, 2_000)
"""Of a structured answer: for the window, for each control, and at most."""

Tell = Callable[[Sentence], None]
"""Has a sentence printed and spoken."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How the command line was told to explain."""

    profile: str = ""
    language: str = ""
    detail: int = 0
    uses_model: bool = True
    speaks: bool = True
    prints: bool = True


@dataclass
class Told:
    """What was seen, what was said of it and by whom, and how long each took in milliseconds."""

    seen: Seen
    sentences: list[Sentence] = field(default_factory=list)
    answered: Answered | None = None
    """None: no model was asked."""
    why_not: NotAsked | None = None
    timing_ms: dict[str, float] = field(default_factory=dict)

    @property
    def failure(self) -> SightlineError | None:
        """Why the model's part is not whole."""
        return self.answered.failure if self.answered else None

    def as_json(self) -> dict[str, Any]:
        """Return the object that `--json` prints."""
        return {
            "scene": scene_to_json(self.seen.scene),
            "sentences": [_sentence(said) for said in self.sentences],
            "model": self._model(),
            "timing_ms": {name: round(value, 1) for name, value in self.timing_ms.items()},
        }

    def _model(self) -> dict[str, Any]:
        return _model_json(self.answered, self.why_not)


def explain_once(subject: Subject, manner: Manner) -> Told:
    """Look at a window or a picture, print and speak what it means; return what was said."""
    return asyncio.run(_explain(load_config(), subject, manner))


def ask_once(question: str, subject: Subject, manner: Manner) -> Told:
    """Ask the model about a window or a picture, print and speak its answer; return what was said."""
    return asyncio.run(_ask(load_config(), question, subject, manner))


def structure_once(subject: Subject, manner: Manner) -> tuple[dict[str, Any], SightlineError | None]:
    """Look at a window or a picture; return what can be done in it as JSON, and how the model failed if it did."""
    return asyncio.run(_structure(load_config(), subject, manner))


# ---- explain and ask -----------------------------------------------------------------------------------------------


async def _explain(config: Config, subject: Subject, manner: Manner) -> Told:
    started = time.perf_counter()
    asks = manner.uses_model and bool(config.engine.model)
    told = await _look(config, subject, manner, picture=asks)
    scene, looked = told.seen.scene, time.perf_counter()
    facts = _facts(told.seen, subject, manner, is_asked=asks)
    told.timing_ms |= {"tree": 0.0, "capture": 0.0, "ocr": 0.0} | scene.timing_ms
    told.timing_ms["explain"] = _ms_since(looked)
    async with _telling(config, told, manner) as tell:
        for sentence in facts:
            tell(sentence)
        if asks:
            await _add_answer(config, told, "", tell)
    told.timing_ms["total"] = _ms_since(started)
    return told


async def _ask(config: Config, question: str, subject: Subject, manner: Manner) -> Told:
    if not config.engine.model:
        raise SomethingMissing(NO_MODEL)
    started = time.perf_counter()
    told = await _look(config, subject, manner, picture=True)
    if reason := told.seen.not_asked:
        raise NothingToLookAt(not_asked(reason, told.seen.language).text)
    told.timing_ms |= told.seen.scene.timing_ms
    async with _telling(config, told, manner) as tell:
        await _add_answer(config, told, question, tell)
    told.timing_ms["total"] = _ms_since(started)
    return told


async def _look(config: Config, subject: Subject, manner: Manner, *, picture: bool) -> Told:
    return Told(await look_once(config, subject, profile=manner.profile, language=manner.language, picture=picture))


def _facts(seen: Seen, subject: Subject, manner: Manner, *, is_asked: bool) -> Sequence[Sentence]:
    """Return what the facts say; of a picture that has none, nothing, if the model may have something to say."""
    if subject.image is not None and not seen.scene.elements:
        if not is_asked:
            raise nothing_reads()
        if reason := seen.not_asked:
            raise NothingToLookAt(not_asked(reason, seen.language).text)
        return ()
    return explain.explain_window(seen.scene, seen.profile, seen.language, manner.detail)


async def _add_answer(config: Config, told: Told, question: str, tell: Tell) -> None:
    """Tell what the model says of it, as it comes; what the facts said is not said again."""
    told.why_not = told.seen.not_asked
    if told.why_not:
        return
    told.answered = answered = Answered()
    said = [sentence.text for sentence in told.sentences]
    begun = time.perf_counter()
    try:
        async with _model(config) as client:
            asked = await question_about(told.seen, question)
            async for sentence in checked(client, asked, told.seen, answered, said=said):
                told.timing_ms.setdefault("model_first", _ms_since(begun))
                tell(sentence)
    except SightlineError as error:  # the engine could not be started; the facts stand
        answered.failure = error
        tell(failure(error, told.seen.language))
    told.timing_ms["model"] = _ms_since(begun)


@asynccontextmanager
async def _telling(config: Config, told: Told, manner: Manner) -> AsyncIterator[Tell]:
    """Print and speak what is told within the block, while more of it comes; left when all has been heard."""
    waiting: asyncio.Queue[Sentence | None] = asyncio.Queue()

    def tell(sentence: Sentence) -> None:
        waiting.put_nowait(sentence)
        if sentence.origin == "sightline":
            return  # about ourselves: spoken; standard error has the details
        told.sentences.append(sentence)
        if manner.prints:
            print(sentence.text, flush=True)

    async with AsyncExitStack() as stack:
        speech: Speech | None = None
        if manner.speaks:
            speech = await stack.enter_async_context(Speech(choose_voices(config.speech), told.seen.profile))
            speech.say(_until_none(waiting))
        yield tell
        waiting.put_nowait(None)
        if speech:
            await speech.drained()


async def _until_none(waiting: asyncio.Queue[Sentence | None]) -> AsyncIterator[Sentence]:
    while (sentence := await waiting.get()) is not None:
        yield sentence


# ---- structure -----------------------------------------------------------------------------------------------------


async def _structure(config: Config, subject: Subject, manner: Manner) -> tuple[dict[str, Any], SightlineError | None]:
    asks = manner.uses_model and bool(config.engine.model)
    seen = (await _look(config, subject, manner, picture=asks)).seen
    if subject.image is not None and not seen.scene.elements and not asks:
        raise nothing_reads()
    structure = structure_of(seen.scene, seen.profile, seen.language)
    why_not = seen.not_asked if asks else None
    answered = Answered() if asks and not why_not else None
    if answered is not None:
        structure = await _filled(config, seen, structure, answered)
    return {**structure.as_json(), "model": _model_json(answered, why_not)}, answered.failure if answered else None


async def _filled(config: Config, seen: Seen, structure: Structure, answered: Answered) -> Structure:
    """Return the structure with what the model adds; a model that fails adds nothing."""
    first, each, most = STRUCTURE_TOKENS
    tokens = min(most, first + each * len(structure.actions))
    asking = replace(seen, profile=plain(seen.profile))
    text = ""
    try:
        async with _model(config) as client:
            question = await question_about(asking, kind="structure", tokens=tokens)
            async with client.ask(replace(question, schema=answer_schema(seen.scene))) as answer:
                async for piece in answer:
                    text += piece
    except SightlineError as error:
        answered.failure = error
    if not text:
        return structure
    filled = with_answer(structure, text, seen.scene, seen.profile)
    answered.counts, answered.verdicts = filled.counts, filled.verdicts
    return filled.structure


# ---- the model -----------------------------------------------------------------------------------------------------


@asynccontextmanager
async def _model(config: Config) -> AsyncIterator[ModelClient]:
    """Lend the way to the model; our own engine, if it does not run, is started, and ended afterwards."""
    async with AsyncExitStack() as stack:
        folder = model_folder(config.engine)
        if folder is not None and config.engine.socket is None and not is_answering(engine_socket(config.engine)):
            idle = 60.0 * config.engine.idle_minutes
            settings = EngineSettings(folder, engine_socket(config.engine), Wish.of(config.engine), idle_seconds=idle)
            process = await stack.enter_async_context(EngineProcess(settings))
            await stack.enter_async_context(process.using())
        yield await stack.enter_async_context(ModelClient(config.engine, _announce))


def _announce(host: str) -> None:
    print(f"Pictures go to {host}.", file=sys.stderr)


def _model_json(answered: Answered | None, why_not: NotAsked | None) -> dict[str, Any]:
    """Return what `--json` tells of the model: whether it was asked, how it failed, and what the guard made of it."""
    if answered is None:
        return {"asked": False, "why_not": why_not, "failure": None, "counts": {}, "verdicts": []}
    return {
        "asked": True,
        "why_not": None,
        "failure": str(answered.failure) if answered.failure else None,
        "counts": dict(answered.counts),
        "verdicts": [verdict.as_json() for verdict in answered.verdicts],
    }


def _sentence(said: Sentence) -> dict[str, Any]:
    return {"text": said.text, "language": said.language, "origin": said.origin, "mentions": list(said.mentions)}


def _ms_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
