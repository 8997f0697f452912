"""Our own engine reads a window before anybody asks, and what it read is what the question begins with."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from assistant.host.virtual_desktop import VirtualDesktop
from harness import WAIT_SECONDS
from harness.daemon import daemon_in, sightline
from harness.scripted_model import Talk, scripted_model
from harness.windows import Windows

pytest.importorskip("openai", reason="needs sightline[vlm]")

DELETE = ("--question", "--title", "Delete file?", "--text", "Do you want to delete report.odt for good?")
LAST_FACT = "deletes nothing"
LOAD_SECONDS = 90.0  # torch and a tiny model, on a machine that does much else
OPINION = "It looks like a letter."


class Engine:
    """Our own engine, as far as it is seen from outside."""

    def __init__(self) -> None:
        self.has_read = asyncio.Event()

    async def __call__(self, talk: Talk) -> None:
        await talk.begin()
        if talk.asked.body["max_tokens"]:
            await talk.say(OPINION)
            await talk.finish()
        else:
            await talk.finish("length")
            self.has_read.set()


def beginning(body: Any) -> Any:
    """Return rules, picture and facts of a request."""
    rules, question, *_ = body["messages"]
    return rules, question["content"][:-1]


async def test_what_was_read_ahead_is_what_the_question_begins_with(
    desktop: VirtualDesktop, windows: Windows, tmp_path: Path
) -> None:
    socket, engine = tmp_path / "engine.sock", Engine()
    settings = f"engine: {json.dumps({'model': 'screen', 'socket': str(socket)})}\n"
    async with scripted_model(engine, socket=socket) as server, daemon_in(desktop, settings) as daemon:
        window = await windows.zenity(*DELETE)
        await window.drawn()
        await daemon.says(LAST_FACT)
        async with asyncio.timeout(WAIT_SECONDS):
            await engine.has_read.wait()
        await daemon.command("window")
        await daemon.says(OPINION)

    ahead, question = (asked.body for asked in server.asked)
    assert ahead["max_tokens"] == 0 < question["max_tokens"]
    assert ahead["prompt_cache_key"] == question["prompt_cache_key"]
    assert beginning(ahead) == beginning(question)
    assert len(question["messages"][1]["content"][0]["image_url"]["focus"]) == 4


async def test_a_server_of_somebody_else_is_not_asked_to_read_ahead(desktop: VirtualDesktop, windows: Windows) -> None:
    async with (
        scripted_model(Engine()) as server,
        daemon_in(desktop, f"engine: {{url: '{server.url}', model: screen}}\n") as daemon,
    ):
        await windows.zenity(*DELETE)
        await daemon.says(LAST_FACT)
        await daemon.command("window")
        await daemon.says(OPINION)

    (question,) = (asked.body for asked in server.asked)
    assert question["max_tokens"] > 0
    assert "prompt_cache_key" not in question
    assert "focus" not in question["messages"][1]["content"][0]["image_url"]


async def test_our_own_engine_is_started_by_a_question_and_reads_the_next_window_ahead(
    desktop: VirtualDesktop, windows: Windows, tmp_path: Path
) -> None:
    tiny_models = pytest.importorskip("harness.tiny_models", reason="needs sightline[vlm]")
    model = tiny_models.build("glm46v", tmp_path / "tiny")
    (Path(desktop.environment["XDG_CONFIG_HOME"]) / "sightline" / "settings.yaml").unlink(missing_ok=True)
    assert (await sightline(desktop, "model", "use", str(model))).status == 0
    async with daemon_in(desktop, f"engine: {json.dumps({'model': str(model)})}\n") as daemon:
        first = await windows.zenity(*DELETE)
        await daemon.says(LAST_FACT)
        await daemon.command("window")
        await daemon.says(LAST_FACT)
        await daemon.logs("model: answered", seconds=LOAD_SECONDS)
        await first.close()
        await windows.zenity(*DELETE)
        await daemon.says(LAST_FACT)
        await daemon.logs("model: read ahead")

    assert not any("model" in said.casefold() for said in daemon.said), "random words are dropped, no failure is told"
    assert not any("assistant.engine" in command for command in map(command_of, desktop.processes))


def command_of(pid: int) -> str:
    """Return a process's command line, "" if it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")
    except OSError:
        return ""
