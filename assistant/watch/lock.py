"""Whether the screen is locked: logind and the desktop's screen saver tell. Where neither is there, nobody does.

logind's `Lock` signal is a request to lock, and not every locker says afterwards whether it did; its `LockedHint` and
a screen saver's `ActiveChanged` are facts. So a request counts, but is taken back by any fact that says otherwise, and
by whoever knows better (`deny`).

https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.login1.html
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

from dbus_fast import BusType, DBusError, Message, MessageFlag, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.errors import AuthError, InvalidAddressError

log = logging.getLogger(__name__)

SAVERS = tuple(f"org.{desktop}.ScreenSaver" for desktop in ("freedesktop", "gnome", "cinnamon", "mate", "xfce"))
ANSWER_SECONDS = 2.0  # all of the questions at the start together; a bus answers in milliseconds

_LOGIND, _SESSION = "org.freedesktop.login1", "org.freedesktop.login1.Session"
_DBUS, _PROPERTIES = "org.freedesktop.DBus", "org.freedesktop.DBus.Properties"
_REQUEST, _HINT = "request", "hint"
_NO_BUS = (OSError, EOFError, DBusError, AuthError, InvalidAddressError)


class Lock:
    """Follows whether the screen is locked: `async with Lock() as lock: … lock.is_locked`.

    `changed` is called in the loop when that changes, and at the start if it is locked.
    """

    def __init__(
        self, changed: Callable[[bool], None] | None = None, environment: Mapping[str, str] = os.environ
    ) -> None:
        self._changed, self._environment = changed, environment
        self._locked_by: set[str] = set()
        self._pids: dict[str, int] = {}
        self._buses: dict[BusType, MessageBus] = {}
        self._asking: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                await asyncio.gather(self._follow_savers(), self._follow_logind())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._asking:
            task.cancel()
        for bus in self._buses.values():
            bus.disconnect()

    @property
    def is_locked(self) -> bool:
        return bool(self._locked_by)

    @property
    def lockers(self) -> frozenset[int]:
        """The processes that say that they have locked the screen."""
        return frozenset(pid for name, pid in self._pids.items() if name in self._locked_by)

    def deny(self) -> None:
        """Take it that a mere request was not followed: what has just happened, a locked screen lets nobody do."""
        self._set(_REQUEST, is_locked=False)

    # Screen savers, on the session bus

    async def _follow_savers(self) -> None:
        bus = await self._connect(BusType.SESSION, self._on_session_message)
        if bus is not None:
            await asyncio.gather(*(self._follow_saver(bus, name) for name in SAVERS))

    async def _follow_saver(self, bus: MessageBus, name: str) -> None:
        await _match(bus, f"type='signal',sender='{name}',interface='{name}',member='ActiveChanged'")
        await _match(bus, f"type='signal',sender='{_DBUS}',member='NameOwnerChanged',arg0='{name}'")
        await self._ask_saver(bus, name)

    async def _ask_saver(self, bus: MessageBus, name: str) -> None:
        if pid := await _ask(bus, _DBUS, "/org/freedesktop/DBus", _DBUS, "GetConnectionUnixProcessID", name):
            self._pids[name] = int(pid)
            is_active = await _ask(bus, name, "/" + name.replace(".", "/"), name, "GetActive")
            self._set(name, is_locked=is_active is True)

    def _on_session_message(self, message: Message) -> None:
        if message.member == "ActiveChanged" and message.interface in SAVERS:
            self._set(message.interface, is_locked=message.body[:1] == [True])
        elif message.member == "NameOwnerChanged" and message.body[0] in SAVERS:
            name, _, owner = message.body
            self._pids.pop(name, None)
            self._set(name, is_locked=False)  # a locker that has died locks nothing
            if owner:
                asking = asyncio.create_task(self._ask_saver(self._buses[BusType.SESSION], name), name="lock: a saver")
                self._asking.add(asking)
                asking.add_done_callback(self._asking.discard)

    # logind, on the system bus

    async def _follow_logind(self) -> None:
        bus = await self._connect(BusType.SYSTEM, self._on_system_message)
        if bus is None:
            return
        path = await self._session_path(bus)
        if not path:
            return
        await _match(bus, f"type='signal',sender='{_LOGIND}',interface='{_SESSION}',path='{path}'")
        await _match(bus, f"type='signal',sender='{_LOGIND}',interface='{_PROPERTIES}',path='{path}',arg0='{_SESSION}'")
        hint = await _ask(bus, _LOGIND, path, _PROPERTIES, "Get", _SESSION, "LockedHint")
        self._set(_HINT, is_locked=hint is True)

    async def _session_path(self, bus: MessageBus) -> str:
        """Return our session's object; a service of the user's is in none, and shows itself in the graphical one."""
        manager, user = f"{_LOGIND}.Manager", f"{_LOGIND}.User"
        if number := self._environment.get("XDG_SESSION_ID"):
            found = await _ask(bus, _LOGIND, "/org/freedesktop/login1", manager, "GetSession", number)
            if found:
                return str(found)
        shown = await _ask(bus, _LOGIND, "/org/freedesktop/login1/user/self", _PROPERTIES, "Get", user, "Display")
        return str(shown[1]) if isinstance(shown, list | tuple) and len(shown) == 2 and shown[0] else ""

    def _on_system_message(self, message: Message) -> None:
        if message.interface == _SESSION and message.member in {"Lock", "Unlock"}:
            self._set(_REQUEST, is_locked=message.member == "Lock")
        elif message.member == "PropertiesChanged" and message.body[:1] == [_SESSION]:
            hint = message.body[1].get("LockedHint")
            if isinstance(hint, Variant):
                self._set(_HINT, is_locked=bool(hint.value))

    # Both

    def _set(self, source: str, *, is_locked: bool) -> None:
        was_locked = self.is_locked
        if is_locked:
            self._locked_by.add(source)
        elif source in self._locked_by:
            self._locked_by -= {source, _REQUEST}
        if self.is_locked != was_locked:
            log.info("the screen is %s, says %s", "locked" if self.is_locked else "unlocked", source)
            if self._changed:
                self._changed(self.is_locked)

    async def _connect(self, kind: BusType, handler: Callable[[Message], None]) -> MessageBus | None:
        try:
            bus = await MessageBus(bus_type=kind).connect()
        except _NO_BUS as error:
            log.info("lock: nothing is heard of the %s bus (%s)", kind.name.lower(), type(error).__name__)
            return None
        self._buses[kind] = bus
        bus.add_message_handler(
            lambda message: handler(message) if message.message_type is MessageType.SIGNAL else None
        )
        return bus


async def _match(bus: MessageBus, rule: str) -> None:
    await _ask(bus, _DBUS, "/org/freedesktop/DBus", _DBUS, "AddMatch", rule)


async def _ask(bus: MessageBus, name: str, path: str, interface: str, member: str, *arguments: str) -> Any:
    """Return a reply's first value, None where there is none; nothing is started by being asked."""
    request = Message(
        destination=name,
        path=path,
        interface=interface,
        member=member,
        signature="s" * len(arguments),
        body=list(arguments),
        flags=MessageFlag.NO_AUTOSTART,
    )
    try:
        reply = await bus.call(request)
    except _NO_BUS:
        return None
    if reply is None or reply.message_type is not MessageType.METHOD_RETURN or not reply.body:
        return None
    value = reply.body[0]
    return value.value if isinstance(value, Variant) else value
