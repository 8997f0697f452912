"""What a program costs: its memory, its time on a core, how often it wakes, with all that it has started."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Usage:
    """Since the program started: milliseconds on a core, and how often a thread of it was put on one."""

    cpu_ms: float
    switches: int

    def __sub__(self, before: Usage) -> Usage:
        return Usage(self.cpu_ms - before.cpu_ms, self.switches - before.switches)


@dataclass(frozen=True, slots=True)
class Memory:
    """Now, in MB of 1,000,000 bytes. `proportional` (PSS) counts what is shared only in parts."""

    resident: float
    proportional: float


def usage(pid: int) -> Usage:
    """Return what a program and its children have used; schedstat counts nanoseconds, `stat` only hundredths."""
    cpu_ns = switches = 0
    for process in family(pid):
        for thread in _threads(process):
            cpu_ns += int(_text(thread / "schedstat").split()[0])
            status = _fields(thread / "status")
            switches += int(status["voluntary_ctxt_switches"]) + int(status["nonvoluntary_ctxt_switches"])
    return Usage(cpu_ns / 1e6, switches)


def memory(pid: int) -> Memory:
    """Return what a program and its children hold."""
    maps = [_fields(_PROC / str(process) / "smaps_rollup") for process in family(pid)]
    resident, proportional = (sum(int(fields[name].split()[0]) for fields in maps) for name in ("Rss", "Pss"))
    return Memory(resident * 1024 / 1e6, proportional * 1024 / 1e6)


def family(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    found = [pid]
    for process in found:  # it grows while it is walked
        for thread in _threads(process):
            found += [int(child) for child in _text(thread / "children").split()]
    return found


def _threads(pid: int) -> Iterator[Path]:
    with contextlib.suppress(FileNotFoundError):
        yield from (_PROC / str(pid) / "task").iterdir()


def _fields(file: Path) -> dict[str, str]:
    lines = (line.partition(":") for line in _text(file).splitlines())
    return {name: value.strip() for name, _, value in lines}


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")
