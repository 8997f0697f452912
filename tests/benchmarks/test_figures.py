"""What is made of measurements: medians, ratios, targets, the page and the chart."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.__main__ import main, save
from benchmarks.figures import Comparison, Result, Series, Target, amount
from benchmarks.report import section
from benchmarks.turns import in_turn

SVG = "{http://www.w3.org/2000/svg}"


def comparison(ours: float, theirs: float, target: Target | None = None) -> Comparison:
    return Comparison("memory", Series((ours,)), "Orca", Series((theirs,)), "MB", target, "Memory")


def test_what_never_came_is_counted_apart() -> None:
    series = Series.of([3.0, None, 1.0, 2.0])

    assert (series.median, series.count, series.missed) == (2.0, 3, 1)


@pytest.mark.parametrize(("count", "expected"), [(1, 1), (10, 9), (11, 10), (100, 90)])
def test_nine_in_ten_do_not_exceed_p90(count: int, expected: int) -> None:
    assert Series(tuple(map(float, range(1, count + 1)))).p90 == expected


@pytest.mark.parametrize(
    ("target", "is_met"),
    [
        (Target(0.5), True),
        (Target(0.4), False),
        (Target(40, is_ratio=False), True),
        (Target(39, is_ratio=False), False),
        (None, None),
    ],
)
def test_a_target_is_a_ratio_or_an_amount(target: Target | None, is_met: bool | None) -> None:
    assert comparison(40, 80, target).is_met is is_met


def test_nothing_measured_meets_no_target() -> None:
    nothing = Comparison("memory", Series(()), "Orca", Series((1.0,)), target=Target(1))

    assert nothing.is_met is None
    assert "none" in section(Result("x", "X", (nothing,)))


@pytest.mark.parametrize(("value", "text"), [(0.834, "0.83"), (14.52, "14.5"), (613.4, "613"), (2198.4, "2,198")])
def test_figures_have_three_digits_or_so(value: float, text: str) -> None:
    assert amount(value) == text


def test_a_table_tells_what_was_measured_and_that_a_target_was_missed() -> None:
    table = section(Result("footprint", "Memory", (comparison(40, 80, Target(0.4)),), ("How it was done.",), (0.5, 1)))

    assert "| memory | 40.0 MB (40.0; n = 1) | Orca | 80.0 MB (80.0; n = 1) | 0.50 × | ≤ 0.4 × | **no** |" in table
    assert "- How it was done." in table
    assert "0.5 before, 1.0 after" in table


@pytest.mark.parametrize(
    ("ours", "factor"), [(40.0, "2.0 times less"), (160.0, "2.0 times more"), (1.0, "80 times less")]
)
def test_the_chart_tells_everything_in_words(tmp_path: Path, ours: float, factor: str) -> None:
    save([Result("footprint", "Memory", (comparison(ours, 80),))], tmp_path)

    drawing = ElementTree.parse(tmp_path / "results.svg").getroot()
    texts = [element.text for element in drawing.iter(f"{SVG}text")]
    description = drawing.findtext(f"{SVG}desc") or ""
    assert {"Memory", "Sightline", "Orca", amount(ours, "MB"), "80.0 MB", factor} <= set(texts)
    assert description in (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    assert f"Memory: Sightline {amount(ours, 'MB')}, Orca 80.0 MB." in description


def test_no_bar_leaves_the_chart(tmp_path: Path) -> None:
    save([Result("footprint", "Memory", (comparison(1000, 1), comparison(1, 1000)))], tmp_path)

    drawing = ElementTree.parse(tmp_path / "results.svg").getroot()
    bars = [element for element in drawing.iter(f"{SVG}rect") if element.get("class") in {"ours", "theirs"}]
    ends = [float(bar.get("x", "")) + float(bar.get("width", "")) for bar in bars]
    assert len(ends) == 4
    assert max(ends) < float(drawing.get("width", "")) - 100  # its figure stands behind it


async def test_every_second_round_is_in_reverse_order() -> None:
    order: list[str] = []

    async def do(name: str) -> str:
        order.append(name)
        return name

    brought = await in_turn(3, lambda: do("a"), lambda: do("b"))

    assert order == ["a", "b", "b", "a", "a", "b"]
    assert brought == [["a"] * 3, ["b"] * 3]


@pytest.mark.parametrize("arguments", [["nothing"], ["focus", "--save"], ["--quick", "--save"]])
def test_wrong_usage_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
