"""Run benchmarks: `python -m benchmarks [NAME ...] [--quick]`; `--save` keeps a whole run in RESULTS.md."""

from __future__ import annotations

import argparse
import asyncio
import datetime
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from assistant.errors import SomethingMissing
from benchmarks.chart import chart, in_words
from benchmarks.figures import Result
from benchmarks.machine import load, machine, versions
from benchmarks.report import page, section

NAMES = ("focus", "dialog", "snapshot", "voices", "footprint", "picture", "sight", "engine")
QUICK_SHARE = 0.1
HERE = Path(__file__).parent

Benchmark = Callable[[float], Awaitable[Result]]


def main(arguments: list[str] | None = None) -> int:
    """Run what is named; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Sightline beside its rivals.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"all, or some of: {', '.join(NAMES)}")
    parser.add_argument("--quick", action="store_true", help="a tenth of the measurements: a trial, no figures to show")
    parser.add_argument("--save", action="store_true", help="keep a whole run in RESULTS.md and results.svg")
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.names) - set(NAMES):
        parser.error(f"there is no {', '.join(sorted(unknown))}; choose from {', '.join(NAMES)}")
    if chosen.save and (chosen.names or chosen.quick):
        parser.error("--save keeps a whole run: give no names, and not --quick")
    try:
        results = [measure(name, QUICK_SHARE if chosen.quick else 1.0) for name in chosen.names or NAMES]
    except SomethingMissing as error:
        print(error, file=sys.stderr)
        return error.exit_status
    if chosen.save:
        save(results, HERE)
    return 0


def measure(name: str, share: float) -> Result:
    """Run one benchmark and print its table."""
    print(f"{name}: measuring", file=sys.stderr, flush=True)
    run: Benchmark = import_module(f"benchmarks.{name}").run
    before, started = load(), time.monotonic()
    measured = replace(asyncio.run(_awaited(run, share)), load=(before, load()))
    print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr)
    print(section(measured), end="\n\n", flush=True)
    return measured


def save(results: list[Result], folder: Path) -> None:
    """Write the page and its chart."""
    date = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    facts: tuple[Mapping[str, str], Mapping[str, str]] = (machine(), versions())
    (folder / "results.svg").write_text(chart(results, date), encoding="utf-8")
    (folder / "RESULTS.md").write_text(page(results, *facts, date, in_words(results)), encoding="utf-8")


async def _awaited(run: Benchmark, share: float) -> Result:
    return await run(share)


if __name__ == "__main__":
    sys.exit(main())
