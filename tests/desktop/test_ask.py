"""`sightline ask` about real windows: what the model says is checked against the window before it is heard."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.host.virtual_desktop import VirtualDesktop
from harness.daemon import sightline
from harness.scripted_model import Talk, scripted_model
from harness.windows import Windows

pytest.importorskip("openai", reason="needs sightline[vlm]")

MODEL_SECONDS = 100.0
"""For one that is loaded first: torch alone takes many seconds on a busy machine."""
QUESTION = ("--question", "--title", "Delete file?", "--text", "Do you want to delete report.odt for good?")


def settings(desktop: VirtualDesktop, text: str) -> None:
    """Write the settings of this desktop's person."""
    file = Path(desktop.environment["XDG_CONFIG_HOME"]) / "sightline" / "settings.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def command_of(pid: int) -> str:
    """Return a process's command line, "" if it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")
    except OSError:
        return ""


async def says_too_much(talk: Talk) -> None:
    """A model that tells something true, and then of a control that is not there."""
    await talk.begin()
    await talk.say("The window asks about report.odt. ", "Press the Burn button to burn it. ", "Nothing is sent.")
    await talk.finish()


async def dies(talk: Talk) -> None:
    await talk.begin()
    talk.die()


async def test_an_invented_control_is_never_printed(desktop: VirtualDesktop, windows: Windows) -> None:
    await windows.zenity(*QUESTION)
    async with scripted_model(says_too_much) as server:
        settings(desktop, f"engine: {{url: '{server.url}', model: screen}}\n")
        outcome = await sightline(desktop, "ask", "What is this?", "--silent", "--json")

    answered = json.loads(outcome.out)
    said = " ".join(sentence["text"] for sentence in answered["sentences"])
    assert "report.odt" in said
    assert "Burn" not in said
    assert sum(answered["model"]["counts"].values()) > answered["model"]["counts"].get("passed", 0)
    assert [verdict["spoken"] for verdict in answered["model"]["verdicts"]].count(False) == 1


async def test_the_model_gets_the_windows_picture_and_its_facts(desktop: VirtualDesktop, windows: Windows) -> None:
    window = await windows.zenity(*QUESTION)
    await window.drawn()
    async with scripted_model(says_too_much) as server:
        settings(desktop, f"engine: {{url: '{server.url}', model: screen}}\n")
        await sightline(desktop, "ask", "What is this?", "--silent")

    parts = server.asked[0].body["messages"][1]["content"]
    assert parts[0]["image_url"]["url"].startswith("data:image/png;base64,")
    assert "report.odt" in parts[1]["text"]
    assert "What is this?" in parts[2]["text"]


async def test_a_model_that_dies_is_said_to_have_failed(desktop: VirtualDesktop, windows: Windows) -> None:
    await windows.zenity(*QUESTION)
    async with scripted_model(dies) as server:
        settings(desktop, f"engine: {{url: '{server.url}', model: screen}}\n")
        outcome = await sightline(desktop, "ask", "What is this?", "--silent")

    assert outcome.status == 1
    assert "Ask again" in outcome.err
    assert "Traceback" not in outcome.err


async def test_without_a_model_the_command_that_lists_them_is_named(desktop: VirtualDesktop) -> None:
    settings(desktop, "")
    outcome = await sightline(desktop, "ask", "What is this?", "--silent")

    assert outcome.status == 4
    assert "sightline model list" in outcome.err


async def test_our_own_engine_is_started_asked_and_ended(
    desktop: VirtualDesktop, windows: Windows, tmp_path: Path
) -> None:
    tiny_models = pytest.importorskip("harness.tiny_models", reason="needs sightline[vlm]")
    model = tiny_models.build("glm46v", tmp_path / "tiny")
    settings(desktop, "")
    await windows.zenity(*QUESTION)
    chosen = await sightline(desktop, "model", "use", str(model))
    outcome = await sightline(desktop, "ask", "What is this?", "--silent", "--json", seconds=MODEL_SECONDS)

    assert chosen.status == 0
    assert sum(json.loads(outcome.out)["model"]["counts"].values()) > 0, "it answered, if in random words"
    assert not any("assistant.engine" in command for command in map(command_of, desktop.processes))


async def test_our_own_engine_is_asked_for_the_structure(
    desktop: VirtualDesktop, windows: Windows, tmp_path: Path
) -> None:
    tiny_models = pytest.importorskip("harness.tiny_models", reason="needs sightline[vlm]")
    model = tiny_models.build("glm46v", tmp_path / "tiny")
    settings(desktop, "")
    await windows.zenity(*QUESTION)
    await sightline(desktop, "model", "use", str(model))

    outcome = await sightline(desktop, "explain", "--structure", seconds=MODEL_SECONDS)

    structure = json.loads(outcome.out)
    assert (outcome.status, outcome.err) == (0, "")
    assert structure["model"]["asked"]
    assert {"Yes", "No"} <= {action["label"] for action in structure["actions"]}
