"""Stand-ins for what locks a screen: a screen saver on the session bus, logind on a system bus of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dbus_fast import Message, MessageType, RequestNameReply, Variant
from dbus_fast.aio import MessageBus

from assistant.host.virtual_desktop import PrivateSession

SESSION_PATH = "/org/freedesktop/login1/session/_31"
_SESSION = "org.freedesktop.login1.Session"


class Saver:
    """Owns a screen saver's name, answers GetActive and tells ActiveChanged, as the desktops' own do."""

    def __init__(self, bus: MessageBus, name: str, *, is_active: bool) -> None:
        self._bus, self.name, self.is_active = bus, name, is_active
        self._path = "/" + name.replace(".", "/")
        bus.add_message_handler(self._answer)

    async def own(self) -> None:
        assert await self._bus.request_name(self.name) is RequestNameReply.PRIMARY_OWNER

    async def leave(self) -> None:
        """Give the name up, as one that dies does."""
        await self._bus.release_name(self.name)

    async def tell(self, *, is_active: bool) -> None:
        self.is_active = is_active
        await self._bus.send(Message.new_signal(self._path, self.name, "ActiveChanged", "b", [is_active]))

    def _answer(self, message: Message) -> Message | None:
        is_asked = message.message_type is MessageType.METHOD_CALL and message.member == "GetActive"
        return Message.new_method_return(message, "b", [self.is_active]) if is_asked else None


class Logind:
    """Owns logind's name on a bus that stands for the system's; one user with one session."""

    def __init__(self, bus: MessageBus, *, is_locked: bool) -> None:
        self._bus, self.is_locked = bus, is_locked
        bus.add_message_handler(self._answer)

    async def own(self) -> None:
        assert await self._bus.request_name("org.freedesktop.login1") is RequestNameReply.PRIMARY_OWNER

    async def ask_to(self, lock_or_unlock: str) -> None:
        """Send `Lock` or `Unlock`, as `loginctl lock-session` has it sent."""
        await self._bus.send(Message.new_signal(SESSION_PATH, _SESSION, lock_or_unlock))

    async def hint(self, *, is_locked: bool) -> None:
        self.is_locked = is_locked
        body = [_SESSION, {"LockedHint": Variant("b", is_locked)}, []]
        signal = Message.new_signal(
            SESSION_PATH, "org.freedesktop.DBus.Properties", "PropertiesChanged", "sa{sv}as", body
        )
        await self._bus.send(signal)

    def _answer(self, message: Message) -> Message | None:
        if message.message_type is not MessageType.METHOD_CALL:
            return None
        match message.body:
            case [_, "Display"]:
                return Message.new_method_return(message, "v", [Variant("(so)", ["1", SESSION_PATH])])
            case [_, "LockedHint"]:
                return Message.new_method_return(message, "v", [Variant("b", self.is_locked)])
        if message.member == "GetSession":
            return Message.new_method_return(message, "o", [SESSION_PATH])
        return None


@asynccontextmanager
async def saver_in(
    desktop: PrivateSession, name: str = "org.freedesktop.ScreenSaver", *, is_active: bool = False
) -> AsyncIterator[Saver]:
    """Have a screen saver in this desktop."""
    bus = await MessageBus(bus_address=desktop.environment["DBUS_SESSION_BUS_ADDRESS"]).connect()
    try:
        saver = Saver(bus, name, is_active=is_active)
        await saver.own()
        yield saver
    finally:
        bus.disconnect()


@asynccontextmanager
async def logind_in(desktop: PrivateSession, *, is_locked: bool = False) -> AsyncIterator[Logind]:
    """Have a system bus with logind in this desktop, at the address that it already has for it."""
    address = desktop.environment["DBUS_SYSTEM_BUS_ADDRESS"]
    await desktop.start_and_read(
        ("--print-address=%d",), "dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={address}"
    )
    daemon = desktop._processes[-1]
    try:
        bus = await MessageBus(bus_address=address).connect()
        logind = Logind(bus, is_locked=is_locked)
        await logind.own()
        yield logind
        bus.disconnect()
    finally:
        daemon.terminate()
        await daemon.wait()
