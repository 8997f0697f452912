"""`sightline ask`: one question about one window to the model, its answer checked by the guard before it is heard."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

from assistant.answers import Answered, Seen, checked, not_asked, own_engine, question_about
from assistant.config import Config, load_config
from assistant.errors import NothingToLookAt, SomethingMissing
from assistant.host.model_client import ModelClient
from assistant.once import look_once
from assistant.scene_json import scene_to_json
from assistant.sentence import Sentence
from assistant.speak.choose import choose_voices
from assistant.speak.speech import Speech

NO_MODEL = "No model has been chosen. To see which there are, run: sightline model list"


def ask_once(
    question: str, window: str, *, profile: str = "", language: str = "", speak: bool = True, show: bool = True
) -> dict[str, Any]:
    """Ask the model about a window, print and speak its answer; return what `--json` prints."""
    config = load_config()
    if not config.engine.model:
        raise SomethingMissing(NO_MODEL)
    seen = asyncio.run(look_once(config, window, profile=profile, language=language, picture=True))
    if reason := seen.not_asked:
        raise NothingToLookAt(not_asked(reason, seen.language).text)
    answered = asyncio.run(_ask(config, seen, question, speak=speak, show=show))
    if answered.failure is not None:
        print(answered.failure, file=sys.stderr)
    sentences = [
        {"text": said.text, "origin": said.origin, "mentions": list(said.mentions)} for said in answered.sentences
    ]
    return {"scene": scene_to_json(seen.scene), "sentences": sentences, "guard": dict(answered.counts)}


async def _ask(config: Config, seen: Seen, question: str, *, speak: bool, show: bool) -> Answered:
    answered = Answered()
    async with AsyncExitStack() as stack:
        await _start_engine(config, stack)
        client = await stack.enter_async_context(ModelClient(config.engine, _announce))
        answer = _printed(checked(client, await question_about(seen, question), seen, answered), show=show)
        if speak:
            speech = await stack.enter_async_context(Speech(choose_voices(config.speech), seen.profile))
            speech.say(answer)
            await speech.drained()
        else:
            async for _ in answer:
                pass
    return answered


async def _printed(answer: AsyncIterator[Sentence], *, show: bool) -> AsyncIterator[Sentence]:
    async for sentence in answer:
        if show and sentence.origin != "sightline":  # what is ours is told on stderr
            print(sentence.text, flush=True)
        yield sentence


async def _start_engine(config: Config, stack: AsyncExitStack) -> None:
    if (engine := own_engine(config.engine)) is not None:
        await stack.enter_async_context(engine)
        await stack.enter_async_context(engine.using())


def _announce(host: str) -> None:
    print(f"Pictures go to {host}.", file=sys.stderr)
