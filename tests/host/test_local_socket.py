"""The command line's requests to the daemon, over a real Unix socket."""

from __future__ import annotations

import asyncio
import socket
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from assistant.errors import SightlineError, SomethingMissing, WrongSettings
from assistant.host.asking import Answer, Request, answer_to
from assistant.host.local_socket import Answerer, claim, listen


@asynccontextmanager
async def serve(path: Path, answer: Answerer) -> AsyncIterator[None]:
    with claim(path):
        async with listen(path, answer):
            yield


async def _echo(request: Request) -> Answer:
    return {"text": request["text"]}


async def _refuse(request: Request) -> Answer:
    raise WrongSettings("no such profile")


async def test_a_request_is_answered(tmp_path: Path) -> None:
    async with serve(tmp_path / "run" / "s", _echo):
        answer = await asyncio.to_thread(answer_to, tmp_path / "run" / "s", {"text": "保存 ok"})

    assert answer == {"text": "保存 ok"}


async def test_an_error_reaches_the_asker_with_its_exit_status(tmp_path: Path) -> None:
    async with serve(tmp_path / "s", _refuse):
        answer = await asyncio.to_thread(answer_to, tmp_path / "s", {})

    assert answer == {"error": "no such profile", "exit_status": 2}


@pytest.mark.parametrize("line", [b"nonsense\n", b"[1]\n", b"\xff\n"])
async def test_a_line_that_is_no_request_is_refused_and_the_next_is_answered(tmp_path: Path, line: bytes) -> None:
    async with serve(tmp_path / "s", _echo):
        reader, writer = await asyncio.open_unix_connection(tmp_path / "s")
        writer.write(line + b'{"text": "next"}\n')
        refused, answered = await reader.readline(), await reader.readline()
        writer.close()

    assert b'"exit_status": 2' in refused
    assert b'"next"' in answered


async def test_only_the_user_may_open_the_socket(tmp_path: Path) -> None:
    async with serve(tmp_path / "run" / "s", _echo):
        mode = stat.S_IMODE((tmp_path / "run" / "s").stat().st_mode)
        folder = stat.S_IMODE((tmp_path / "run").stat().st_mode)

    assert (mode, folder) == (0o600, 0o700)


async def test_a_second_daemon_is_refused(tmp_path: Path) -> None:
    async with serve(tmp_path / "s", _echo):
        with pytest.raises(SightlineError, match="already running"):
            async with serve(tmp_path / "s", _echo):
                pass


async def test_a_socket_left_by_a_killed_daemon_is_taken_over(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "s"))

    async with serve(tmp_path / "s", _echo):
        answer = await asyncio.to_thread(answer_to, tmp_path / "s", {"text": "new"})

    assert answer == {"text": "new"}


def test_asking_when_nothing_runs_says_how_to_start_it(tmp_path: Path) -> None:
    with pytest.raises(SomethingMissing, match="sightline run"):
        answer_to(tmp_path / "s", {})
