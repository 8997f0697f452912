"""The floors of the house (DESIGN.md): what may import what, and what the daemon never loads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from pkgutil import iter_modules

import pytest

import assistant

SETTINGS = Path(__file__).parent.parent / "pyproject.toml"
HEAVY = {"numpy", "PIL", "torch", "transformers", "onnxruntime", "typer", "rich", "jinja2", "pydantic"}
HEAVY |= {"openai", "httpx2", "huggingface_hub"}
ROOMS = tuple(module.name for module in iter_modules(assistant.__path__))
ABOVE_THE_DAEMON = {"__main__", "cli", "control", "demo", "once", "serve", "engine"}
LIGHT_ROOMS = tuple(room for room in ROOMS if room not in ABOVE_THE_DAEMON)

GROUND = ("scene", "sentence", "profile", "config", "commands", "errors", "settings")
FLOORS = (*GROUND, "desktop", "host", "watch", "look", "explain", "speak")


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the floors of the package `assistant` in a folder."""
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", command, "--config", SETTINGS, "--no-cache", "--no-logo"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def made_up_house(tmp_path: Path) -> Path:
    """Return a folder with a package `assistant` in which no room imports anything."""
    house = tmp_path / "assistant"
    house.mkdir()
    (house / "__init__.py").touch()
    for room in FLOORS:
        (house / f"{room}.py").touch()
    return tmp_path


def test_no_room_imports_from_a_floor_that_is_not_below_its_own() -> None:
    checked = lint_imports(SETTINGS.parent)

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_house_in_order_passes(made_up_house: Path) -> None:
    (made_up_house / "assistant" / "watch.py").write_text("import assistant.desktop, assistant.scene")

    checked = lint_imports(made_up_house)

    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize(
    ("room", "imported"),
    [
        ("scene", "desktop"),
        ("errors", "speak"),
        ("desktop", "watch"),
        ("desktop", "host"),
        ("host", "desktop"),
        ("watch", "look"),
        ("look", "explain"),
        ("explain", "speak"),
        ("speak", "watch"),
    ],
)
def test_an_import_up_or_between_two_rooms_is_caught(made_up_house: Path, room: str, imported: str) -> None:
    (made_up_house / "assistant" / f"{room}.py").write_text(f"def late():\n    import assistant.{imported}\n")

    checked = lint_imports(made_up_house)

    assert checked.returncode == 1
    assert f"assistant.{room} is not allowed to import assistant.{imported}" in checked.stdout


def test_a_room_without_a_floor_is_caught(made_up_house: Path) -> None:
    (made_up_house / "assistant" / "attic.py").touch()

    checked = lint_imports(made_up_house)

    assert checked.returncode == 1
    assert "attic" in checked.stdout


@pytest.mark.parametrize("room", LIGHT_ROOMS)
def test_a_room_of_the_daemon_loads_nothing_heavy(room: str) -> None:
    loaded = modules_loaded_by(f"assistant.{room}")

    assert f"assistant.{room}" in loaded
    assert not loaded & HEAVY


def test_a_heavy_import_is_noticed() -> None:
    assert "typer" in modules_loaded_by("typer")


def modules_loaded_by(module: str) -> set[str]:
    """Return what a fresh Python has loaded once it has imported a module."""
    command = f"import sys, {module}; print(*sys.modules)"
    return set(
        subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True).stdout.split()
    )


def test_who_has_chosen_no_model_does_not_load_what_asks_one() -> None:
    loaded = modules_loaded_by("assistant.daemon")

    assert "assistant.guide" in loaded
    assert not loaded & {"assistant.adviser", "assistant.answers", "assistant.engine", "assistant.explain.guard"}
