"""The daemon on Wayland, with no X11: it says what is missing, reads dialogs, and is told what to do from outside."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest

from assistant.host.wayland_desktop import NobodyCannotRead, WaylandDesktop
from harness.daemon import daemon_in, sightline

pytestmark = pytest.mark.desktop

DELETE = ("zenity", "--question", "--title", "Delete file?", "--text", "Do you want to delete report.odt for good?")


@pytest.fixture(params=["namespaces", "no namespaces"])
async def anybodys_desktop(request: pytest.FixtureRequest) -> AsyncIterator[WaylandDesktop]:
    """As root also where the kernel lends no namespaces, as in most containers."""
    if request.param == "no namespaces" and os.geteuid() != 0:
        pytest.skip("only root needs a namespace to be nobody")
    try:
        async with WaylandDesktop(namespaces=request.param == "namespaces") as desktop:
            yield desktop
    except NobodyCannotRead as error:
        pytest.skip(str(error))


async def test_the_daemon_works_without_x11(anybodys_desktop: WaylandDesktop) -> None:
    desktop = anybodys_desktop
    async with daemon_in(desktop) as daemon:
        missing = await daemon.next()
        await desktop.start(*DELETE)
        opened = await daemon.says("report.odt")
        await daemon.says("No deletes nothing")
        again = await sightline(desktop, "window")
        await daemon.says("report.odt")
        stopped = await sightline(desktop, "stop")
        focus = await sightline(desktop, "focus")
        focused = await daemon.says("button.")
        explained = await sightline(desktop, "explain", "--silent")
        by_id = await sightline(desktop, "explain", "--silent", "--window", "0x1")
        log = daemon.log()

    assert "keys" in missing
    assert " ".join(daemon.said).count(missing) == 1
    assert "delete" in opened
    assert (again.status, stopped.status, focus.status) == (0, 0, 0)
    assert focused
    assert opened in explained.out
    assert by_id.status == 2
    assert "Traceback" not in log
