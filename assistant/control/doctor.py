"""`sightline doctor`: what works here, what does not, and the command that mends it."""

from __future__ import annotations

import asyncio
import os
import platform
from collections.abc import Iterator

from assistant import __version__
from assistant.config import Config, load_config, profile_folders, runtime_folder
from assistant.control.doctor_model import examine_model, examine_pixels
from assistant.control.finding import Finding
from assistant.desktop.accessibility import ACCESSIBLE, DESKTOP, AccessibilityBus, CallFailed
from assistant.desktop.entry import find_entry
from assistant.desktop.x11 import X11Connection
from assistant.errors import SightlineError, SomethingMissing
from assistant.host.asking import is_answering
from assistant.profile import load_profile, profile_names
from assistant.speak.choose import examine_voices
from assistant.watch.keys import KeyListener
from assistant.watch.keys_x11 import X11Keys


def examine() -> tuple[Finding, ...]:
    """Examine everything; nothing is changed and nothing from the screen is kept."""
    config, settings = _settings()
    return (
        Finding("Sightline", works=True, detail=f"{__version__}, Python {platform.python_version()}."),
        *settings,
        *asyncio.run(_desktop(config)),
        *_voices(config),
        _question_window(),
        *examine_model(config),
        examine_pixels(),
        _daemon(),
    )


def as_text(findings: tuple[Finding, ...]) -> str:
    """Return the findings as lines that read well aloud, what does not work first."""
    broken = [finding for finding in findings if not finding.works]
    working = [finding for finding in findings if finding.works]
    summary = "Everything that is needed works." if not any(f.is_needed for f in broken) else "Something is missing."
    return "\n".join((summary, *map(_line, broken), *map(_line, working)))


def _line(finding: Finding) -> str:
    verdict = "works" if finding.works else "does not work" if finding.is_needed else "not here, not needed"
    text = f"{finding.what}: {verdict}. {finding.detail}"
    return f"{text} To mend it, run: {finding.mend}" if finding.mend else text


def _settings() -> tuple[Config, list[Finding]]:
    try:
        config = load_config()
        found = [Finding("Settings", works=True, detail="The settings file has no mistake, or there is none.")]
    except SightlineError as error:
        return Config(), [Finding("Settings", works=False, detail=str(error))]
    return config, [*found, *_profiles(config)]


def _profiles(config: Config) -> Iterator[Finding]:
    folders = profile_folders()
    names = profile_names(folders)
    for name in dict.fromkeys((config.profile, *names)):
        try:
            load_profile(name, folders)
        except SightlineError as error:
            yield Finding("Profile", works=False, detail=str(error), is_needed=name == config.profile)
    yield Finding("Profiles", works=True, detail=f"{', '.join(names)}; in use: {config.profile}.")


async def _desktop(config: Config) -> list[Finding]:
    return [await _accessibility(), *await _screen(config)]


async def _accessibility() -> Finding:
    what = "Accessibility bus"
    try:
        async with AccessibilityBus() as bus:
            (applications,) = await bus.call(DESKTOP, ACCESSIBLE, "GetChildren")
    except SightlineError as error:
        return Finding(what, works=False, detail=str(error))
    except CallFailed:
        mend = "systemctl --user restart at-spi-dbus-bus"
        return Finding(what, works=False, detail="It does not answer.", mend=mend)
    return Finding(what, works=True, detail=f"Applications on it: {len(applications)}.")


async def _screen(config: Config) -> list[Finding]:
    try:
        async with X11Connection() as x11:
            if x11.is_xwayland:
                return [_no_screen("This is a Wayland desktop.")]
            found = Finding("X11 screen", works=True, detail="Pictures and keys are available.")
            return [found, await _keys(x11, config)]
    except SomethingMissing as error:
        return [_no_screen(str(error))]
    except SightlineError as error:
        return [Finding("Keys", works=False, detail=str(error))]


def _no_screen(reason: str) -> Finding:
    advice = "Windows are read all the same. For keys, bind “sightline window” and others in the desktop's settings."
    return Finding("X11 screen", works=False, detail=f"{reason} {advice}", is_needed=False)


class _Nobody(KeyListener):
    def on_command(self, command: str) -> None:
        """Nothing: the keys are only tried."""

    def on_key(self) -> None:
        """Nothing."""


async def _keys(x11: X11Connection, config: Config) -> Finding:
    if _is_running():
        return Finding("Keys", works=True, detail="The running Sightline has them.")
    async with X11Keys(x11, config.all_keys(), _Nobody()) as keys:
        refused = keys.refused
    if refused:
        detail = f"Another program has {', '.join(refused)}. Choose other keys in settings.yaml, under “keys”."
        return Finding("Keys", works=False, detail=detail, is_needed=False)
    return Finding("Keys", works=True, detail=f"All {len(config.all_keys())} are free.")


def _voices(config: Config) -> Iterator[Finding]:
    states = examine_voices(config.speech)
    some_work = any(state.works for state in states)
    for state in states:
        yield Finding(f"Voice {state.name}", state.works, state.detail, state.mend, is_needed=not some_work)


def _question_window() -> Finding:
    what = "Window for questions"
    try:
        find_entry()
    except SomethingMissing:
        detail = "Neither zenity nor KDialog is here. Questions can be asked in a terminal: sightline ask."
        return Finding(what, works=False, detail=detail, mend="sudo apt install zenity", is_needed=False)
    return Finding(what, works=True, detail="It can be opened with the key for questions.")


def _is_running() -> bool:
    return is_answering(runtime_folder(os.environ) / "control.sock")


def _daemon() -> Finding:
    if _is_running():
        return Finding("Running Sightline", works=True, detail="It answers.")
    return Finding("Running Sightline", works=False, detail="It does not run.", mend="sightline run", is_needed=False)
