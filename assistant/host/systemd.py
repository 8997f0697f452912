"""Tell systemd how the daemon is doing (sd_notify, on the standard library); silent where there is no systemd.

https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import MutableMapping
from dataclasses import dataclass
from enum import StrEnum

log = logging.getLogger(__name__)


class Status(StrEnum):
    """All that `systemctl --user status` may show of us: a closed list, so nothing of the screen can get there."""

    STARTING = "Starting."
    READY = "Ready."
    PAUSED = "Paused."
    NO_TREE = "The accessibility bus is gone; waiting for it."
    NO_VOICE = "No voice can be used; waiting for one."
    STOPPING = "Stopping."


@dataclass(frozen=True, slots=True)
class Systemd:
    """The service manager that started us, or nobody."""

    address: str = ""
    watchdog_seconds: float | None = None

    @classmethod
    def from_environment(cls, environment: MutableMapping[str, str] = os.environ) -> Systemd:
        """Take the manager's variables out of the environment, so that no child speaks in our name."""
        address = environment.pop("NOTIFY_SOCKET", "")
        microseconds = environment.pop("WATCHDOG_USEC", "")
        watched = environment.pop("WATCHDOG_PID", "") in {"", str(os.getpid())}
        if not (address and watched and microseconds.isdecimal() and int(microseconds)):
            return cls(address)
        return cls(address, int(microseconds) / 1_000_000)

    def ready(self) -> None:
        """Say that the daemon has started."""
        self._send("READY=1", Status.READY)

    def status(self, status: Status) -> None:
        """Say how it goes."""
        self._send("", status)

    def stopping(self) -> None:
        """Say that the daemon is about to end."""
        self._send("STOPPING=1", Status.STOPPING)

    async def keep_watchdog_quiet(self) -> None:
        """Ping for as long as the loop turns, twice in each period; return at once if nobody watches.

        Run it in the loop it vouches for: from a thread it would praise a frozen daemon.
        """
        if self.watchdog_seconds is None:
            return
        while True:
            self._send("WATCHDOG=1")
            await asyncio.sleep(self.watchdog_seconds / 2)

    def _send(self, state: str, status: Status | None = None) -> None:
        if not self.address:
            return
        lines = (state, f"STATUS={status}" if status else "")
        message = "\n".join(line for line in lines if line).encode()
        address = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
                sender.setblocking(False)
                sender.sendto(message, address)
        except OSError as error:
            log.warning("systemd: not told %s (%s)", state or "status", type(error).__name__)
