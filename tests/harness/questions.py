"""Questions to a model, and plays for `ScriptedModel`, that several tests share."""

from __future__ import annotations

from collections.abc import Callable

from assistant.config import EngineConfig, ServerUrl
from assistant.host.model_client import ModelClient, Patience
from assistant.host.model_question import Picture, Question, Turn
from harness.scripted_model import Play, Talk, scripted_model

MARKER = "xyzzy-marker"
QUESTION = Question((Turn("system", ("Be brief.",)), Turn("user", (Picture(b"png bytes"), "1 button OK", MARKER))))


def at(url: str, **settings: object) -> EngineConfig:
    return EngineConfig(url=ServerUrl.of(url), model="screen", **settings)  # type: ignore[arg-type]  # a test's own


async def answer_of(client: ModelClient, question: Question = QUESTION) -> str:
    async with client.ask(question) as answer:
        return "".join([text async for text in answer])


async def listen_to(client: ModelClient, heard: Callable[[str], None]) -> None:
    async with client.ask(QUESTION) as answer:
        async for text in answer:
            heard(text)


async def ask(play: Play, *, patience: Patience | None = None) -> str:
    """Return the answer of a scripted server to the one question."""
    async with scripted_model(play) as server, ModelClient(at(server.url), print, patience) as client:
        return await answer_of(client)


async def say_hello(talk: Talk) -> None:
    await talk.begin()
    await talk.event({"choices": [{"delta": {"role": "assistant", "content": ""}}]})
    await talk.say("Save ", "keeps it.")
    await talk.finish()
