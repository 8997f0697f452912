"""Which processes' windows are read while the screen is locked."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant.look.locked import unlocks


@contextmanager
def child_called(name: str, folder: Path) -> Iterator[int]:
    """Run a child of this process whose program has this name."""
    program = folder / name
    program.symlink_to("/bin/sleep")
    with subprocess.Popen([program, "60"]) as process:
        try:
            while not Path(f"/proc/{process.pid}/cmdline").read_bytes():
                pass  # the kernel fills it in a moment after the program has begun
            yield process.pid
        finally:
            process.kill()


def test_the_locker_itself_is_read() -> None:
    assert unlocks(7, {7})


def test_nobody_is_read_where_no_locker_says_who_it_is() -> None:
    assert not unlocks(os.getpid(), frozenset())
    assert not unlocks(None, frozenset())


@pytest.mark.parametrize("name", ["kscreenlocker_greet", "mate-screensaver-dialog", "xfce4-screensaver-dialog"])
def test_a_lockers_child_that_asks_for_the_password_is_read(name: str, tmp_path: Path) -> None:
    with child_called(name, tmp_path) as pid:
        assert unlocks(pid, {os.getpid()})
        assert not unlocks(pid, {1})


def test_a_program_that_the_sessions_manager_has_started_is_not_read(tmp_path: Path) -> None:
    with child_called("konsole", tmp_path) as pid:
        assert not unlocks(pid, {os.getpid()})


def test_a_process_that_has_ended_is_not_read(tmp_path: Path) -> None:
    with child_called("kscreenlocker_greet", tmp_path) as pid:
        pass

    assert not unlocks(pid, {os.getpid()})
