"""A private desktop comes up from nothing, and nothing of it is left, whatever happens to whoever opened it."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.errors import SomethingMissing
from assistant.host.processes import Keeper, marked, new_mark
from assistant.host.virtual_desktop import VirtualDesktop
from assistant.host.virtual_screen import ScreenGone
from harness import WAIT_SECONDS

pytestmark = pytest.mark.desktop

OPENS_A_DESKTOP = """
import asyncio
from assistant.host.virtual_desktop import VirtualDesktop
async def main():
    async with VirtualDesktop() as desktop:
        await desktop.start("zenity", "--info", "--text", "Hello")
        await desktop.screen.window()
        print(desktop.folder, flush=True)
        await asyncio.Event().wait()
asyncio.run(main())
"""


async def test_what_runs_in_a_desktop_ends_with_it() -> None:
    async with VirtualDesktop() as desktop:
        await desktop.start("zenity", "--info", "--text", "Hello")
        await desktop.screen.window()
        await desktop.start_accessibility_bus()  # D-Bus starts it, not we
        inside = desktop.processes

    assert len(inside) > 5
    assert not any(is_running(pid) for pid in inside)
    assert not exists(str(desktop.folder))


async def test_a_desktop_ends_when_its_opener_is_killed() -> None:
    opener = await asyncio.create_subprocess_exec(sys.executable, "-c", OPENS_A_DESKTOP, stdout=subprocess.PIPE)
    assert opener.stdout
    folder = (await opener.stdout.readline()).decode().strip()
    keeper = keeper_of(folder)
    inside = of_desktop(folder)

    opener.send_signal(signal.SIGKILL)
    await opener.wait()
    await asyncio.to_thread(wait_for_end, keeper)

    assert len(inside) > 5
    assert not any(is_running(pid) for pid in inside)
    assert not exists(folder)


async def test_a_desktop_ends_when_its_task_is_cancelled() -> None:
    desktop = VirtualDesktop()
    is_open = asyncio.Event()

    async def stay() -> None:
        async with desktop:
            is_open.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(stay())
    await is_open.wait()
    inside = desktop.processes

    task.cancel()
    await asyncio.wait([task])

    assert task.cancelled()
    assert not any(is_running(pid) for pid in inside)
    assert not exists(str(desktop.folder))


async def test_a_program_that_ignores_being_told_to_end_is_killed() -> None:
    async with VirtualDesktop() as desktop:
        stubborn = await desktop.start("sh", "-c", "trap '' TERM; echo; while :; do read x; done", stdout=-1, stdin=-1)
        assert stubborn.stdout
        await stubborn.stdout.readline()

    assert stubborn.returncode == -signal.SIGKILL


async def test_two_desktops_know_nothing_of_each_other() -> None:
    async with VirtualDesktop() as one, VirtualDesktop() as other:
        await one.start("zenity", "--info", "--text", "Hello")
        await one.screen.window()

        assert one.display != other.display
        assert not other.screen.windows()
        assert not one.processes & other.processes


async def test_a_desktop_within_a_desktop_ends_with_the_outer_one() -> None:
    async with VirtualDesktop() as outer:
        inner = await outer.start(sys.executable, "-c", OPENS_A_DESKTOP, stdout=subprocess.PIPE)
        assert inner.stdout
        folder = (await inner.stdout.readline()).decode().strip()
        keeper = keeper_of(folder)

    await asyncio.to_thread(wait_for_end, keeper)
    assert not exists(folder)


async def test_a_missing_program_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(SomethingMissing, match="sudo apt install xvfb"):
        await VirtualDesktop().__aenter__()


async def test_nothing_of_our_own_session_gets_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-7")
    monkeypatch.setenv("GTK_MODULES", "unwanted")

    async with VirtualDesktop() as desktop:
        assert not desktop.environment.keys() & {"WAYLAND_DISPLAY", "GTK_MODULES"}


async def test_a_dead_x_server_is_told_to_who_waits_for_a_window() -> None:
    async with VirtualDesktop() as desktop:
        async with asyncio.TaskGroup() as tasks:
            waiting = tasks.create_task(reports_that_the_screen_is_gone(desktop))
            await desktop.kill_x()

        assert waiting.result()


async def test_the_accessibility_bus_comes_back_as_another_one() -> None:
    async with VirtualDesktop() as desktop:
        await desktop.start_accessibility_bus()
        before = desktop.processes

        await desktop.restart_accessibility_bus()

        assert len(desktop.processes - before) >= 2


async def test_a_screenshot_shows_what_a_window_shows() -> None:
    async with VirtualDesktop(size=(640, 480)) as desktop:
        await desktop.start("zenity", "--info", "--text", "Hello")
        window = await desktop.screen.window()
        await desktop.screen.drawn(window.xid)

        picture = desktop.screenshot()

    assert picture.startswith(b"\x89PNG")
    assert picture[16:24] == (640).to_bytes(4) + (480).to_bytes(4)


async def test_an_ordinary_user_opens_a_desktop() -> None:
    as_nobody = ("unshare", "--user", "--map-user=65534", "--map-group=65534")  # and still the owner of our files
    if os.geteuid() == 0 and await (await asyncio.create_subprocess_exec(*as_nobody, "true")).wait() != 0:
        pytest.skip("Root may not become nobody here: user namespaces are forbidden, as in Docker.")
    opener = await asyncio.create_subprocess_exec(
        *(as_nobody if os.geteuid() == 0 else ()),
        *(sys.executable, "-c", OPENS_A_DESKTOP.replace("await asyncio.Event().wait()", "pass")),
        stdout=subprocess.PIPE,
    )
    assert opener.stdout
    folder = (await opener.stdout.readline()).decode().strip()

    assert await opener.wait() == 0
    assert folder
    assert not exists(folder)


def test_the_keeper_ends_only_what_carries_its_mark(tmp_path: Path) -> None:
    mark, folder = new_mark(), tmp_path / "folder"
    folder.mkdir()
    keeper = Keeper(mark, folder)
    inside = subprocess.Popen(["sleep", "infinity"], env={**os.environ, mark: "1"})
    outside = subprocess.Popen(["sleep", "infinity"])

    assert marked(mark) == {inside.pid}
    keeper.close()

    assert inside.wait() == -signal.SIGTERM
    assert outside.poll() is None
    outside.kill()
    outside.wait()


async def reports_that_the_screen_is_gone(desktop: VirtualDesktop) -> bool:
    try:
        await desktop.screen.window("there is none of this name")
    except ScreenGone:
        return True
    return False


def processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:  # it has ended
        return b""


def is_running(pid: int) -> bool:
    """Whether a process is there and no zombie, which keeps no environment."""
    return bool(read(pid, "environ"))


def exists(folder: str) -> bool:
    return Path(folder).exists()


def of_desktop(folder: str) -> set[int]:
    """Return what runs in a desktop that another process has opened."""
    return {pid for pid in processes() if folder.encode() in read(pid, "environ")}


def keeper_of(folder: str) -> int:
    """Return a descriptor that tells when the keeper of a desktop has done its work."""
    (keeper,) = (pid for pid in processes() if read(pid, "cmdline").endswith(b"\0" + folder.encode() + b"\0"))
    return os.pidfd_open(keeper)


def wait_for_end(descriptor: int) -> None:
    assert select.select([descriptor], [], [], WAIT_SECONDS)[0]
    os.close(descriptor)
