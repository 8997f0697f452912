"""The service at login, with a stand-in `systemctl` that writes down what it was asked."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.config import shipped
from assistant.control import service
from assistant.errors import SightlineError, SomethingMissing

SYSTEMCTL = f"""#!{sys.executable}
import os, sys
from pathlib import Path

folder = Path(__file__).parent.parent
request = " ".join(sys.argv[1:])
with (folder / "asked").open("a") as asked:
    print(request, file=asked)
refused = folder / "refused"
if refused.exists() and refused.read_text() in request:
    sys.exit("Failed: it was refused")
shown = folder / "shown"
if "LoadState" in request and shown.exists():
    print(shown.read_text())
"""
ENGINE = ["enable --now sightline-engine.socket"] if service.can_compute() else []
RUNNING = "LoadState=loaded\nUnitFileState=enabled\nActiveState=active\nStatusText=Ready.\nResult=success"


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that is the user's home, with a desktop session and a systemd that writes down requests."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "systemctl").write_text(SYSTEMCTL)
    (programs / "systemctl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("DISPLAY", ":1")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return tmp_path


def asked(machine: Path) -> list[str]:
    """Return what systemctl was asked, without the question whether it is there."""
    lines = (machine / "asked").read_text().splitlines()
    return [line.removeprefix("--user ") for line in lines if "Version" not in line]


def unit(machine: Path) -> Path:
    return machine / ".config/systemd/user/sightline.service"


def autostart(machine: Path) -> Path:
    return machine / ".config/autostart/sightline.desktop"


def test_installing_starts_it_at_login_and_now(machine: Path) -> None:
    said = service.install()

    assert said == "Sightline starts at login from now on. It runs now."
    assert asked(machine) == ["daemon-reload", "enable sightline.service", *ENGINE, "restart sightline.service"]
    assert autostart(machine).read_text() == (shipped("systemd") / "sightline.desktop").read_text()


def test_the_installed_unit_starts_the_sightline_that_installed_it(machine: Path) -> None:
    service.install()

    assert f'ExecStart="{service.command()}" run' in unit(machine).read_text().splitlines()
    assert service.command().parent == Path(sys.executable).parent


def test_installing_without_a_desktop_starts_nothing_now(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)

    said = service.install()

    assert "no desktop" in said
    assert asked(machine) == ["daemon-reload", "enable sightline.service", *ENGINE]


def test_installing_again_replaces_a_link_and_not_what_it_points_to(machine: Path) -> None:
    elsewhere = machine / "elsewhere"
    elsewhere.write_text("somebody else's")
    unit(machine).parent.mkdir(parents=True)
    unit(machine).symlink_to(elsewhere)

    service.install()

    assert elsewhere.read_text() == "somebody else's"
    assert "Type=notify" in unit(machine).read_text()


@pytest.mark.parametrize("action", [service.install, service.uninstall, service.status])
def test_without_a_user_manager_it_says_what_to_do_and_changes_nothing(
    machine: Path, action: Callable[[], str]
) -> None:
    (machine / "refused").write_text("Version")

    with pytest.raises(SomethingMissing, match=r"without sudo or su.*sightline run"):
        action()

    assert not (machine / ".config").exists()
    assert asked(machine) == []


def test_without_systemd_it_says_what_to_do(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(machine))

    with pytest.raises(SomethingMissing, match=r"no systemd.*sightline run"):
        service.install()


@pytest.mark.parametrize("refused", ["daemon-reload", "enable"])
def test_when_systemd_refuses_the_unit_of_before_is_kept(machine: Path, refused: str) -> None:
    unit(machine).parent.mkdir(parents=True)
    unit(machine).write_text("the one of before")
    (machine / "refused").write_text(refused)

    with pytest.raises(SightlineError, match=r"not installed: .* it was refused"):
        service.install()

    assert unit(machine).read_text() == "the one of before"
    assert not autostart(machine).exists()


def test_a_service_that_does_not_start_now_is_said_to_be_so(machine: Path) -> None:
    (machine / "refused").write_text("restart")

    with pytest.raises(SightlineError, match=r"starts at login from now on, but.*sightline doctor"):
        service.install()


def test_uninstalling_leaves_nothing_behind(machine: Path) -> None:
    service.install()

    said = service.uninstall()

    assert said.startswith("Sightline has stopped")
    stopped = ["disable --now sightline-engine.socket", "stop sightline-engine.service"] if ENGINE else []
    assert asked(machine)[len(ENGINE) + 3 :] == ["disable --now sightline.service", *stopped, "daemon-reload"]
    assert [path for path in (machine / ".config").rglob("*") if path.is_file()] == []


def test_uninstalling_what_is_not_installed_changes_nothing(machine: Path) -> None:
    assert "nothing was changed" in service.uninstall()
    assert asked(machine) == []


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("LoadState=not-found\nActiveState=inactive", "not installed as a service. Run: sightline service install"),
        (RUNNING, "Sightline starts at login.\nIt runs now: Ready."),
        (RUNNING.replace("StatusText=Ready.", "StatusText=Paused."), "It runs now: Paused."),
        (RUNNING.replace("=enabled", "=disabled"), "does not start at login. Run: sightline service install"),
        (RUNNING.replace("=active", "=activating"), "It is starting."),
        (RUNNING.replace("=active", "=inactive"), "It does not run now."),
        (RUNNING.replace("=active", "=failed").replace("success", "watchdog"), "fault (watchdog)."),
    ],
)
def test_the_status_is_said_in_words(machine: Path, shown: str, said: str) -> None:
    (machine / "shown").write_text(shown)

    assert said in service.status()


def test_a_unit_of_another_sightline_is_noticed(machine: Path) -> None:
    service.install()
    unit(machine).write_text("ExecStart=/old/sightline run")
    (machine / "shown").write_text(RUNNING)

    assert service.status().endswith("Its unit is of another Sightline. Run: sightline service install")


def test_a_unit_of_our_own_is_not_complained_about(machine: Path) -> None:
    service.install()
    (machine / "shown").write_text(RUNNING)

    assert "another" not in service.status()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
@pytest.mark.parametrize("folder", ["plain", "two words", "100%h", "$HOME", "你好 é"])
def test_systemd_has_nothing_to_say_about_the_unit(machine: Path, folder: str) -> None:
    program = machine / folder / "sightline"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    file = machine / "sightline.service"
    file.write_text(service.unit_text(program))

    assert verified(file, machine) == ""


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
@pytest.mark.parametrize("unit", ["sightline.service", "sightline-engine.service", "sightline-engine.socket"])
def test_systemd_has_nothing_to_say_about_the_unit_as_shipped(machine: Path, unit: str) -> None:
    assert verified(shipped("systemd") / unit, machine) == ""


@pytest.mark.skipif(not service.can_compute(), reason="the extra vlm is not installed")
def test_with_the_models_libraries_systemd_listens_for_the_engine(machine: Path) -> None:
    service.install()
    units = unit(machine).parent

    assert f'ExecStart="{service.command()}" engine' in (units / "sightline-engine.service").read_text().splitlines()
    assert "SocketMode=0600" in (units / "sightline-engine.socket").read_text().splitlines()
    if shutil.which("systemd-analyze"):
        assert verified(units / "sightline-engine.socket", machine) == ""


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_a_wrong_unit_is_noticed(machine: Path) -> None:
    file = machine / "sightline.service"
    file.write_text(service.unit_text(Path("/bin/true")).replace("WatchdogSec", "WatchdogSeconds"))

    assert "WatchdogSeconds" in verified(file, machine)


@pytest.mark.parametrize("folder", ['a"b', "a'b", "a\\b"])
def test_a_path_that_systemd_cannot_take_is_refused_with_what_to_do(folder: str) -> None:
    with pytest.raises(SightlineError, match="move Sightline"):
        service.quoted(Path("/home") / folder / "sightline")


def verified(file: Path, runtime: Path) -> str:
    """Return all that systemd-analyze says about a unit; its exit status does not tell of wrong keys."""
    checked = subprocess.run(
        ["systemd-analyze", "--user", "verify", str(file)],
        env={**os.environ, "XDG_RUNTIME_DIR": str(runtime)},
        capture_output=True,
        text=True,
        check=False,
    )
    return checked.stdout + checked.stderr
