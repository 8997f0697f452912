"""`--image`: a picture in a file is explained, listed and asked about as a window is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.host.png import png
from assistant.host.virtual_desktop import VirtualDesktop
from harness.daemon import sightline
from harness.scripted_model import ScriptedModel, Talk, scripted_model

pytest.importorskip("openai", reason="needs sightline[vlm]")
pytest.importorskip("PIL", reason="needs sightline[vlm]")


def picture(folder: Path, *, colours: int = 2) -> str:
    file = folder / "drawn.png"
    rows = b"".join(bytes((40 * (column // 10 % colours), 90, 200)) for column in range(80)) * 60
    file.write_bytes(png(80, 60, rows))
    return str(file)


def use(desktop: VirtualDesktop, server: ScriptedModel | None) -> None:
    file = Path(desktop.environment["XDG_CONFIG_HOME"]) / "sightline" / "settings.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"engine: {{url: '{server.url}', model: screen}}\n" if server else "", encoding="utf-8")


async def describes(talk: Talk) -> None:
    await talk.begin()
    await talk.say("It looks like blue and green stripes. ", 'The title says "Quarterly revenue".')
    await talk.finish()


async def test_the_model_tells_what_is_in_the_picture(desktop: VirtualDesktop, tmp_path: Path) -> None:
    async with scripted_model(describes) as server:
        use(desktop, server)
        explained = await sightline(desktop, "explain", "--image", picture(tmp_path), "--silent", "--json")
        asked = await sightline(desktop, "ask", "Which colours?", "--image", picture(tmp_path), "--silent")

    told = json.loads(explained.out)
    assert [sentence["origin"] for sentence in told["sentences"]] == ["model"]
    assert (asked.status, asked.out.count("\n")) == (0, 1)
    assert "stripes" in asked.out
    assert "revenue" not in explained.out + asked.out
    assert all("drawn.png" not in json.dumps(question.body) for question in server.asked)


@pytest.mark.parametrize("command", [("explain",), ("explain", "--structure"), ("scene",)])
async def test_with_nothing_that_reads_it_what_to_install_is_said(
    desktop: VirtualDesktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['rapidocr'] = None\n", encoding="utf-8")
    monkeypatch.setitem(desktop.environment, "PYTHONPATH", str(tmp_path))
    use(desktop, None)

    outcome = await sightline(desktop, *command, "--image", picture(tmp_path))

    assert (outcome.status, outcome.out) == (4, "")
    assert "sightline[ocr]" in outcome.err
    assert "sightline model list" in outcome.err


async def test_a_picture_in_which_nothing_can_be_read_is_said_to_be_one(
    desktop: VirtualDesktop, tmp_path: Path
) -> None:
    pytest.importorskip("rapidocr", reason="needs sightline[ocr]")
    use(desktop, None)

    outcome = await sightline(desktop, "explain", "--image", picture(tmp_path))

    assert (outcome.status, outcome.out) == (3, "")
    assert "sightline model list" in outcome.err


async def test_a_picture_of_one_colour_is_said_to_be(desktop: VirtualDesktop, tmp_path: Path) -> None:
    async with scripted_model(describes) as server:
        use(desktop, server)
        outcome = await sightline(desktop, "explain", "--image", picture(tmp_path, colours=1), "--silent")

    assert (outcome.status, outcome.out, server.asked) == (3, "", [])
    assert "one colour" in outcome.err


@pytest.mark.parametrize("command", ["explain", "scene"])
@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("--image", "/nowhere/at-all.png"), 2, "no such file"),
        (("--image", "/etc"), 2, "folder"),
        (("--image", "/etc/passwd"), 3, "no picture"),
        (("--image", "/etc/passwd", "--window", "0x123"), 2, "exclude each other"),
    ],
)
async def test_what_is_no_picture_is_refused_with_its_status(
    desktop: VirtualDesktop, command: str, arguments: tuple[str, ...], status: int, words: str
) -> None:
    use(desktop, None)

    outcome = await sightline(desktop, command, *arguments)

    assert (outcome.status, outcome.out) == (status, "")
    assert words in outcome.err
    assert "Traceback" not in outcome.err
