"""`sightline ask`: one question about one window to the model, its answer checked by the guard before it is heard."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from assistant import explain
from assistant.config import Config, engine_socket, load_config, model_folder
from assistant.engine.process import EngineProcess, EngineSettings
from assistant.errors import ModelFailed, NothingToLookAt, SomethingMissing
from assistant.explain.clauses import Clause, clauses
from assistant.explain.guard import Guard, picture_stats, why_not_ask
from assistant.explain.knowledge import recognise
from assistant.explain.prompts import build_messages
from assistant.host.model_client import ModelClient
from assistant.host.model_question import Picture, Question, Turn
from assistant.host.png import png
from assistant.once import Seen, look_once
from assistant.scene_json import scene_to_json
from assistant.sentence import Sentence
from assistant.speak.choose import choose_voices
from assistant.speak.speech import Speech

ANSWER_TOKENS = 300
NO_MODEL = "No model has been chosen. To see which there are, run: sightline model list"


@dataclass
class _Heard:
    """The sentences that passed the guard, and how many did not."""

    sentences: list[Sentence] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


_NOT_ASKED = {
    "locked": "The screen is locked; no model is asked about it.",
    "covered": "The window cannot be seen; no model is asked about it.",
    "one-colour": "The window shows one colour and nothing else; no model is asked about it.",
    "empty": "The window is empty; no model is asked about it.",
}


def ask_once(
    question: str, window: str, *, profile: str = "", language: str = "", speak: bool = True, show: bool = True
) -> dict[str, Any]:
    """Ask the model about a window, print and speak its answer; return what `--json` prints."""
    config = load_config()
    if not config.engine.model:
        raise SomethingMissing(NO_MODEL)
    seen = asyncio.run(look_once(config, window, profile=profile, language=language, picture=True))
    if reason := why_not_ask(seen.scene, picture_stats(seen.scene.picture)):
        raise NothingToLookAt(_NOT_ASKED[reason])
    heard = asyncio.run(_ask(config, seen, question, speak=speak, show=show))
    sentences = [
        {"text": said.text, "origin": said.origin, "mentions": list(said.mentions)} for said in heard.sentences
    ]
    return {"scene": scene_to_json(seen.scene), "sentences": sentences, "guard": dict(heard.counts)}


async def _ask(config: Config, seen: Seen, question: str, *, speak: bool, show: bool) -> _Heard:
    heard = _Heard()
    async with AsyncExitStack() as stack:
        await _start_engine(config, stack)
        client = await stack.enter_async_context(ModelClient(config.engine, _announce))
        answer = _checked(client, seen, question, heard, show=show)
        if speak:
            speech = await stack.enter_async_context(Speech(choose_voices(config.speech), seen.profile))
            speech.say(answer)
            await speech.drained()
        else:
            async for _ in answer:
                pass
    return heard


async def _start_engine(config: Config, stack: AsyncExitStack) -> None:
    folder = model_folder(config.engine)
    if folder is None or config.engine.socket is not None:
        return  # somebody else's server
    settings = EngineSettings(folder, engine_socket(config.engine), idle_seconds=60.0 * config.engine.idle_minutes)
    process = await stack.enter_async_context(EngineProcess(settings))
    await stack.enter_async_context(process.using())


async def _checked(
    client: ModelClient, seen: Seen, question: str, heard: _Heard, *, show: bool
) -> AsyncIterator[Sentence]:
    """Yield what passes the guard, as it comes; a model that fails is said to have."""
    guard = Guard(seen.scene, seen.profile, seen.language, recognise(seen.scene))
    try:
        async with client.ask(_question(seen, question)) as answer:
            async for text in _sentences(clauses(answer)):
                sentence = guard.check(text).sentence
                if sentence is not None:
                    heard.sentences.append(sentence)
                    if show:
                        print(sentence.text, flush=True)
                    yield sentence
                if guard.has_run_away:
                    break
    except ModelFailed as error:
        print(error, file=sys.stderr)
        yield explain.message(error.heard, seen.language)
    heard.counts = guard.counts


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


def _question(seen: Seen, question: str) -> Question:
    messages = build_messages(seen.scene, seen.profile, seen.language, question)
    picture = seen.scene.picture
    pictures = (Picture(png(picture.width, picture.height, picture.rgb)),) if picture else ()
    turns = (Turn("system", (messages.rules,)), Turn("user", (*pictures, messages.facts, messages.request)))
    return Question(turns, tokens=ANSWER_TOKENS)


def _announce(host: str) -> None:
    print(f"Pictures go to {host}.", file=sys.stderr)
