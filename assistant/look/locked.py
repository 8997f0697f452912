"""A locked screen: of all windows, that one alone is read in which it is unlocked."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path

from assistant.desktop.target import Target
from assistant.look.snapshot import Snapshot
from assistant.scene import Scene, Window

_NAMES = ("lock", "screensaver")
"""Desktops leave the password to a child: kscreenlocker_greet, mate-screensaver-dialog. Other children of theirs,
programs that the session's manager has started, are none of ours now."""


def unlocks(pid: int | None, lockers: AbstractSet[int]) -> bool:
    """Say whether a process is one that has locked the screen, or the child of one that asks for the password."""
    if pid is None or pid in lockers:
        return pid is not None
    parent, name = _parent_and_name(pid)
    return parent in lockers and any(part in name for part in _NAMES)


def unseen(target: Target) -> Snapshot:
    """Return what may be known of a window that lies under the lock: nothing."""
    return Snapshot(target, Scene(Window(is_locked_screen=True)))


def marked(snapshot: Snapshot) -> Snapshot:
    """Return a snapshot that says of itself that the screen is locked."""
    window = replace(snapshot.scene.window, is_locked_screen=True)
    return replace(snapshot, scene=replace(snapshot.scene, window=window))


def _parent_and_name(pid: int) -> tuple[int, str]:
    """Return a process's parent and the name of its program, (0, "") if it has ended."""
    try:
        name = Path(f"/proc/{pid}/cmdline").read_bytes().partition(b"\0")[0]
        parent = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[1]
    except (OSError, IndexError):
        return 0, ""
    return int(parent), Path(name.decode("utf-8", "replace")).name
