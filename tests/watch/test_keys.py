"""Keys: how they are written, and what real key presses tell."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

import pytest
from Xlib import XK, X
from Xlib.display import Display
from Xlib.ext import xtest

from assistant.commands import COMMANDS
from assistant.desktop.x11 import X11Connection
from assistant.errors import WrongSettings
from assistant.host.virtual_desktop import VirtualDesktop
from assistant.watch.event import CommandGiven, Event, FocusMoved, KeyPressed
from assistant.watch.keys import KeySource, parse_key
from assistant.watch.keys_pynput import PynputKeys
from assistant.watch.keys_x11 import X11Keys
from harness import WAIT_SECONDS
from harness.windows import Windows
from watch.listening import listening, program

KEYS = {command.key: command.id for command in COMMANDS}


class Pressed:
    """Takes what a KeySource tells."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self._new = asyncio.Event()

    def on_command(self, command: str) -> None:
        self._tell(command)

    def on_key(self) -> None:
        self._tell("some key")

    async def until(self, wanted: str) -> list[str]:
        """Wait until this was told; return all that was told so far, and forget it."""
        async with asyncio.timeout(WAIT_SECONDS):
            while wanted not in self.told:
                self._new.clear()
                await self._new.wait()
        told, self.told = self.told, []
        return told

    def _tell(self, what: str) -> None:
        self.told.append(what)
        self._new.set()


@asynccontextmanager
async def key_source(kind: str, pressed: Pressed, keys: dict[str, str]) -> AsyncIterator[KeySource]:
    if kind == "pynput":
        async with PynputKeys(keys, pressed) as source:
            await _hears(source, pressed)
            yield source
    else:
        async with X11Connection() as x11, X11Keys(x11, keys, pressed) as source:
            yield source


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("Super+Alt+W", "Alt+Super+W"),
        ("shift+control+alt+e", "Ctrl+Alt+Shift+E"),
        ("Meta + Return", "Super+Enter"),
        ("F12", "F12"),
        ("Ctrl+PageUp", "Ctrl+PageUp"),
    ],
)
def test_a_key_is_read_as_people_write_it(text: str, canonical: str) -> None:
    key = parse_key(text)

    assert str(key) == canonical
    assert parse_key(str(key)) == key


@pytest.mark.parametrize(
    "text", ["", "E", "Shift+E", "Ctrl+", "Ctrl+Ctrl+E", "Hyper+E", "Ctrl+Enormous", "E+Ctrl", "F25"]
)
def test_what_is_no_key_or_needed_for_typing_is_refused(text: str) -> None:
    with pytest.raises(WrongSettings, match="key"):
        parse_key(text)


@pytest.mark.desktop
@pytest.mark.parametrize("kind", ["x11", "pynput"])
async def test_every_command_has_its_key(desktop: VirtualDesktop, kind: str) -> None:
    pressed = Pressed()
    async with key_source(kind, pressed, KEYS) as source:
        heard = []
        for command in COMMANDS:
            desktop.press(_chord(command.key))
            heard += await pressed.until(command.id)

        assert heard == [command.id for command in COMMANDS]
        assert source.refused == ()


@pytest.mark.desktop
@pytest.mark.parametrize("kind", ["x11", "pynput"])
async def test_a_command_is_heard_as_some_key_before_it_is_heard_as_itself(desktop: VirtualDesktop, kind: str) -> None:
    pressed = Pressed()
    async with key_source(kind, pressed, {"Super+Alt+W": "window"}) as source:
        source.hear_all(True)

        desktop.press("Super+Alt+W")

        assert await pressed.until("window") == ["some key", "some key", "some key", "window"]


@pytest.mark.desktop
@pytest.mark.parametrize("kind", ["x11", "pynput"])
async def test_other_keys_are_heard_only_while_that_is_wanted(desktop: VirtualDesktop, kind: str) -> None:
    pressed = Pressed()
    async with key_source(kind, pressed, {"Super+Alt+W": "window"}) as source:
        source.hear_all(True)
        desktop.press("x")
        first = await pressed.until("some key")
        source.hear_all(False)
        desktop.press("x", "Super+Alt+W")

        assert first == ["some key"]
        assert await pressed.until("window") == ["window"]


@pytest.mark.desktop
@pytest.mark.parametrize("locks", [("Caps_Lock",), ("Num_Lock",), ("Caps_Lock", "Num_Lock")])
async def test_caps_lock_and_num_lock_are_no_hindrance(desktop: VirtualDesktop, locks: tuple[str, ...]) -> None:
    pressed = Pressed()
    async with key_source("x11", pressed, {"Super+Alt+W": "window"}):
        desktop.press(*locks)
        desktop.press("Super+Alt+W")
        told = await pressed.until("window")
        desktop.press(*locks)

        assert told == ["window"]


@pytest.mark.desktop
async def test_another_modifier_makes_it_another_key(desktop: VirtualDesktop) -> None:
    pressed = Pressed()
    async with key_source("x11", pressed, {"Super+Alt+W": "window", "Super+Alt+F": "focus"}):
        desktop.press("Super+Alt+Shift+W", "Super+Alt+F")

        assert await pressed.until("focus") == ["focus"]


