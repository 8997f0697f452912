"""Results as Markdown: one table for each benchmark, with its target beside the ratio and whether it is met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.figures import Comparison, Result, Series, Unit, amount

_HEAD = "| what | Sightline | rival | | ratio | target | met |\n| --- | ---: | --- | ---: | ---: | ---: | --- |"
_MET = {True: "yes", False: "**no**", None: ""}


def section(result: Result) -> str:
    """Return one benchmark's table and notes."""
    before, after = result.load
    lines = [
        f"## {result.title} (`python -m benchmarks {result.name}`)",
        "",
        _HEAD,
        *(_line(comparison) for comparison in result.comparisons),
        "",
        *("- " + note.replace("\n", "\n  ") for note in result.notes),
        f"- Load average over a minute: {before:.1f} before, {after:.1f} after (our own work included).",
    ]
    return "\n".join(lines)


def page(
    results: Sequence[Result], machine: Mapping[str, str], versions: Mapping[str, str], date: str, alternative: str
) -> str:
    """Return the whole page; `alternative` says what the chart shows."""
    return "\n".join(
        [
            "# What Sightline takes, beside its rivals",
            "",
            (
                f"Measured on {date} by `python -m benchmarks --save`; nothing here was written by hand. Each line was "
                "measured in one run, ours and the rival's in turn, with one clock. Cells are medians, in brackets the "
                "90th percentile and the number of measurements. A ratio is ours through theirs: below 1 is better."
            ),
            "",
            f"![{alternative}](results.svg)",
            "",
            _summary(results),
            "",
            *(f"- {name}: {value}" for name, value in machine.items()),
            f"- versions: {', '.join(f'{name} {version}' for name, version in versions.items())}",
            "",
            "\n\n".join(section(result) for result in results),
            "",
        ]
    )


def _summary(results: Sequence[Result]) -> str:
    judged = [comparison for result in results for comparison in result.comparisons if comparison.is_met is not None]
    missed = [comparison.what for comparison in judged if not comparison.is_met]
    summary = f"{len(judged) - len(missed)} of {len(judged)} targets are met."
    return summary + (f" Not met: {'; '.join(missed)}." if missed else "")


def _line(comparison: Comparison) -> str:
    unit, ratio, target = comparison.unit, comparison.ratio, comparison.target
    cells = (
        comparison.what,
        _series(comparison.ours, unit),
        comparison.rival_name,
        _series(comparison.rival, unit) if comparison.rival else "",
        "" if ratio is None else f"{ratio:.2f} ×" if ratio >= 0.02 else f"{ratio:.4f} ×",
        target.text(unit) if target else "",
        _MET[comparison.is_met],
    )
    return f"| {' | '.join(cells)} |"


def _series(series: Series, unit: Unit) -> str:
    missed = f", {series.missed} never came" if series.missed else ""
    if not series.values:
        return f"none{missed}"
    return f"{amount(series.median)} {unit} ({amount(series.p90)}; n = {series.count}{missed})"
