"""One look from the command line, with no daemon, at a window or at a picture in a file; `sightline scene`."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from assistant import explain
from assistant.answers import Seen
from assistant.config import Config, load_config, profile_folders, session_locale
from assistant.desktop.accessibility import AccessibilityBus, enable_accessibility
from assistant.desktop.target import Target
from assistant.desktop.x11 import X11Connection
from assistant.errors import NothingToLookAt, SightlineError, SomethingMissing, WorkerLost, WrongSettings
from assistant.explain.structure import TOLD_STATES
from assistant.likeness import shown
from assistant.look import Look, Snapshot
from assistant.look.image import read, scene_of_image
from assistant.look.screen import windows_on_bus
from assistant.look.unlabelled import is_unlabelled
from assistant.profile import load_profile
from assistant.scene import Element, Scene
from assistant.scene_json import scene_to_json
from assistant.watch.event import WindowActivated, WindowExposed
from assistant.watch.lock import Lock
from assistant.watch.watch import Watch

ACTIVE_SECONDS = 1.0  # Qt programs expose themselves only once somebody listens, and take some 0.1 s for it


@dataclass(frozen=True, slots=True)
class Subject:
    """What to look at: the active window, an X11 window by its id, or a picture in a file."""

    window: str = "active"
    image: Path | None = None

    def __post_init__(self) -> None:
        if self.image is not None and self.window != "active":
            raise WrongSettings("--window and --image exclude each other: leave one of them out.")


def scene_once(subject: Subject) -> tuple[dict[str, Any], str]:
    """Look at a window or a picture; return its Scene as JSON and as lines of text."""
    scene = asyncio.run(_scene(load_config(), subject))
    if subject.image is not None and not scene.elements:
        raise nothing_reads()
    return scene_to_json(scene), "\n".join(_lines(scene))


def nothing_reads() -> SightlineError:
    """Return what to say of a picture in which nothing was read, and of which no model is asked."""
    model = "For what it shows, choose a model: sightline model list"
    if find_spec("rapidocr") is None:
        return SomethingMissing(
            f"Nothing here can read a picture. For its text, run: pip install 'sightline[ocr]'. {model}"
        )
    return NothingToLookAt(f"No text and no control was found in the picture. {model}")


async def look_once(config: Config, subject: Subject, *, profile: str, language: str, picture: bool = False) -> Seen:
    """Look at a window or a picture; return it with the profile and the language in which to speak of it."""
    folders = profile_folders()
    chosen = load_profile(profile or config.profile, folders)
    if language and language not in explain.languages():
        raise WrongSettings(f"There is no language “{language}” here. Languages: {', '.join(explain.languages())}")
    scene = await _scene(config, subject, picture=picture)
    own = config.application(scene.window.application).profile
    if own and not profile:
        chosen = load_profile(own, folders)
    spoken = language or explain.choose_language(chosen.language, scene.window.locale, session_locale())
    return Seen(scene, chosen, spoken)


async def _scene(config: Config, subject: Subject, *, picture: bool = False) -> Scene:
    if subject.image is not None:
        scene = await scene_of_image(subject.image)
        with contextlib.suppress(SomethingMissing, WorkerLost):  # the model may know more
            scene = await read(scene)
        return scene
    window = subject.window
    async with AccessibilityBus() as bus, _screen() as x11, Look(bus, x11, config) as look:
        await enable_accessibility()
        async with Lock() as lock:
            look.locked_by = lock.lockers if lock.is_locked else None
        target = await (_active(bus, x11) if window == "active" else _with_id(window, look, bus, x11))
        snapshot = await look.scene(target, picture=picture)
        if look.tells_nothing(snapshot.scene):
            with contextlib.suppress(SomethingMissing):
                return (await look.whole(target)).scene
        return (await _with_icons(look, snapshot)).scene


async def _with_icons(look: Look, snapshot: Snapshot) -> Snapshot:
    """Return a snapshot with what its controls without a name show, where that can be told."""
    if any(map(is_unlabelled, snapshot.scene.elements)):
        return await shown(look, snapshot)
    return snapshot


@asynccontextmanager
async def _screen() -> AsyncIterator[X11Connection | None]:
    async with AsyncExitStack() as stack:
        try:
            x11 = await stack.enter_async_context(X11Connection())
        except SomethingMissing:
            yield None
        else:
            yield None if x11.is_xwayland else x11


async def _active(bus: AccessibilityBus, x11: X11Connection | None) -> Target:
    target: Target | None = None
    with contextlib.suppress(TimeoutError):
        async with Watch(bus, x11) as watch, asyncio.timeout(ACTIVE_SECONDS):
            async for event in watch:
                if isinstance(event, WindowActivated | WindowExposed):
                    target = event.target
                    if target.accessible is not None:
                        break
    if target is None:
        raise NothingToLookAt("No window has the keyboard. Click into one, or press Alt Tab.")
    return target


async def _with_id(window: str, look: Look, bus: AccessibilityBus, x11: X11Connection | None) -> Target:
    """Return the X11 window of this id with its accessible: by process, and by title where that is not enough."""
    if x11 is None:
        raise WrongSettings("Windows have ids on X11 only. Leave --window out to explain the active one.")
    try:
        xid = int(window, 0)
    except ValueError as error:
        raise WrongSettings(
            "--window takes “active” or an X11 window id such as 0x3a00007; xwininfo shows it."
        ) from error
    shown = x11.window(xid)
    if shown is None:
        raise NothingToLookAt("There is no window of this id. xwininfo shows the id of a window that you click.")
    own = [target for target in await look.windows() if target.pid == shown.pid]
    titles = [facts.title for facts in (await windows_on_bus(bus, own))[0]]
    named = [target for target, title in zip(own, titles, strict=True) if title == shown.title]
    found = (named or own)[:1]
    return replace(found[0], xid=xid) if found else Target(xid=xid, pid=shown.pid, application=shown.application)


def _lines(scene: Scene) -> Iterator[str]:
    window = scene.window
    yield f"{window.title or 'No title'}, {window.kind}, {window.application}"
    for element in scene.elements:
        yield _line(element)
    if scene.unread:
        yield f"And {scene.unread} more that were not read."


def _line(element: Element) -> str:
    parts = [element.role, element.name, element.text, element.value.text if element.value else ""]
    parts += [*sorted(element.states & TOLD_STATES), *element.keys]
    return f"{element.id}. {', '.join(part for part in parts if part)}"
