"""Run the demo: open the dialogs one after another, say them in three styles, keep everything in a folder."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import sys
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from assistant.config import Config, profile_folders
from assistant.demo.dialogs import DIALOGS, Dialog
from assistant.demo.stage import Stage
from assistant.demo.story import Shown, Story, write_page
from assistant.demo.voices import Voices, missing_packages, voices
from assistant.desktop.accessibility import AccessibilityBus, enable_accessibility
from assistant.desktop.x11 import X11Connection
from assistant.errors import NothingToLookAt, SightlineError
from assistant.explain import explain_window
from assistant.host.living import living_in
from assistant.host.virtual_desktop import VirtualDesktop
from assistant.look import Look
from assistant.profile import Profile, load_profile
from assistant.watch.watch import Watch

STYLES = ("technician", "plain-language", "child")

BEGINNING = """\
Sightline tells a person what is on their screen, and what each choice in it will do, aloud.
This demo opens real dialogs of everyday programs on a screen that exists in memory alone.
For each dialog you read what three people hear: a technician, somebody who likes plain language, a child.
It is also really spoken, and recorded. Nothing leaves this machine, and no model is asked: these are facts."""


def run_demo(output: Path, *, dialogs: Sequence[Dialog] = DIALOGS, sound: bool = True) -> int:
    """Show the dialogs and fill the folder, with `sound` in the time that speaking takes; return the exit status."""
    try:
        status = asyncio.run(_show(output, dialogs, sound))
    except SightlineError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return status


async def _show(output: Path, dialogs: Sequence[Dialog], sound: bool) -> int:
    """Show the dialogs; return 1 if one that could be opened was not explained, else 0."""
    tell(BEGINNING)
    missing = missing_packages() if sound else []
    has_sound = sound and not missing
    if missing:
        tell(f"\nNothing is played or recorded. For that, run: sudo apt install {' '.join(missing)}")
    profiles = [load_profile(style, profile_folders()) for style in STYLES]
    async with contextlib.AsyncExitStack() as stack:
        desktop = await stack.enter_async_context(VirtualDesktop(size=(1100, 760), sound=has_sound))
        stack.enter_context(living_in(desktop.environment))
        spoken = await stack.enter_async_context(voices(desktop, profiles)) if has_sound else None
        stage, look = await stack.enter_async_context(_at_work(desktop))
        stories: list[Story] = []
        failed = 0
        for number, dialog in enumerate(dialogs, start=1):
            tell(f"\nDialog {number} of {len(dialogs)}. {dialog.title}.")
            if not dialog.is_installed:
                tell(f"Left out, because {dialog.program} is not installed. Run: sudo apt install {dialog.package}")
                continue
            try:
                shown = await _show_one(dialog, stage, look, profiles)
            except (NothingToLookAt, TimeoutError):
                tell("Left out, because it did not open, or told nothing about itself.")
                failed += 1
            else:
                story = Story(dialog.title, output / f"{number}-{dialog.name}", shown)
                story.keep()
                tell(story.transcript)
                if spoken:
                    await _play(story, spoken)
                stories.append(story)
            await stage.clear()
    write_page(output, stories, BEGINNING)
    tell(ending(output, stories, len(dialogs), has_sound=has_sound))
    return 1 if failed else 0


@contextlib.asynccontextmanager
async def _at_work(desktop: VirtualDesktop) -> AsyncIterator[tuple[Stage, Look]]:
    """Have watch and look at work on the desktop, as in the daemon."""
    async with AccessibilityBus() as bus, X11Connection() as x11:
        await enable_accessibility()
        async with Look(bus, x11, Config()) as look, Watch(bus, x11) as watch:
            yield Stage(desktop, watch), look


async def _show_one(dialog: Dialog, stage: Stage, look: Look, profiles: Sequence[Profile]) -> Shown:
    target = await dialog.open(stage)
    assert target.xid is not None
    await stage.desktop.screen.drawn(target.xid)
    snapshot = await look.scene(target, picture=True)
    if stage.focus:  # GTK 3 tells of the focus a moment before its tree has it
        snapshot = await look.focused(snapshot, stage.focus)
    scene = snapshot.scene
    began = time.perf_counter()
    said = {
        language: {profile.name: explain_window(scene, profile, language) for profile in profiles}
        for language in dialog.languages
    }
    wording_ms = (time.perf_counter() - began) * 1000 / len(profiles) / len(said)
    return Shown(scene, said, scene.timing_ms.get("tree", 0.0) + wording_ms)


async def _play(story: Story, spoken: Voices) -> None:
    for language, said in story.shown.said.items():
        await spoken.play(said, {style: story.sound(style, language) for style in said})


def ending(output: Path, stories: Sequence[Story], count: int, *, has_sound: bool) -> str:
    """Return the last words of the demo."""
    sound = ", and the sound as it was played" if has_sound else ""
    took = f" To read one and to find the words took {median(stories):.0f} milliseconds, as a rule." if stories else ""
    return f"""
That is all: {len(stories)} of {count} dialogs.{took}
For each of them there is a folder in {output}, with its picture, the elements outlined and numbered,
the scene that was read, the transcript{sound}. To see it all at once, open {output / "index.html"}
To have your own screen read to you, run in a desktop session: sightline run"""


def median(stories: Sequence[Story]) -> float:
    return statistics.median(story.shown.milliseconds for story in stories)


def tell(text: str) -> None:
    """Print at once, also into a pipe."""
    print(text, flush=True)
