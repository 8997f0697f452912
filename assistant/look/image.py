"""A picture from a file as a Scene: `explain --image`, `scene --image`, `ask --image`.

The file is decoded in a process of its own (image_worker.py), which has no network and dies with what it cannot bear.
The file's name is no part of the Scene: it is not on anybody's screen.
"""

from __future__ import annotations

import asyncio
import os
import stat
import time
from dataclasses import replace
from pathlib import Path

from assistant.errors import NothingToLookAt, WorkerLost, WrongSettings
from assistant.host.worker import Program, Worker
from assistant.look.merge import merged
from assistant.look.sight import Sight
from assistant.scene import Picture, Scene, Window

LARGEST_FILE = 128 << 20  # bytes
DECODE_SECONDS = 60.0

_PROGRAM = Program("picture", "assistant.look.image_worker", memory_mib=2048, answer_seconds=DECODE_SECONDS)


async def scene_of_image(path: Path) -> Scene:
    """Return a Scene whose window is the picture in a file; it has no elements yet: `read` finds them.

    Raises WrongSettings where there is no such file, NothingToLookAt where it holds no picture that can be read,
    SomethingMissing without Pillow.
    """
    started = time.perf_counter()
    picture = await decoded(await asyncio.to_thread(_read, path))
    took = (time.perf_counter() - started) * 1000
    return Scene(Window(kind="unknown"), picture=picture, timing_ms={"capture": took})


async def read(scene: Scene) -> Scene:
    """Return a Scene with the texts and controls that its picture shows.

    Raises SomethingMissing where the extra `ocr` is not installed, WorkerLost if the picture killed its reader.
    """
    assert scene.picture is not None
    started = time.perf_counter()
    async with Sight() as sight:
        found = merged(scene, await sight.seen(scene.picture))
    return replace(found, timing_ms={**found.timing_ms, "ocr": (time.perf_counter() - started) * 1000})


async def decoded(data: bytes) -> Picture:
    """Return the picture that an image file's bytes hold. Raises as `scene_of_image` does."""
    async with Worker(_PROGRAM) as worker:
        try:
            async with asyncio.timeout(DECODE_SECONDS):
                reply = await worker.call({"do": "decode"}, data)
        except (WorkerLost, TimeoutError):
            problem = "The picture cannot be read: decoding it took too much. Save it again, smaller, as PNG."
            raise NothingToLookAt(problem) from None
    return Picture(int(reply.message["width"]), int(reply.message["height"]), reply.payload)


def _read(path: Path) -> bytes:
    try:
        with open(path.expanduser(), "rb", opener=_open_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise WrongSettings("this is no file: a picture is read from a plain file.", key="--image")
            data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError as error:
        raise WrongSettings("there is no such file.", key="--image") from error
    except IsADirectoryError as error:
        raise WrongSettings("this is a folder. Name one picture in it.", key="--image") from error
    except (OSError, ValueError) as error:
        raise WrongSettings(f"this file cannot be read ({type(error).__name__}).", key="--image") from error
    if len(data) > LARGEST_FILE:
        raise NothingToLookAt(f"The picture's file has more than {LARGEST_FILE >> 20} megabytes. Save it smaller.")
    if not data:
        raise NothingToLookAt("The picture's file is empty.")
    return data


def _open_at_once(name: str, flags: int) -> int:
    """Open without waiting for whoever may write into a pipe."""
    return os.open(name, flags | os.O_NONBLOCK | os.O_CLOEXEC)
