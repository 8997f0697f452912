"""Bystander teller: tells of dialogs and notifications that come without the keyboard, after what is being said."""

from __future__ import annotations

from collections.abc import Callable

from assistant import explain
from assistant.config import Config
from assistant.desktop.target import Target
from assistant.look import Look
from assistant.looking import about_window, look_at, notice
from assistant.teller import Teller
from assistant.watch.event import Notification


class BystanderTeller:
    """Tells of each as the settings want it. `active` is the window that has the keyboard."""

    def __init__(self, look: Look, teller: Teller, config: Config, active: Callable[[], Target | None]) -> None:
        self._look, self._teller, self._config, self._active = look, teller, config, active

    async def tell_dialog(self, target: Target) -> None:
        """Tell of a dialog that did not take the keyboard."""
        if not self._config.announce.dialogs:
            return
        snapshot = await look_at(self._look, self._config, target)
        if self._is_locked:
            return
        active = self._active()
        if active is not None and active.key == target.key:
            return  # it has the keyboard by now, and is read as the window it is
        profile, language = self._teller.manner(snapshot.scene)
        sentences = explain.explain_window(snapshot.scene, profile, language, has_keyboard=False)
        self._teller.say(sentences, profile=profile, priority="notification", about=about_window(snapshot))

    async def tell_notification(self, event: Notification) -> None:
        """Tell what a notification says: in its event's words, or in its own."""
        if not self._config.announce.notifications:
            return
        scene = (await look_at(self._look, self._config, Target(event.accessible))).scene
        if self._is_locked:
            return
        profile, language = self._teller.manner(scene)
        text = event.text or notice(scene)
        sentences = explain.explain_notification(text, scene.window.application, profile, language)
        self._teller.say(sentences, profile=profile, priority="important" if event.is_urgent else "notification")

    @property
    def _is_locked(self) -> bool:
        return self._look.locked_by is not None
