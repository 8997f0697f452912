"""What a model adds while the daemon runs: after the facts, checked, and never late."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from assistant.host.virtual_desktop import VirtualDesktop
from harness import WAIT_SECONDS
from harness.daemon import RunningDaemon, daemon_in
from harness.scripted_model import Asked, Play, ScriptedModel, Talk, scripted_model
from harness.windows import Windows

pytest.importorskip("openai", reason="needs sightline[vlm]")
Image: Any = pytest.importorskip("PIL.Image", reason="needs sightline[vlm]")

DELETE = ("--question", "--title", "Delete file?", "--text", "Do you want to delete report.odt for good?")
UNKNOWN = ("--question", "--title", "Flux", "--text", "Shall the flux be aligned with the moon?")
LAST_FACT = "deletes nothing"
LAST_OF_UNKNOWN = "Press Tab"
OPINION = "It looks like the flux comes from a telescope."


@asynccontextmanager
async def advised(
    desktop: VirtualDesktop, play: Play, **settings: str
) -> AsyncIterator[tuple[ScriptedModel, RunningDaemon]]:
    """Run a daemon that asks a scripted server."""
    async with scripted_model(play) as server:
        engine = {"url": server.url, "model": "screen", **settings}
        async with daemon_in(desktop, f"engine: {json.dumps(engine)}\n") as daemon:
            yield server, daemon


def says(*texts: str) -> Play:
    """A model that says this to every question."""

    async def play(talk: Talk) -> None:
        await talk.begin()
        await talk.say(*texts)
        await talk.finish()

    return play


class Wavers:
    """A model that answers its questions one after the other with these."""

    def __init__(self, *answers: str) -> None:
        self._answers: Iterator[str] = iter(answers)

    async def __call__(self, talk: Talk) -> None:
        await says(next(self._answers))(talk)


class Slow:
    """A model that begins to answer, and goes on when it may."""

    def __init__(self, begins: str = "", ends: str = "") -> None:
        self._begins, self._ends = begins, ends
        self.is_asked, self.goes_on, self.hung_up = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def __call__(self, talk: Talk) -> None:
        await talk.begin()
        await talk.say(self._begins)
        self.is_asked.set()
        async with asyncio.TaskGroup() as tasks:
            hanging_up = tasks.create_task(talk.until_hung_up())
            going_on = tasks.create_task(self.goes_on.wait())
            await asyncio.wait((hanging_up, going_on), return_when=asyncio.FIRST_COMPLETED)
            if hanging_up.done():
                self.hung_up.set()
            else:
                await talk.say(self._ends)
                await talk.finish()
            hanging_up.cancel()
            going_on.cancel()


async def soon(event: asyncio.Event) -> None:
    async with asyncio.timeout(WAIT_SECONDS):
        await event.wait()


async def heard_until_sound(daemon: RunningDaemon, sound: str) -> None:
    """Wait until a sound is played."""
    async with asyncio.timeout(WAIT_SECONDS):
        while not any(record.get("sound") == sound for record in daemon.records):
            await daemon.record()


async def answered(daemon: RunningDaemon, command: str, last: str) -> list[str]:
    """Give a command; return the sentences up to the one with these words. While a model is asked, others may speak."""
    await daemon.command(command)
    return await daemon.says_all(last)


def request_of(asked: Asked) -> str:
    """Return what is asked, without rules, picture and facts."""
    return str(asked.body["messages"][-1]["content"][-1]["text"])


def picture_in(asked: Asked) -> Any:
    uri = asked.body["messages"][1]["content"][0]["image_url"]["url"]
    return Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))


async def test_the_models_sentences_follow_the_facts(desktop: VirtualDesktop, windows: Windows) -> None:
    async with advised(desktop, says("It looks like a letter. ", "It may be very old.")) as (_server, daemon):
        await windows.zenity(*DELETE)
        await daemon.says(LAST_FACT)
        facts = daemon.said[1:]
        answer = await answered(daemon, "window", "very old")

    assert answer[: len(facts)] == facts, answer
    assert answer[len(facts)] == "It looks like a letter."
    assert answer[len(facts) + 1 :] == ["It may be very old."]


async def test_what_the_facts_have_said_is_not_said_again(desktop: VirtualDesktop, windows: Windows) -> None:
    play = says("The window asks about report.odt. ", "Do you want to delete report.odt? ", "It looks like a letter.")
    async with advised(desktop, play) as (_server, daemon):
        await windows.zenity(*DELETE)
        await daemon.says(LAST_FACT)
        facts = daemon.said[1:]
        answer = await answered(daemon, "window", "a letter")

    assert answer[len(facts) :] == ["It looks like a letter."]


async def test_an_invented_button_is_never_said(desktop: VirtualDesktop, windows: Windows) -> None:
    play = says("Press the Burn button to burn it. ", "[77] burns it. ", OPINION)
    async with advised(desktop, play) as (_server, daemon):
        await windows.zenity(*UNKNOWN)
        await daemon.says("telescope")

    assert "urn" not in " ".join(daemon.said[1:])


async def test_a_dialog_that_nobody_knows_is_explained_unasked(desktop: VirtualDesktop, windows: Windows) -> None:
    async with advised(desktop, says(OPINION)) as (_server, daemon):
        await windows.zenity(*UNKNOWN)
        heard = await daemon.says_all("telescope")

    assert "flux be aligned" in heard[1]
    assert heard[-1] == OPINION


@pytest.mark.parametrize(
    ("dialog", "last", "explain"), [(DELETE, LAST_FACT, "unknown"), (UNKNOWN, LAST_OF_UNKNOWN, "asked")]
)
async def test_what_needs_no_model_is_not_sent_to_one_unasked(
    desktop: VirtualDesktop, windows: Windows, dialog: tuple[str, ...], last: str, explain: str
) -> None:
    async with advised(desktop, says(OPINION), explain=explain) as (server, daemon):
        await windows.zenity(*dialog)
        await daemon.says(last)
        before = len(server.asked)
        await daemon.command("window")
        await daemon.says("telescope")

    assert (before, len(server.asked)) == (0, 1)


async def test_a_model_that_is_slow_is_heard_at_work_once(desktop: VirtualDesktop, windows: Windows) -> None:
    slow = Slow(ends=OPINION)
    async with advised(desktop, slow) as (_server, daemon):
        await windows.zenity(*UNKNOWN)
        await heard_until_sound(daemon, "working")
        facts = list(daemon.said)
        slow.goes_on.set()
        await daemon.says("telescope")

    assert any("flux be aligned" in fact for fact in facts)
    assert [record["sound"] for record in daemon.records if record.get("sound") == "working"] == ["working"]


async def test_a_server_that_dies_in_the_middle_is_one_sentence(desktop: VirtualDesktop, windows: Windows) -> None:
    async def dies(talk: Talk) -> None:
        await talk.begin()
        await talk.say(f"{OPINION} It may be ")
        talk.die()

    async with advised(desktop, dies) as (_server, daemon):
        await windows.zenity(*DELETE)
        await daemon.says(LAST_FACT)
        facts = daemon.said[1:]
        answer = await answered(daemon, "window", "broke off")

    assert answer[: len(facts)] == facts, answer
    assert answer[-1] == "The model's answer broke off."
    assert not any("may be" in sentence for sentence in answer)
    assert len(answer) - len(facts) <= 2


async def test_a_failure_that_nobody_asked_for_is_told_once(desktop: VirtualDesktop, windows: Windows) -> None:
    refused = asyncio.Semaphore(0)

    async def is_busy(talk: Talk) -> None:
        await talk.begin(429, "application/json")
        await talk.send(b"{}")
        refused.release()

    async with advised(desktop, is_busy) as (server, daemon):
        first = await windows.zenity(*UNKNOWN)
        await daemon.says("model is busy")
        await first.close()
        await windows.zenity(*UNKNOWN)
        async with asyncio.timeout(WAIT_SECONDS):
            await refused.acquire()
            await refused.acquire()
        await daemon.command("window")
        await daemon.says("model is busy")

    assert ["busy" in said for said in daemon.said].count(True) == 2
    assert len(server.asked) == 3


async def test_moving_the_focus_ends_the_answer(desktop: VirtualDesktop, windows: Windows) -> None:
    slow = Slow(ends="Late words. ")
    async with advised(desktop, slow) as (_server, daemon):
        await windows.zenity(*UNKNOWN)
        await daemon.says(LAST_OF_UNKNOWN)
        await soon(slow.is_asked)
        desktop.press("Shift+Tab")
        await soon(slow.hung_up)
        slow.goes_on.set()
        await answered(daemon, "screen", "window")

    assert not any("Late" in said for said in daemon.said)


@pytest.mark.parametrize("command", ["stop", "focus", "screen"])
async def test_a_command_ends_the_answer_before_it(desktop: VirtualDesktop, windows: Windows, command: str) -> None:
    slow = Slow()
    async with advised(desktop, slow) as (_server, daemon):
        await windows.zenity(*UNKNOWN)
        await soon(slow.is_asked)
        await daemon.command(command)
        await soon(slow.hung_up)


async def test_another_window_ends_the_answer(desktop: VirtualDesktop, windows: Windows) -> None:
    slow = Slow(begins=f"{OPINION} It may")
    async with advised(desktop, slow) as (_server, daemon):
        await windows.zenity(*UNKNOWN)
        await daemon.says("telescope")
        await windows.zenity(*DELETE)
        await soon(slow.hung_up)
        await daemon.says(LAST_FACT)


async def test_a_window_that_closes_half_way_ends_the_answer(desktop: VirtualDesktop, windows: Windows) -> None:
    slow = Slow(begins=f"{OPINION} It may", ends=" be. Late words. ")
    async with advised(desktop, slow) as (_server, daemon):
        window = await windows.zenity(*UNKNOWN)
        await daemon.says("telescope")
        await window.close()
        await soon(slow.hung_up)
        slow.goes_on.set()
        await answered(daemon, "screen", "window")

    assert not any("Late" in said for said in daemon.said)


async def test_more_looks_closer_and_says_what_was_not_said(desktop: VirtualDesktop, windows: Windows) -> None:
    async with advised(desktop, Wavers(OPINION, f"{OPINION} It may be very old.")) as (server, daemon):
        await windows.zenity(*UNKNOWN)
        await daemon.says("telescope")
        answer = await answered(daemon, "more", "very old")

    first, second = server.asked
    assert second.body["max_tokens"] > first.body["max_tokens"]
    assert second.body["messages"][1]["content"][0]["image_url"]["detail"] == "high"
    assert OPINION in second.body["messages"][2]["content"]
    assert OPINION not in answer


@pytest.mark.parametrize(
    ("second", "heard"),
    [
        (f"{OPINION} [3] is harmless.", ["same answer"]),
        (f"{OPINION} [3] is not harmless.", ["differs", "not harmless", "not said", "is harmless"]),
        (
            "It looks like the flux comes from a kettle. [3] is harmless.",
            ["differs", "kettle", "not said", "telescope"],
        ),
    ],
)
async def test_check_says_only_what_differs(
    desktop: VirtualDesktop, windows: Windows, second: str, heard: list[str]
) -> None:
    async with advised(desktop, Wavers(f"{OPINION} [3] is harmless.", second)) as (server, daemon):
        await windows.zenity(*UNKNOWN)
        await daemon.says("harmless")
        answer = await answered(daemon, "check", heard[-1])

    assert len(answer) == len(heard)
    assert all(words in sentence for words, sentence in zip(heard, answer, strict=True)), answer
    assert request_of(server.asked[0]) == request_of(server.asked[1])


async def test_check_without_a_model_says_so(desktop: VirtualDesktop) -> None:
    async with daemon_in(desktop) as daemon:
        answer = await daemon.answer("check")

    assert "sightline model list" in answer[0]


async def test_no_pixel_of_a_password_goes_to_the_server(desktop: VirtualDesktop, windows: Windows) -> None:
    async with advised(desktop, says(OPINION)) as (server, daemon):
        window = await windows.gtk3("password")
        await window.drawn()
        await daemon.says("assword")
        desktop.press(*"Xq7-tangerine")
        await daemon.command("window")
        await daemon.says("telescope")

    picture = picture_in(server.asked[-1])
    assert picture.size[0] > 100
    assert "tangerine" not in str(server.asked[-1].body["messages"][1]["content"][1:])
    colours = picture.convert("RGB").getcolors(picture.size[0] * picture.size[1])
    assert {colour: count for count, colour in colours}[0, 0, 0] > 1000, "the field is blackened"


async def test_nothing_of_question_and_answer_is_logged(desktop: VirtualDesktop, windows: Windows) -> None:
    async with advised(desktop, says(OPINION)) as (_server, daemon):
        await windows.zenity(*UNKNOWN)
        await daemon.says("telescope")
        log = daemon.log()

    assert "answered" in log
    assert "telescope" not in log
    assert "flux" not in log
