"""The daemon: connects to the desktop, joins watch, look, explain and speak in one loop, and ends in order.

`sightline run` calls `main`.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
from functools import partial
from typing import TYPE_CHECKING

from assistant import explain
from assistant.commander import Commander
from assistant.config import Config, load_config, profile_folders, runtime_folder, session_locale
from assistant.desktop.accessibility import AccessibilityBus, enable_accessibility
from assistant.desktop.clipboard import Clipboard
from assistant.desktop.x11 import X11Connection
from assistant.errors import SightlineError, SomethingMissing
from assistant.guide import Guide
from assistant.host.local_socket import claim, listen
from assistant.host.systemd import Systemd
from assistant.look import Look
from assistant.look.screen import windows_on_screen
from assistant.profile import Profile, load_profile
from assistant.sentence import Sentence
from assistant.speak.choose import choose_voices
from assistant.speak.speech import Speech
from assistant.teller import Teller
from assistant.watch.keys import parse_key
from assistant.watch.watch import Watch

if TYPE_CHECKING:
    from assistant.adviser import Adviser

log = logging.getLogger(__name__)

GREETING_SECONDS = 0.5  # by then it is being said


def main() -> int:
    """Run until told to end; return the exit status."""
    logging.basicConfig(level=os.environ.get("SIGHTLINE_LOG", "WARNING"), format="%(levelname)s %(name)s: %(message)s")
    systemd = Systemd.from_environment()
    status = 0
    try:
        asyncio.run(_run_until_ended(load_config(), systemd))
    except* SightlineError as errors:
        error = first_of(errors)
        print(error, file=sys.stderr)
        status = error.exit_status
    return status


def first_of(errors: BaseExceptionGroup[SightlineError]) -> SightlineError:
    """Return the first error of ours in a group of groups."""
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, SightlineError)
    return error


async def _run_until_ended(config: Config, systemd: Systemd) -> None:
    """Run the daemon until it fails or somebody ends it (SIGTERM, SIGINT)."""
    async with asyncio.TaskGroup() as tasks:
        daemon = tasks.create_task(run(config, systemd), name="daemon")
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, daemon.cancel, None)
    systemd.stopping()


async def run(config: Config, systemd: Systemd) -> None:
    """Be the daemon until cancelled. Raises SightlineError, alone or in a group, where it cannot be."""
    folders, locale = profile_folders(), session_locale()
    profile = load_profile(config.profile, folders)
    socket = runtime_folder() / "control.sock"
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(claim(socket))
        speech = await stack.enter_async_context(_speech(config, profile, locale))
        teller = Teller(speech, config, profile_folders=folders, session_locale=locale)
        bus = await stack.enter_async_context(AccessibilityBus())
        await enable_accessibility()
        x11 = await _x11(stack)
        look = await stack.enter_async_context(Look(bus, x11, config))
        through_pynput = config.key_source == "pynput"
        watch = await stack.enter_async_context(Watch(bus, x11, keys=config.all_keys(), through_pynput=through_pynput))
        if config.stop_on_key:
            speech.on_busy = watch.hear_keys
        adviser = await _adviser(stack, look, teller, config)
        activate = x11.activate if x11 is not None else None
        guide = Guide(look, teller, config, hears_keys=watch.has_keys, adviser=adviser, activate=activate)
        screen = partial(windows_on_screen, look, bus, x11)
        commander = Commander(guide, screen, teller, Clipboard(x11), config, adviser=adviser)
        guide.on_command = commander.command
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(guide.follow(watch), name="guide")
            tasks.create_task(systemd.keep_watchdog_quiet(), name="watchdog")
            async with listen(socket, commander.request):
                systemd.ready()
                _greet(teller, config, watch, has_screen=x11 is not None)
                await _settle(speech)
                if adviser is not None:
                    adviser.warm()
                await asyncio.Event().wait()


async def _settle(speech: Speech) -> None:
    """Get ready for the first dialog, but let the greeting begin before."""
    with contextlib.suppress(SomethingMissing, TimeoutError):  # no voice: Speech tells it
        async with asyncio.timeout(GREETING_SECONDS):
            await speech.drained()
    await asyncio.to_thread(explain.warm)
    gc.collect()
    gc.freeze()  # what has been loaded by now stays: the collector need not walk it again


async def _adviser(stack: contextlib.AsyncExitStack, look: Look, teller: Teller, config: Config) -> Adviser | None:
    if not config.engine.model:
        return None
    from assistant.adviser import Adviser  # noqa: PLC0415 - who has chosen no model does not pay for it

    return await stack.enter_async_context(Adviser(look, teller, config))


async def _x11(stack: contextlib.AsyncExitStack) -> X11Connection | None:
    try:
        x11 = await stack.enter_async_context(X11Connection())
    except SomethingMissing as error:
        log.warning("%s", error)
        return None
    return None if x11.is_xwayland else x11  # XWayland shows only the programs that know no Wayland


def _speech(config: Config, profile: Profile, locale: str) -> Speech:
    def announce(lost: str, voice: str) -> Sentence:
        language = explain.choose_language(profile.language, "", locale)
        return explain.message("voice_lost", language, lost=lost, voice=voice)

    return Speech(choose_voices(config.speech), profile, announce)


def _greet(teller: Teller, config: Config, watch: Watch, *, has_screen: bool) -> None:
    print("Sightline is ready. Control C ends it.", flush=True)
    teller.speech.earcon("started")
    taken = {key: command for key, command in config.all_keys().items() if str(parse_key(key)) in watch.refused_keys}
    window_key = config.key_of("window")
    if watch.has_keys and window_key and window_key not in taken:
        teller.message("started_with_key", key=teller.spoken_keys(window_key))
    else:
        teller.message("started")
    if not has_screen:
        teller.message("no_x11")
    for key, command in taken.items():
        teller.message("keys_taken", keys=teller.spoken_keys(key), command=command)


if __name__ == "__main__":
    sys.exit(main())
