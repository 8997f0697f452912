"""Find and end every process of a private desktop, also those that its D-Bus started. Used by VirtualDesktop.

A program that runs in a private desktop carries the desktop's mark, a variable of its own name, in its
environment, and hands it to everything it starts. Run as a program, this file is the desktop's keeper: it waits
until the process that opened the desktop closes its end of a pipe, or dies, then ends the desktop and removes
its folder. So nothing is left behind even where the opener was killed.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

POLITE_SECONDS = 2.0  # after SIGTERM; Xvfb needs milliseconds to remove its lock file, nobody needs more than this
_PROC = Path("/proc")


def new_mark() -> str:
    """Return a variable name that no other desktop has."""
    return f"SIGHTLINE_DESKTOP_{secrets.token_hex(8)}"


def marked(mark: str) -> set[int]:
    """Return the processes that carry the mark, and all their descendants, except this one."""
    wanted = f"{mark}=".encode()
    parents = {pid: _parent(pid) for pid in _all_processes()}
    found = {pid for pid in parents if wanted in _environment(pid)}
    while more := {pid for pid, parent in parents.items() if parent in found and pid not in found}:
        found |= more
    return found - {os.getpid()}


def named(pids: Iterable[int], name: str) -> set[int]:
    """Return those of the processes whose command has this name (its first 15 characters, as the kernel keeps it)."""
    return {pid for pid in pids if _read(pid, "comm").strip() == name[:15].encode()}


def end(pids: Iterable[int], *, polite_seconds: float = POLITE_SECONDS) -> None:
    """End processes: SIGTERM, then SIGKILL for those that stay. Return when all are gone."""
    watched = {}
    for pid in pids:
        with contextlib.suppress(OSError):
            watched[os.pidfd_open(pid)] = pid
    try:
        _signal(watched, signal.SIGTERM)
        staying = _wait(set(watched), polite_seconds)
        _signal(staying, signal.SIGKILL)
        _wait(staying, POLITE_SECONDS)
    finally:
        for descriptor in watched:
            os.close(descriptor)


def end_marked(mark: str) -> None:
    """End everything that carries the mark, and what it started meanwhile."""
    for _ in range(20):  # each pass ends all there were; only a fork bomb needs more than two or three
        left = marked(mark)
        if not left:
            return
        end(left)


class Keeper:
    """Ends a desktop and removes its folder when this process closes it or dies."""

    def __init__(self, mark: str, folder: Path) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own file, with names that we made
            [sys.executable, "-I", "-S", __file__, mark, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # so that Control C in the terminal does not end it before its work is done
        )

    def close(self) -> None:
        """Have the desktop ended; return when it is."""
        with contextlib.suppress(OSError):
            assert self._process.stdin is not None
            self._process.stdin.close()
        self._process.wait()


def _signal(descriptors: Iterable[int], number: signal.Signals) -> None:
    for descriptor in descriptors:
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(descriptor, number)


def _wait(descriptors: set[int], seconds: float) -> set[int]:
    """Wait for processes to end; return those that did not."""
    staying = set(descriptors)
    until = time.monotonic() + seconds
    poll = select.poll()
    for descriptor in staying:
        poll.register(descriptor, select.POLLIN)
    while staying and (left := until - time.monotonic()) > 0:
        for descriptor, _ in poll.poll(left * 1000):
            poll.unregister(descriptor)
            staying.discard(descriptor)
    return staying


def _all_processes() -> list[int]:
    return [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit()]


def _environment(pid: int) -> bytes:
    return b"\0" + _read(pid, "environ")


def _parent(pid: int) -> int:
    after_name = _read(pid, "stat").rpartition(b")")[2].split()
    return int(after_name[1]) if len(after_name) > 1 else 0


def _read(pid: int, name: str) -> bytes:
    try:
        return (_PROC / str(pid) / name).read_bytes()
    except OSError:  # it has ended, or belongs to somebody else
        return b""


def _keep(mark: str, folder: str) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.buffer.read()
    end_marked(mark)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    _keep(*sys.argv[1:])
