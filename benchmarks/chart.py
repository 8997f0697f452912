"""The one chart: for each headline two bars, ours and the rival's, as SVG that reads in light and in dark.

No meaning by colour alone: every bar has its name and its figure beside it, and the rival's is hatched.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from benchmarks.figures import Comparison, Result, amount

TITLE = "What Sightline takes, beside its rivals"

_WIDTH, _LEFT, _BAR_WIDTH, _BAR_HEIGHT = 820, 150, 520, 18
_TOP, _ROW_HEIGHT, _FOOT = 64, 82, 44

_STYLE = """
  svg { color-scheme: light dark; }
  .paper { fill: #ffffff; } .ink, text { fill: #1f2328; } .quiet { fill: #4d555e; }
  .ours { fill: #0b5cad; } .theirs { fill: url(#hatched); stroke: #4d555e; } .hatch { stroke: #4d555e; }
  text { font: 15px system-ui, "Noto Sans", sans-serif; } .title { font-size: 20px; font-weight: 600; }
  .strong { font-weight: 600; }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117; } .ink, text { fill: #f0f3f6; } .quiet { fill: #b7bdc8; }
    .ours { fill: #71b7ff; } .theirs { stroke: #b7bdc8; } .hatch { stroke: #b7bdc8; }
  }
"""


def headlines(results: Sequence[Result]) -> list[Comparison]:
    """Return what the chart shows."""
    found = [comparison for result in results for comparison in result.comparisons if comparison.headline]
    return [comparison for comparison in found if comparison.ratio is not None]


def in_words(results: Sequence[Result]) -> str:
    """Return what the chart shows, for those who read it."""
    return "Less is better. " + " ".join(_sentence(comparison) for comparison in headlines(results))


def chart(results: Sequence[Result], date: str) -> str:
    """Return the chart as SVG."""
    shown = headlines(results)
    height = _TOP + len(shown) * _ROW_HEIGHT + _FOOT
    rows = "".join(_row(comparison, _TOP + place * _ROW_HEIGHT) for place, comparison in enumerate(shown))
    foot = f"Less is better. Medians, each pair measured in turn in one run, {date}. Details: RESULTS.md"
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}"
viewBox="0 0 {_WIDTH} {height}" role="img" aria-labelledby="title description">
<title id="title">{TITLE}</title>
<desc id="description">{escape(in_words(results))}</desc>
<style>{_STYLE}</style>
<defs><pattern id="hatched" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">\
<line class="hatch" y2="7" stroke-width="2"/></pattern></defs>
<rect class="paper" width="100%" height="100%"/>
<text class="title" x="24" y="36">{TITLE}</text>
{rows}<text class="quiet" x="24" y="{height - 18}">{escape(foot)}</text>
</svg>
"""


def _row(comparison: Comparison, top: int) -> str:
    assert comparison.rival
    ours, theirs = comparison.ours.median, comparison.rival.median
    scale = _BAR_WIDTH / max(ours, theirs)
    return (
        f'<text class="strong" x="24" y="{top + 14}">{escape(comparison.headline)}</text>\n'
        f'<text class="strong" x="{_WIDTH - 24}" y="{top + 14}" text-anchor="end">{_factor(comparison)}</text>\n'
        + _bar("ours", "Sightline", amount(ours, comparison.unit), ours * scale, top + 22)
        + _bar("theirs", comparison.rival_name, amount(theirs, comparison.unit), theirs * scale, top + 46)
    )


def _bar(kind: str, name: str, value: str, width: float, top: int) -> str:
    middle = top + 14
    return (
        f'<text x="{_LEFT - 10}" y="{middle}" text-anchor="end">{escape(name)}</text>\n'
        f'<rect class="{kind}" x="{_LEFT}" y="{top}" width="{max(width, 1.5):.1f}" height="{_BAR_HEIGHT}"/>\n'
        f'<text x="{_LEFT + max(width, 1.5) + 8:.1f}" y="{middle}">{escape(value)}</text>\n'
    )


def _factor(comparison: Comparison) -> str:
    assert comparison.ratio
    less, factor = comparison.ratio < 1, max(comparison.ratio, 1 / comparison.ratio)
    return f"{factor:.1f} times {'less' if less else 'more'}" if factor < 10 else f"{factor:,.0f} times less"


def _sentence(comparison: Comparison) -> str:
    assert comparison.rival
    ours, theirs = (amount(series.median, comparison.unit) for series in (comparison.ours, comparison.rival))
    return f"{comparison.headline}: Sightline {ours}, {comparison.rival_name} {theirs}."
