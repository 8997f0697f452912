"""Walk a window through libatspi, as a screen reader in Python does: the rival of `snapshot`.

Run by the system's Python, which has gi. It reads process ids, one a line, and answers each with the milliseconds
that a walk of that process's window took, and how many nodes it has.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import gi  # type: ignore[import-not-found, import-untyped, unused-ignore] # it has no types, and lives outside venvs

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: E402

Node = Any


def main() -> None:
    Atspi.init()
    listener = Atspi.EventListener.new(lambda _: None)  # without one, GTK 3 keeps no cache; Orca has one too
    listener.register("object:state-changed:focused")
    print("ready", flush=True)
    for line in sys.stdin:
        window = window_of(int(line))
        window.clear_cache()
        started = time.perf_counter()
        count = walk(window)
        print((time.perf_counter() - started) * 1000, count, flush=True)


def window_of(pid: int) -> Node:
    """Return the window of a process, once there is one."""
    context = GLib.MainContext.default()
    while True:
        while context.iteration(False):
            pass
        desktop = Atspi.get_desktop(0)
        for place in range(desktop.get_child_count()):
            application = desktop.get_child_at_index(place)
            if application and application.get_process_id() == pid and application.get_child_count():
                return application.get_child_at_index(0)
        time.sleep(0.05)  # libatspi's own list has to be asked again; the time measured begins after it


def walk(node: Node) -> int:
    """Read what our own look reads of a node and of all below it; return how many there are."""
    node.get_name()
    node.get_description()
    node.get_role()
    node.get_state_set().get_states()
    component = node.get_component_iface()
    if component:
        component.get_extents(Atspi.CoordType.SCREEN)
    count = 1
    for place in range(node.get_child_count()):
        child = node.get_child_at_index(place)
        if child:
            count += walk(child)
    return count


if __name__ == "__main__":
    main()
