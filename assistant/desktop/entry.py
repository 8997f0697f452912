"""A small window in which the person types one line: zenity's, or KDialog's where the desktop has that one.

What is typed comes back through a pipe. The words of the window itself are the same for every question, because
anyone may list a process's arguments: what is on the screen does not belong there.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from typing import ClassVar, Protocol

from assistant.errors import SightlineError, SomethingMissing

LONGEST = 2_000  # characters; a question, not a document
WIDTH = 480  # pixels: a line of some sixty characters


class Entry(Protocol):
    """A window for one line. Every one passes tests/desktop_connections/test_entry.py."""

    @property
    def pid(self) -> int | None:
        """The process that shows the window; None while there is none."""

    async def ask(self, title: str, prompt: str) -> str | None:
        """Return what was typed, None if the person left the window. Being cancelled closes it.

        `title` and `prompt` show in the list of processes. SightlineError if the window cannot be shown.
        """


class _Program:
    """A program that shows such a window and prints what was typed."""

    name: ClassVar[str]
    left: ClassVar[int]
    """The exit status after Escape, Cancel or the cross in the frame."""
    environment: ClassVar[Mapping[str, str]] = {}

    def __init__(self, path: str) -> None:
        self._path = path
        self._process: Process | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def ask(self, title: str, prompt: str) -> str | None:
        assert self._process is None, "it is open already"
        process = await asyncio.create_subprocess_exec(
            *_ends_with_us(),
            self._path,
            *self._arguments(title, prompt),
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=DEVNULL,
            env={**os.environ, **self.environment},
        )
        self._process = process
        try:
            typed, _ = await process.communicate()
        finally:
            self._process = None
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode == self.left:
            return None
        if process.returncode:
            raise SightlineError(f"{self.name} could not show a window. Ask in a terminal: sightline ask")
        return typed.decode("utf-8", "replace").removesuffix("\n")[:LONGEST]

    def _arguments(self, title: str, prompt: str) -> tuple[str, ...]:
        raise NotImplementedError  # Zenity and KDialog each have their own


class Zenity(_Program):
    """GTK's."""

    name = "zenity"
    left = 17
    environment = {"ZENITY_CANCEL": "17", "ZENITY_ESC": "17"}  # noqa: RUF012 - else 1, as when it has no display

    def _arguments(self, title: str, prompt: str) -> tuple[str, ...]:
        return ("--entry", f"--title={title}", f"--text={prompt}", f"--width={WIDTH}")


class KDialog(_Program):
    """KDE's."""

    name = "kdialog"
    left = 1

    def _arguments(self, title: str, prompt: str) -> tuple[str, ...]:
        return ("--title", title, "--inputbox", prompt)


def find_entry() -> Entry:
    """Return the way to ask for a line on this desktop; SomethingMissing if there is none."""
    for kind in (Zenity, KDialog):
        if path := shutil.which(kind.name):
            return kind(path)
    raise SomethingMissing("To type a question into a window, zenity is needed. Run: sudo apt install zenity")


def _ends_with_us() -> tuple[str, ...]:
    """Return what a program is started through so that it does not outlive us, even where we are killed."""
    setpriv = shutil.which("setpriv")  # of util-linux
    return (setpriv, "--pdeathsig", "TERM", "--") if setpriv else ()
