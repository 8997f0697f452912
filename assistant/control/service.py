"""The service that starts Sightline at login: `sightline service install|uninstall|status`."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

from assistant.config import shipped
from assistant.errors import SightlineError, SomethingMissing

UNIT = "sightline.service"
ENGINE, ENGINE_SOCKET = "sightline-engine.service", "sightline-engine.socket"
AUTOSTART = "sightline.desktop"
SYSTEMCTL_SECONDS = 60  # `start` waits for the daemon's READY, which the unit gives 30 seconds less


def install() -> str:
    """Start Sightline at every login, and now if this is a desktop session; return what was done.

    Where the libraries of the model are installed, systemd listens for it too, and starts it when it is asked.
    SomethingMissing if there is no user manager; then, and whenever systemd refuses, no file has changed.
    """
    _need_manager()
    program, has_engine = command(), can_compute()
    wanted = {_unit_file(): unit_text(program), _autostart_file(): _shipped_text(AUTOSTART)}
    if has_engine:
        wanted |= {
            _unit_file(ENGINE): unit_text(program, ENGINE),
            _unit_file(ENGINE_SOCKET): _shipped_text(ENGINE_SOCKET),
        }
    before = {file: _text(file) for file in wanted}
    try:
        for file, text in wanted.items():
            _write(file, text)
        _systemctl("daemon-reload")
        _systemctl("enable", UNIT)
        if has_engine:
            _systemctl("enable", "--now", ENGINE_SOCKET)
    except (OSError, SightlineError) as error:
        for file, old_text in before.items():
            _write(file, old_text)
        raise SightlineError(f"The service was not installed: {error}") from error
    return "Sightline starts at login from now on. " + _start()


def uninstall() -> str:
    """Stop Sightline and no longer start it at login; return what was done."""
    _need_manager()
    if not _unit_file().exists():
        return "Sightline was not installed as a service; nothing was changed."
    _systemctl("disable", "--now", UNIT)
    if _unit_file(ENGINE_SOCKET).exists():
        _systemctl("disable", "--now", ENGINE_SOCKET)
        _systemctl("stop", ENGINE)
    for file in (_unit_file(), _unit_file(ENGINE), _unit_file(ENGINE_SOCKET), _autostart_file()):
        _write(file, None)
    _systemctl("daemon-reload")
    return "Sightline has stopped and no longer starts at login. Your settings are kept."


def status() -> str:
    """Return whether Sightline starts at login, whether it runs, and what to do if not."""
    _need_manager()
    names = "LoadState,UnitFileState,ActiveState,StatusText,Result"
    lines = _systemctl("show", "--property", names, UNIT).splitlines()
    shown = dict(line.split("=", 1) for line in lines if "=" in line)
    if shown.get("LoadState") == "not-found":
        return "Sightline is not installed as a service. Run: sightline service install"
    return "\n".join((_at_login(shown), _running(shown), *_outdated()))


def unit_text(program: Path, unit: str = UNIT) -> str:
    """Return the unit that starts this program."""
    return _shipped_text(unit).replace("ExecStart=/usr/bin/env sightline", f"ExecStart={quoted(program)}")


def can_compute() -> bool:
    """Whether the libraries that our own engine needs are installed."""
    return all(importlib.util.find_spec(library) for library in ("torch", "transformers"))


def quoted(program: Path) -> str:
    """Return a program's path as `ExecStart=` wants it; systemd takes no quotes or backslashes in it."""
    if set("'\"\\\n") & set(str(program)):
        raise SightlineError(f"systemd cannot start {program}: move Sightline to a folder without quotes in its name.")
    return '"' + str(program).replace("%", "%%") + '"'


def command() -> Path:
    """Return where the command `sightline` of this installation is: virtual environment, pipx, system or user."""
    user = sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user"))
    for folder in (sysconfig.get_path("scripts"), user):
        if os.access(program := Path(folder) / "sightline", os.X_OK):
            return program
    if found := shutil.which("sightline"):
        return Path(found).absolute()
    raise SomethingMissing("The command sightline is not installed. Run: pipx install sightline")


def _start() -> str:
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return "There is no desktop here to start it in now."
    try:
        _systemctl("restart", UNIT)
    except SightlineError as error:
        raise SightlineError(
            "Sightline starts at login from now on, but it could not start now. Run: sightline doctor"
        ) from error
    return "It runs now."


def _at_login(shown: dict[str, str]) -> str:
    if shown.get("UnitFileState") == "enabled":
        return "Sightline starts at login."
    return "Sightline does not start at login. Run: sightline service install"


def _running(shown: dict[str, str]) -> str:
    match shown.get("ActiveState"):
        case "active":
            return f"It runs now: {shown.get('StatusText') or 'it has not said how it goes.'}"
        case "activating" | "reloading":
            return "It is starting."
        case "failed":
            return f"It stopped with a fault ({shown.get('Result')}). Run: sightline doctor"
        case _:
            return "It does not run now. Run: systemctl --user start sightline"


def _outdated() -> tuple[str, ...]:
    try:
        is_current = all(_text(_unit_file(unit)) in {None, unit_text(command(), unit)} for unit in (UNIT, ENGINE))
    except SightlineError:
        is_current = True  # what cannot be compared is not complained about
    return () if is_current else ("Its unit is of another Sightline. Run: sightline service install",)


def _unit_file(unit: str = UNIT) -> Path:
    return _config_home() / "systemd" / "user" / unit


def _autostart_file() -> Path:
    return _config_home() / "autostart" / AUTOSTART


def _config_home() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")


def _shipped_text(name: str) -> str:
    return (shipped("systemd") / name).read_text(encoding="utf-8")


def _text(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.is_file() else None


def _write(file: Path, text: str | None) -> None:
    """Replace a file whole, even where it is a link; None removes it."""
    if text is None:
        file.unlink(missing_ok=True)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.new")
    new.write_text(text, encoding="utf-8")
    new.replace(file)


def _need_manager() -> None:
    by_hand = "To start Sightline at login all the same, add this to your desktop's autostart: sightline run"
    if not shutil.which("systemctl"):
        raise SomethingMissing(f"This machine has no systemd. {by_hand}")
    try:
        _systemctl("show", "--property", "Version")
    except SightlineError as error:
        raise SomethingMissing(
            "systemd does not look after this login. Log in at the desktop as yourself, without sudo or su, "
            f"and run this again. {by_hand}"
        ) from error


def _systemctl(*arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - our own list of words
            ["systemctl", "--user", *arguments],  # noqa: S607 - where the user's PATH has it
            capture_output=True,
            text=True,
            timeout=SYSTEMCTL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise SightlineError(f"systemctl --user {arguments[0]} gave no answer.") from error
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise SightlineError(f"systemctl --user {arguments[0]} said: {last}")
    return done.stdout
