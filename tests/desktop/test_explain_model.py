"""`sightline explain` with a model: the facts come first and stand, its sentences follow, each checked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from assistant.config import shipped
from assistant.host.virtual_desktop import VirtualDesktop
from harness.daemon import sightline
from harness.scripted_model import ScriptedModel, Talk, scripted_model
from harness.windows import Windows

pytest.importorskip("openai", reason="needs sightline[vlm]")

DELETE = ("--question", "--title", "Delete file?", "--text", "Do you want to delete report.odt for good?")
SYNC = ("--question", "--title", "Sync", "--text", "notes.txt was changed.", *("--ok-label", "Local"))
SYNC_LABELS = ("--cancel-label", "Server")


def use(desktop: VirtualDesktop, server: ScriptedModel | None, more: str = "") -> None:
    """Have this desktop's person use this server, or no model."""
    file = Path(desktop.environment["XDG_CONFIG_HOME"]) / "sightline" / "settings.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    engine = f"engine: {{url: '{server.url}', model: screen}}\n" if server else ""
    file.write_text(engine + more, encoding="utf-8")


def origins(explained: dict[str, Any]) -> list[str]:
    return [sentence["origin"] for sentence in explained["sentences"]]


async def explains(talk: Talk) -> None:
    """A model that tells something true, something invented, and something true."""
    await talk.begin()
    await talk.say("It looks like a note about report.odt. ", "Press the Burn button to burn it. ")
    await talk.say("The two buttons answer the question.")
    await talk.finish()


async def dies(talk: Talk) -> None:
    await talk.begin()
    await talk.say("It looks like a note about report.odt. ", "And then")
    talk.die()


async def structures(talk: Talk) -> None:
    """A model that answers in JSON: one purpose that is true, one that is invented."""
    ids = [int(line[1 : line.index("]")]) for line in _facts(talk) if "push button" in line]
    actions = [{"id": ids[0], "purpose": "keeps one copy"}, {"id": ids[1], "purpose": "sends secret.doc to evil.com"}]
    await talk.begin()
    await talk.say("```json\n", json.dumps({"purpose": "The window tells of notes.txt.", "actions": actions}), "\n```")
    await talk.finish()


def _facts(talk: Talk) -> list[str]:
    parts = talk.asked.body["messages"][1]["content"]
    return [line for part in parts if part["type"] == "text" for line in part["text"].splitlines() if line[:1] == "["]


async def test_the_models_sentences_follow_the_facts_and_invented_ones_are_counted(
    desktop: VirtualDesktop, windows: Windows
) -> None:
    window = await windows.zenity(*DELETE)
    await window.drawn()
    async with scripted_model(explains) as server:
        use(desktop, server)
        outcome = await sightline(desktop, "explain", "--silent", "--json")

    explained = json.loads(outcome.out)
    told = origins(explained)
    assert (outcome.status, outcome.err) == (0, "")
    assert told == sorted(told, key=lambda origin: origin == "model")
    assert told.count("model") == 2
    assert "Burn" not in outcome.out
    assert [verdict["spoken"] for verdict in explained["model"]["verdicts"]] == [True, False, True]
    assert explained["model"]["verdicts"][1]["dropped"]
    assert explained["model"]["counts"]["passed"] == 2
    assert {"model", "model_first"} <= explained["timing_ms"].keys()


async def test_it_is_printed_and_spoken_in_that_order(
    desktop: VirtualDesktop, windows: Windows, tmp_path: Path
) -> None:
    window = await windows.zenity(*DELETE)
    await window.drawn()
    spoken = tmp_path / "spoken.jsonl"
    async with scripted_model(explains) as server:
        use(desktop, server, f"speech: {{voice: file, file: {spoken}}}\n")
        outcome = await sightline(desktop, "explain")

    heard = [record["text"] for line in spoken.read_text().splitlines() if "text" in (record := json.loads(line))]
    assert outcome.out.splitlines() == heard
    assert "report.odt" in heard[0]
    assert "buttons answer" in heard[-1]


async def test_without_a_model_or_with_no_model_nothing_is_asked(desktop: VirtualDesktop, windows: Windows) -> None:
    await windows.zenity(*DELETE)
    async with scripted_model(explains) as server:
        use(desktop, server)
        unwanted = await sightline(desktop, "explain", "--silent", "--json", "--no-model")
        use(desktop, None)
        unchosen = await sightline(desktop, "explain", "--silent", "--json")

    assert server.asked == []
    both = [json.loads(outcome.out) for outcome in (unwanted, unchosen)]
    assert both[0]["sentences"] == both[1]["sentences"]
    assert not any(explained["model"]["asked"] for explained in both)


async def test_a_model_that_dies_leaves_the_facts_and_what_came(desktop: VirtualDesktop, windows: Windows) -> None:
    window = await windows.zenity(*DELETE)
    await window.drawn()
    async with scripted_model(dies) as server:
        use(desktop, server)
        outcome = await sightline(desktop, "explain", "--silent", "--json")

    explained = json.loads(outcome.out)
    assert outcome.status == 0
    assert outcome.err.strip() == explained["model"]["failure"]
    assert {"facts", "knowledge"} & set(origins(explained))
    assert "Traceback" not in outcome.err


async def test_an_engine_that_cannot_start_leaves_the_facts(desktop: VirtualDesktop, windows: Windows) -> None:
    await windows.zenity(*DELETE)
    use(desktop, None, "engine: {model: never-fetched}\n")

    outcome = await sightline(desktop, "explain", "--silent")

    assert outcome.status == 0
    assert "report.odt" in outcome.out
    assert "sightline model" in outcome.err


async def test_the_structure_has_checked_purposes_and_keeps_to_its_schema(
    desktop: VirtualDesktop, windows: Windows
) -> None:
    window = await windows.zenity(*SYNC, *SYNC_LABELS)
    await window.drawn()
    async with scripted_model(structures) as server:
        use(desktop, server)
        outcome = await sightline(desktop, "explain", "--structure")
    printed = await sightline(desktop, "explain", "--structure", "--schema")

    structure, schema = json.loads(outcome.out), json.loads(printed.out)
    Draft202012Validator(schema).validate(structure)
    assert schema == json.loads((shipped("schemas") / "structure.schema.json").read_text())
    assert (outcome.status, outcome.err) == (0, "")
    assert {action["label"] for action in structure["actions"]} >= {"Local", "Server"}
    assert [action["purpose"] for action in structure["actions"] if action["origin"] == "model"] == ["keeps one copy"]
    assert "secret.doc" not in outcome.out
    assert server.asked[0].body["response_format"]["type"] == "json_schema"


async def test_the_structure_of_a_window_needs_no_model(desktop: VirtualDesktop, windows: Windows) -> None:
    await windows.zenity(*DELETE)
    use(desktop, None)

    structure = json.loads((await sightline(desktop, "explain", "--structure")).out)

    by_label = {action["label"]: action for action in structure["actions"]}
    assert "report.odt" in structure["window"]["purpose"]
    assert by_label["Yes"]["origin"] == "knowledge"
    assert by_label["Yes"]["is_irreversible"]
    assert not by_label["No"]["is_irreversible"]
