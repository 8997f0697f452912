"""`sightline …` as a person runs it in a desktop: what it prints, where, and its exit status."""

from __future__ import annotations

import json

import pytest

from assistant.commands import COMMANDS
from assistant.host.virtual_desktop import VirtualDesktop
from harness.daemon import daemon_in, sightline
from harness.windows import Windows

pytestmark = pytest.mark.desktop

DELETE = ("--question", "--title", "Delete file?", "--text", "Do you want to delete report.odt for good?")
IDS = [command.id for command in COMMANDS]


@pytest.mark.parametrize("command", [*IDS, "say", "profile", "resume", "explain", "scene", "run", "doctor"])
async def test_every_command_says_what_it_is_for(desktop: VirtualDesktop, command: str) -> None:
    outcome = await sightline(desktop, command, "--help")

    assert outcome.status == 0
    assert f"sightline {command}" in outcome.out
    assert outcome.err == ""


@pytest.mark.parametrize("arguments", [("window",), ("pause",), ("say", "Hello"), ("profile",)])
async def test_with_no_daemon_one_sentence_says_how_to_start_it(
    desktop: VirtualDesktop, arguments: tuple[str, ...]
) -> None:
    outcome = await sightline(desktop, *arguments)

    assert (outcome.status, outcome.out) == (4, "")
    assert outcome.err == "Sightline is not running. Start it: sightline run\n"


async def test_commands_reach_the_daemon(desktop: VirtualDesktop, windows: Windows) -> None:
    async with daemon_in(desktop) as daemon:
        await windows.zenity(*DELETE)
        await daemon.says("deletes nothing")
        outcomes = [await sightline(desktop, command) for command in ("window", "stop", "choices")]
        await daemon.says("Yes deletes")
        outcomes += [await sightline(desktop, "say", "-", text="The kettle boils.\n")]
        spoken = await daemon.says("kettle")
        outcomes += [await sightline(desktop, "pause")]
        await daemon.says("Paused")
        outcomes += [await sightline(desktop, "resume")]
        await daemon.says("Going on")

    assert [(outcome.status, outcome.err) for outcome in outcomes] == [(0, "")] * 6
    assert spoken == "The kettle boils."


async def test_profiles_are_listed_and_changed(desktop: VirtualDesktop) -> None:
    async with daemon_in(desktop) as daemon:
        changed = await sightline(desktop, "profile", "child")
        await daemon.says("Child")
        listed = await sightline(desktop, "profile")
        unknown = await sightline(desktop, "profile", "pirate")

    assert changed.status == 0
    assert {"plain-language", "technician", "child, in use"} <= set(listed.out.splitlines())
    assert unknown.status == 2
    assert "pirate" in unknown.err


async def test_a_second_daemon_says_that_one_runs(desktop: VirtualDesktop) -> None:
    async with daemon_in(desktop):
        outcome = await sightline(desktop, "run")

    assert outcome.status == 1
    assert outcome.err.startswith("Sightline is already running.")


async def test_explain_prints_exactly_one_object(desktop: VirtualDesktop, windows: Windows) -> None:
    await windows.zenity(*DELETE)

    outcome = await sightline(desktop, "explain", "--silent", "--json")

    explained = json.loads(outcome.out)
    assert (outcome.status, outcome.err, outcome.out.count("\n")) == (0, "", 1)
    assert explained.keys() == {"scene", "sentences", "model", "timing_ms"}
    assert explained["scene"]["window"]["title"] == "Delete file?"
    assert {"tree", "capture", "ocr", "explain", "total"} <= explained["timing_ms"].keys()
    assert explained["sentences"][0].keys() == {"text", "language", "origin", "mentions"}


async def test_explain_prints_sentences_in_the_wanted_language(desktop: VirtualDesktop, windows: Windows) -> None:
    await windows.zenity(*DELETE)

    outcome = await sightline(desktop, "explain", "--silent", "--profile", "child", "--lang", "zh")

    assert outcome.status == 0
    assert "report.odt" in outcome.out
    assert "删" in outcome.out


async def test_scene_lists_the_controls(desktop: VirtualDesktop, windows: Windows) -> None:
    window = await windows.zenity(*DELETE)

    listed = await sightline(desktop, "scene", "--window", hex(window.xid))
    as_json = await sightline(desktop, "scene", "--json")

    assert "push button, No" in listed.out
    assert json.loads(as_json.out)["window"]["title"] == "Delete file?"


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("explain", "--silent"), 3, "No window"),
        (("explain", "--silent", "--window", "0x123456"), 3, "no window of this id"),
        (("explain", "--silent", "--window", "first"), 2, "X11 window id"),
        (("explain", "--silent", "--profile", "pirate"), 2, "pirate"),
        (("explain", "--silent", "--lang", "tlh"), 2, "tlh"),
        (("explain", "--detail", "9"), 2, "detail"),
        (("sing",), 2, "sing"),
    ],
)
async def test_what_cannot_be_is_refused_with_its_status(
    desktop: VirtualDesktop, arguments: tuple[str, ...], status: int, words: str
) -> None:
    outcome = await sightline(desktop, *arguments)

    assert (outcome.status, outcome.out) == (status, "")
    assert words in outcome.err
    assert "Traceback" not in outcome.err


async def test_without_a_session_the_demo_is_proposed(desktop: VirtualDesktop) -> None:
    environment = dict(desktop.environment)
    desktop.environment["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nowhere"
    try:
        outcome = await sightline(desktop, "explain", "--silent", "--json")
    finally:
        desktop.environment.update(environment)

    assert (outcome.status, outcome.out) == (4, "")
    assert "sightline demo" in outcome.err
