"""The sd_notify client against a real socket."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from assistant.host.systemd import Status, Systemd

LIMIT_SECONDS = 20


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[socket.socket]:
    address = f"{tmp_path}/n" if request.param == "path" else f"\0sightline-test-{os.getpid()}-{id(request)}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        manager.settimeout(LIMIT_SECONDS)
        yield manager


def environment(manager: socket.socket, **more: str) -> dict[str, str]:
    name = manager.getsockname()
    return {"NOTIFY_SOCKET": name if isinstance(name, str) else "@" + name[1:].decode(), **more}


def test_the_manager_hears_that_the_daemon_is_ready(manager: socket.socket) -> None:
    Systemd.from_environment(environment(manager)).ready()

    assert manager.recv(200) == b"READY=1\nSTATUS=Ready."


def test_the_manager_hears_that_the_daemon_is_stopping(manager: socket.socket) -> None:
    Systemd.from_environment(environment(manager)).stopping()

    assert manager.recv(200) == b"STOPPING=1\nSTATUS=Stopping."


def test_the_manager_hears_how_it_goes(manager: socket.socket) -> None:
    Systemd.from_environment(environment(manager)).status(Status.PAUSED)

    assert manager.recv(200) == b"STATUS=Paused."


@pytest.mark.parametrize("status", Status)
def test_a_status_is_one_line(status: Status) -> None:
    assert status.splitlines() == [status]


def test_a_child_does_not_inherit_the_managers_socket(manager: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(manager, WATCHDOG_USEC="1000000", WATCHDOG_PID=str(os.getpid())).items():
        monkeypatch.setenv(name, value)

    Systemd.from_environment()

    child = subprocess.run(["env"], capture_output=True, text=True, check=True)
    assert "NOTIFY_SOCKET" not in child.stdout
    assert "WATCHDOG" not in child.stdout


async def test_the_watchdog_is_pinged_for_as_long_as_the_loop_turns(manager: socket.socket) -> None:
    systemd = Systemd.from_environment(environment(manager, WATCHDOG_USEC="20000"))

    async with pinging(systemd):
        pings = [await heard(manager) for _ in range(3)]

    assert pings == [b"WATCHDOG=1"] * 3


async def test_nothing_is_pinged_when_nobody_watches(manager: socket.socket) -> None:
    systemd = Systemd.from_environment(environment(manager))

    await systemd.keep_watchdog_quiet()
    systemd.ready()

    assert await heard(manager) == b"READY=1\nSTATUS=Ready."


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"WATCHDOG_USEC": "0"},
        {"WATCHDOG_USEC": "soon"},
        {"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"},
    ],
)
def test_a_watchdog_that_does_not_mean_us_is_left_alone(variables: dict[str, str]) -> None:
    systemd = Systemd.from_environment({"NOTIFY_SOCKET": "/nowhere", **variables})

    assert systemd.watchdog_seconds is None


def test_a_manager_that_has_gone_does_no_harm(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    Systemd(f"{tmp_path}/gone").ready()

    assert "not told READY=1 (FileNotFoundError)" in caplog.text


async def test_without_systemd_nothing_happens(caplog: pytest.LogCaptureFixture) -> None:
    nobody = Systemd.from_environment({})

    nobody.ready()
    nobody.stopping()
    await nobody.keep_watchdog_quiet()

    assert not caplog.records


@asynccontextmanager
async def pinging(systemd: Systemd) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as tasks:
        pings = tasks.create_task(systemd.keep_watchdog_quiet(), name="watchdog")
        yield
        pings.cancel()


async def heard(manager: socket.socket) -> bytes:
    return await asyncio.to_thread(manager.recv, 200)
