"""The engine in a process of its own, as the daemon runs it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.engine import process
from assistant.engine.devices import Wish
from assistant.engine.process import EngineProcess, EngineSettings
from assistant.errors import SomethingMissing, WrongSettings
from harness.engine import LIMIT_SECONDS, ask


@pytest.fixture
def settings(folder_of: Callable[[str], Path], tmp_path: Path) -> EngineSettings:
    wish = Wish(device="cpu", precision="float32", threads=1)
    return EngineSettings(folder_of("glm46v"), tmp_path / "run" / "engine.sock", wish)


@pytest.fixture
async def engine(settings: EngineSettings) -> AsyncIterator[EngineProcess]:
    async with asyncio.timeout(LIMIT_SECONDS), EngineProcess(settings) as engine:
        yield engine


@asynccontextmanager
async def ended(pid: int) -> AsyncIterator[None]:
    """Leave only when a process has ended, and our loop has had its turn to learn of it."""
    descriptor, gone = os.pidfd_open(pid), asyncio.Event()
    asyncio.get_running_loop().add_reader(descriptor, gone.set)
    try:
        yield
        await gone.wait()
        await asyncio.sleep(0)
    finally:
        asyncio.get_running_loop().remove_reader(descriptor)
        os.close(descriptor)


async def test_the_engine_starts_when_needed_and_is_replaced_when_it_dies(engine: EngineProcess) -> None:
    was_ready = engine.is_ready

    async with engine.using() as path:
        first = await ask(path)
        before = engine.pid or 0
        async with ended(before):
            os.kill(before, signal.SIGKILL)
    async with engine.using() as path:
        second = await ask(path)

    assert not was_ready
    assert first == second
    assert engine.pid != before


async def test_an_engine_that_hangs_is_replaced(settings: EngineSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "ANSWER_SECONDS", 6.0)
    async with asyncio.timeout(LIMIT_SECONDS), EngineProcess(settings) as engine:
        async with engine.using() as path:
            first = await ask(path)
            before = engine.pid or 0
            async with ended(before):
                os.kill(before, signal.SIGSTOP)
        async with engine.using() as path:
            second = await ask(path)

    assert first == second
    assert engine.pid != before


async def test_an_engine_that_grows_too_large_is_ended(
    settings: EngineSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "ANSWER_SECONDS", 1.0)
    small = replace(settings, memory_mib=64)  # torch alone takes 200
    async with asyncio.timeout(LIMIT_SECONDS), EngineProcess(small) as engine:
        async with engine.using(), ended(engine.pid or 0):
            pass

        assert not engine.is_ready


async def test_the_engine_goes_when_nobody_needs_it(settings: EngineSettings) -> None:
    brief = EngineSettings(settings.model, settings.socket, settings.wish, idle_seconds=0.0)
    async with asyncio.timeout(LIMIT_SECONDS), EngineProcess(brief) as engine:
        async with AsyncExitStack() as stack, engine.using():
            await stack.enter_async_context(ended(engine.pid or 0))

        assert not engine.is_ready


async def test_a_model_that_cannot_be_used_is_told_at_each_need(settings: EngineSettings, tmp_path: Path) -> None:
    async with asyncio.timeout(LIMIT_SECONDS):
        async with EngineProcess(EngineSettings(tmp_path / "none", settings.socket)) as engine:
            with pytest.raises(SomethingMissing, match="There is no model"):
                async with engine.using():
                    pass
            with pytest.raises(SomethingMissing, match="There is no model"):
                async with engine.using():
                    pass


async def test_a_changed_model_is_told(settings: EngineSettings, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in settings.model.iterdir():
        (copy / file.name).write_bytes(file.read_bytes() + (b" " if file.name == "config.json" else b""))
    async with asyncio.timeout(LIMIT_SECONDS), EngineProcess(EngineSettings(copy, settings.socket)) as engine:
        with pytest.raises(WrongSettings, match=r"config\.json has changed"):
            async with engine.using():
                pass


def test_the_daemons_side_is_light() -> None:
    heavy = ("torch", "transformers", "numpy", "PIL", "openai", "h11", "pydantic")
    code = f"import sys, assistant.engine.process; print([n for n in {heavy!r} if n in sys.modules])"

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"


SANDBOXED = """
import socket, sys, threading
from assistant.host.sandbox import forbid_network
told = []
go = threading.Event()
def attempt(name, family, kind):
    try:
        socket.socket(family, kind).close()
        told.append(name)
    except OSError as error:
        assert error.errno == 1, error
def late():
    go.wait()
    attempt("thread", socket.AF_INET, socket.SOCK_STREAM)
thread = threading.Thread(target=late)
thread.start()
forbid_network()
go.set()
thread.join()
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, socket.AF_PACKET, socket.AF_VSOCK):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
        attempt(str(family), family, kind)
attempt("unix", socket.AF_UNIX, socket.SOCK_STREAM)
socket.socketpair()
import subprocess
code = "import socket" + chr(10) + "socket.socket()"
told.append("child" if subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0 else "")
print([one for one in told if one])
"""


def test_a_process_without_network_opens_local_sockets_only() -> None:
    found = subprocess.run([sys.executable, "-c", SANDBOXED], capture_output=True, text=True, check=False)

    assert found.stdout.strip() == "['unix']", found.stderr


async def test_the_engine_by_hand_serves_until_it_is_told_to_end(settings: EngineSettings) -> None:
    code = (
        "import sys; from pathlib import Path; from assistant.engine.run import run_engine\n"
        "sys.exit(run_engine(Path(sys.argv[1]), Path(sys.argv[2])))"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, str(settings.model), str(settings.socket), stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr
    async with asyncio.timeout(LIMIT_SECONDS):
        while b"answers at" not in await process.stderr.readline():
            pass
        answer = await ask(settings.socket)
        process.terminate()
        status = await process.wait()

    assert answer
    assert status == 0
    assert not settings.socket.exists()
