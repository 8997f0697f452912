"""Print every word that a process shows on the accessibility bus, as libatspi reads it: `all_words.py PID`.

An oracle for what Sightline says: it shares no code with it, and runs with the system's own Python.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import gi  # type: ignore[import-not-found, import-untyped, unused-ignore] # it has no types, and lives outside venvs

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: E402


def words(of: Any, depth: int = 0) -> Iterator[str]:
    try:
        yield from (of.get_name(), of.get_description(), *of.get_attributes().values())
        if "Text" in of.get_interfaces():
            yield Atspi.Text.get_text(of, 0, -1)
        children = [of.get_child_at_index(place) for place in range(of.get_child_count())]
    except GLib.Error:  # it has gone meanwhile
        return
    for child in children:
        if child is not None and depth < 40:
            yield from words(child, depth + 1)


desktop = Atspi.get_desktop(0)
applications = [desktop.get_child_at_index(place) for place in range(desktop.get_child_count())]
wanted = [each for each in applications if each is not None and each.get_process_id() == int(sys.argv[1])]
print(json.dumps([word for application in wanted for word in words(application) if word]))
