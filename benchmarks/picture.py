"""The picture of one window of 800×600: ours, covered or not, beside a bare grab of the screen with mss."""

from __future__ import annotations

from contextlib import AsyncExitStack
from time import perf_counter

import mss

from assistant.desktop.x11 import X11Connection
from assistant.desktop.x11_window import X11Window
from assistant.host.living import living_in
from assistant.host.virtual_desktop import VirtualDesktop
from assistant.look.pixels import Pixels
from benchmarks.figures import Comparison, Result, Series, Target
from benchmarks.readers import test_window
from benchmarks.turns import in_turn, share_of

ROUNDS, WARM_UP = 100, 10
LEFT, TOP, WIDTH, HEIGHT = 100, 100, 800, 600


async def run(share: float = 1.0) -> Result:
    """Take the picture of one window in two ways, in turn."""
    async with AsyncExitStack() as stack:
        desktop = await stack.enter_async_context(VirtualDesktop())
        stack.enter_context(living_in(desktop.environment))
        x11 = await stack.enter_async_context(X11Connection())
        pixels = await stack.enter_async_context(Pixels(x11))
        screen = stack.enter_context(mss.MSS())
        window = await _window(desktop, x11)
        box = {"left": window.box.x, "top": window.box.y, "width": window.box.width, "height": window.box.height}

        async def ours() -> float:
            started = perf_counter()
            assert await pixels.shot(window)
            return (perf_counter() - started) * 1000

        async def bare_grab() -> float:
            started = perf_counter()
            screen.grab(box)
            return (perf_counter() - started) * 1000

        async def grab_as_rgb() -> float:
            started = perf_counter()
            assert screen.grab(box).rgb
            return (perf_counter() - started) * 1000

        ways = (ours, bare_grab, grab_as_rgb)
        await in_turn(WARM_UP, *ways)
        shots, grabs, rgbs = (Series(tuple(taken)) for taken in await in_turn(share_of(ROUNDS, share), *ways))
    what = f"picture of a window of {window.box.width}×{window.box.height}"
    comparisons = (
        Comparison(what, shots, "mss, bare grab", grabs, target=Target(1.2)),
        Comparison(f"{what}, as RGB", shots, "mss, grab and .rgb", rgbs),
    )
    return Result("picture", "The picture of a window", comparisons, _NOTES)


async def _window(desktop: VirtualDesktop, x11: X11Connection) -> X11Window:
    """Open a window of the wanted size; return it when it is drawn."""
    process = await desktop.start(*test_window("gtk3", "big", "--count=200"))
    opened = await desktop.screen.window(pid=process.pid)
    desktop.screen.place(opened.xid, LEFT, TOP, WIDTH, HEIGHT)
    await desktop.screen.until(lambda: desktop.screen.geometry(opened.xid)[2:] == (WIDTH, HEIGHT) or None)
    await desktop.screen.drawn(opened.xid)
    window = x11.window(opened.xid)
    assert window
    return window


_NOTES = (
    """Ours is the window alone, what lies over it left out, in red, green and blue, and the shared memory wiped
afterwards. The bare grab is whatever the screen shows there, as the server has it (BGRX), not yet converted; the
second line has it converted by mss.""",
)
