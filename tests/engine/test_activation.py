"""The engine started by systemd's socket: who asks first waits for it, and it goes when nobody asks any more."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.config import EngineConfig, activated_socket, engine_socket
from harness.engine import LIMIT_SECONDS, ask

PASSED = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.argv[2], sys.argv[2:])
"""
SHORT = """
import sys
from pathlib import Path
from assistant.engine.devices import Wish
from assistant.engine.run import run_engine
wish = Wish(device="cpu", precision="float32", threads=1)
sys.exit(run_engine(Path(sys.argv[1]), Path("/nowhere"), wish, idle_seconds=0.2))
"""


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[socket.socket]:
    """A socket as systemd opens it."""
    before = os.umask(0o177)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "activated.sock"))
        os.umask(before)
        listening.listen()
        yield listening


async def started_with(listener: socket.socket, *command: str) -> asyncio.subprocess.Process:
    """Start a program that gets the socket the way systemd passes it, as descriptor 3."""
    number = listener.fileno()
    return await asyncio.create_subprocess_exec(sys.executable, "-c", PASSED, str(number), *command, pass_fds=(number,))


def is_socket(path: Path) -> bool:
    return path.is_socket()


async def test_who_asks_before_it_runs_is_answered_and_it_ends_when_unused(
    folder_of: Callable[[str], Path], listener: socket.socket
) -> None:
    path = Path(listener.getsockname())
    async with asyncio.timeout(LIMIT_SECONDS):
        for _ in range(2):
            asking = asyncio.create_task(ask(path), name="ask before it runs")
            process = await started_with(listener, sys.executable, "-c", SHORT, str(folder_of("glm46v")))
            answer = await asking
            status = await process.wait()

            assert answer
            assert status == 0
            assert is_socket(path)  # it is systemd's, and stays


async def test_a_socket_that_was_passed_to_somebody_else_is_left_alone(
    folder_of: Callable[[str], Path], tmp_path: Path
) -> None:
    environment = {**os.environ, "LISTEN_PID": "1", "LISTEN_FDS": "1", "XDG_RUNTIME_DIR": str(tmp_path)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "assistant", "engine", "--model", str(folder_of("glm46v"))),
        env=environment,
        stderr=subprocess.PIPE,
    )
    assert process.stderr
    async with asyncio.timeout(LIMIT_SECONDS):
        while b"answers at" not in await process.stderr.readline():
            pass
        answer = await ask(tmp_path / "sightline" / "engine.sock")
        process.terminate()
        await process.wait()

    assert answer


@pytest.mark.skipif(not shutil.which("systemd-socket-activate"), reason="systemd-socket-activate is not installed")
async def test_systemd_starts_the_engine_of_the_settings_when_it_is_asked(
    folder_of: Callable[[str], Path], tmp_path: Path
) -> None:
    path = tmp_path / "activated.sock"
    settings = tmp_path / "sightline" / "settings.yaml"
    settings.parent.mkdir()
    settings.write_text(f"engine: {{model: {folder_of('glm46v')}}}\n")
    process = await asyncio.create_subprocess_exec(
        *("systemd-socket-activate", "-E", f"XDG_CONFIG_HOME={tmp_path}", "-E", "HOME", "-E", "PYTHONPATH"),
        *(f"--listen={path}", sys.executable, "-m", "assistant", "engine"),
        stderr=subprocess.PIPE,
    )
    assert process.stderr
    async with asyncio.timeout(LIMIT_SECONDS):
        while b"Listening" not in await process.stderr.readline():
            pass
        answer = await ask(path)
        process.terminate()
        await process.wait()

    assert answer


def test_the_socket_that_systemd_keeps_is_asked_where_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    own = engine_socket(EngineConfig(model="tiny"))
    (tmp_path / "sightline").mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(activated_socket()))
        given = engine_socket(EngineConfig(model="tiny"))
        named = engine_socket(EngineConfig(model="tiny", socket=Path("/run/other.sock")))

    assert own.name == "engine.sock"
    assert given == activated_socket()
    assert named == Path("/run/other.sock")