@pytest.mark.desktop
async def test_a_key_that_another_program_has_is_named(desktop: VirtualDesktop) -> None:
    pressed, other = Pressed(), Pressed()
    async with (
        key_source("x11", other, {"Super+Alt+W": "window"}),
        key_source("x11", pressed, {"Super+Alt+W": "window", "Super+Alt+F": "focus"}) as source,
    ):
        desktop.press("Super+Alt+F")

        assert source.refused == ("Alt+Super+W",)
        assert await pressed.until("focus") == ["focus"]


@pytest.mark.desktop
async def test_a_key_that_is_held_gives_its_command_once(desktop: VirtualDesktop) -> None:
    pressed = Pressed()
    async with X11Connection() as x11, X11Keys(x11, {"Super+Alt+W": "window", "Super+Alt+F": "focus"}, pressed):
        with held(desktop, "Super_L", "Alt_L", "w"):
            await repeats(x11, times=4)
        desktop.press("Super+Alt+F")

        assert await pressed.until("focus") == ["window", "focus"]


@pytest.mark.desktop
async def test_a_command_follows_its_key_to_another_place_on_the_keyboard(desktop: VirtualDesktop) -> None:
    pressed = Pressed()
    async with (
        X11Connection() as x11,
        X11Keys(x11, {"Super+Alt+W": "window", "Super+Alt+F": "focus"}, pressed),
        swapped(desktop, x11, "w", "q"),
    ):
        with held(desktop, "Super_L", "Alt_L", "w"):
            told = await pressed.until("window")
        with held(desktop, "Super_L", "Alt_L", "q"):
            pass
        desktop.press("Super+Alt+F")

        assert told == ["window"]
        assert await pressed.until("focus") == ["focus"]


@pytest.mark.desktop
async def test_the_window_below_never_sees_a_command_key(windows: Windows) -> None:
    async with listening(keys={"Super+Alt+Q": "stop", "Ctrl+Alt+D": "window"}) as heard:
        await windows.open(*program("gtk3"))
        await heard.next(FocusMoved)
        heard.forget()

        windows.desktop.press("Control+Alt+D")
        given = await heard.next(CommandGiven)
        windows.desktop.press("Tab")
        moved = await heard.next(FocusMoved)

        expected: list[Event] = [given, moved]
        assert heard.told == expected
        assert given == CommandGiven("window")


@pytest.mark.desktop
async def test_typing_is_heard_as_key_presses_that_say_nothing_more(windows: Windows) -> None:
    async with listening(stop_on_key=True) as heard:
        await windows.open(*program("gtk3"))
        await heard.next(FocusMoved)

        windows.desktop.screen.type("secret")
        typed = await heard.next(KeyPressed)

        assert repr(typed) == "KeyPressed()"
        assert not typed.__slots__


async def _hears(source: KeySource, pressed: Pressed) -> None:
    """Press a key until it is heard: pynput says that it listens a moment before the X server knows."""
    display = Display()
    code = display.keysym_to_keycode(XK.XK_Control_L)
    source.hear_all(True)
    async with asyncio.timeout(WAIT_SECONDS):
        while not pressed.told:
            for kind in (X.KeyPress, X.KeyRelease):
                xtest.fake_input(display, kind, code)
            display.sync()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(pressed.until("some key"), 0.2)
                break
    display.close()
    source.hear_all(False)
    pressed.told.clear()


@contextmanager
def held(desktop: VirtualDesktop, *keysyms: str) -> Iterator[None]:
    """Hold keys down."""
    display = Display(desktop.display)
    codes = [display.keysym_to_keycode(XK.string_to_keysym(name)) for name in keysyms]
    try:
        for code in codes:
            xtest.fake_input(display, X.KeyPress, code)
        display.sync()
        yield
    finally:
        for code in reversed(codes):
            xtest.fake_input(display, X.KeyRelease, code)
        display.sync()
        display.close()


async def repeats(x11: X11Connection, *, times: int, kind: int = X.KeyPress) -> None:
    """Wait until the X server has sent an event of a kind so often: a held key is pressed again and again."""
    left = asyncio.Semaphore(0)
    end = x11.listen(lambda event: left.release() if event.type == kind else None)
    async with asyncio.timeout(WAIT_SECONDS):
        for _ in range(times):
            await left.acquire()
    end()


@asynccontextmanager
async def swapped(desktop: VirtualDesktop, x11: X11Connection, one: str, other: str) -> AsyncIterator[None]:
    """Change the places of two letters on the keyboard, and let `x11` know."""
    display = Display(desktop.display)
    codes = [display.keysym_to_keycode(XK.string_to_keysym(name)) for name in (one, other)]
    first, second = (display.get_keyboard_mapping(code, 1)[0] for code in codes)

    async def put(*mappings: Sequence[int]) -> None:
        known = asyncio.create_task(repeats(x11, times=2, kind=X.MappingNotify))
        await asyncio.sleep(0)  # it listens now
        for code, mapping in zip(codes, mappings, strict=True):
            display.change_keyboard_mapping(code, [mapping])
        display.sync()
        await known

    await put(second, first)
    try:
        yield
    finally:
        await put(first, second)
        display.close()


def _chord(key: str) -> str:
    return key.replace("Ctrl", "Control")
