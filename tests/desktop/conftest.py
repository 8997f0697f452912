"""One daemon for the tests that only listen, and profiles that fix the language."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant.config import Config, LookConfig
from assistant.desktop.accessibility import AccessibilityBus
from assistant.desktop.x11 import X11Connection
from assistant.host.living import living_in
from assistant.host.virtual_desktop import PrivateSession, VirtualDesktop
from assistant.look import Look
from harness.daemon import RunningDaemon, daemon_in
from harness.tree import Tree
from harness.windows import Windows

STYLES = ("plain-language", "technician", "child")
LANGUAGES = ("en", "zh")


@pytest.fixture(scope="module")  # not for longer: it has the keys
async def shared_daemon(shared_desktop: VirtualDesktop, shared_tree: Tree) -> AsyncIterator[RunningDaemon]:
    with living_in(shared_desktop.environment), profiles_in(shared_desktop):
        async with daemon_in(shared_desktop) as daemon:
            yield daemon


@contextmanager
def profiles_in(desktop: PrivateSession) -> Iterator[None]:
    """Give the person of this desktop a profile for each style in each language: "child-zh"."""
    folder = Path(desktop.environment["XDG_CONFIG_HOME"]) / "sightline" / "profiles"
    folder.mkdir(parents=True, exist_ok=True)
    files = [(folder / f"{style}-{language}.yaml", style, language) for style in STYLES for language in LANGUAGES]
    for file, style, language in files:
        file.write_text(f"extends: {style}\nlanguage: {language}\n")
    yield
    for file, *_ in files:
        file.unlink()


@pytest.fixture
async def look(windows: Windows) -> AsyncIterator[Look]:
    """Look at the windows of the desktop, patiently."""
    patient = Config(look=LookConfig(tree_ms=10_000))
    async with AccessibilityBus() as bus, X11Connection() as x11, Look(bus, x11, patient) as opened:
        yield opened
