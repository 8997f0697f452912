"""The pyttsx3 worker: one engine that says one sentence at a time. The voice is pyttsx3_voice.py.

pyttsx3 2.99 on Linux, read and measured: it keeps one text only; its first `runAndWait` returns at once, so the
end is learned from `finished-utterance`; a setting that is not in force when it starts to speak is lost, so each is
read back; `stop` cannot stop it, so whoever wants silence kills this process;
it plays through `aplay`, whose failures it does not notice; and it leaves its WAV files behind when killed.
"""

from __future__ import annotations

import os
import queue
import re
import shutil
import tempfile
import textwrap
import threading
import time
from pathlib import Path
from typing import Any

from assistant.errors import SightlineError, SomethingMissing
from assistant.host.frames import Message
from assistant.host.working import Answer, refusal, work
from assistant.speak.voice_names import espeak_voices

LONGEST_PIECE = 300  # characters: about 20 seconds of sound
SETTING_TRIES = 500  # of a millisecond
_DEFAULTS = {"rate": 175, "pitch": 50, "volume": 100}  # words a minute; percent


class Speaker:
    """The handler. One thread owns the engine."""

    def __init__(self, engine: Any, answer: Answer) -> None:
        self._engine, self._answer = engine, answer
        self._work: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._finished = threading.Event()
        self._player_status = 0
        engine.connect("finished-utterance", lambda name, completed: self._finished.set())  # noqa: ARG005 - its names
        self._system = os.system
        os.system = self._play  # type: ignore[assignment] # with which pyttsx3 calls aplay, a str
        self._names = frozenset(name for voice in engine.getProperty("voices") for name in _names(voice))
        threading.Thread(target=self._speak, name="pyttsx3", daemon=True).start()

    def handle(self, message: Message, payload: bytes) -> None:  # noqa: ARG002 - the protocol's
        if message["do"] == "say":
            self._work.put(message)

    def is_well(self) -> bool:
        return True  # a sound server that hangs looks like a long sentence; the voice has a time limit

    def _speak(self) -> None:
        while True:
            message = self._work.get()
            error = next((error for run in message["runs"] if (error := self._say(run))), None)
            self._answer({"id": message["id"], **(refusal(error) if error else {})})

    def _say(self, run: Message) -> SightlineError | None:
        self._engine.setProperty("voice", self._voice(run))
        for name, default in _DEFAULTS.items():
            value = default if run[name] is None else run[name]
            self._set(name, value / 100 if name == "volume" else value)
        for piece in pieces(run["text"]):
            self._finished.clear()
            self._player_status = 0
            self._engine.say(piece)
            self._engine.runAndWait()
            self._finished.wait()
            if self._player_status:
                return SomethingMissing("pyttsx3 cannot play sound. Try: aplay /usr/share/sounds/alsa/Front_Center.wav")
        return None

    def _set(self, name: str, value: float) -> None:
        self._engine.setProperty(name, value)
        tries = iter(range(SETTING_TRIES))
        while self._engine.getProperty(name) != value and next(tries, None) is not None:
            time.sleep(0.001)  # its driver takes a setting in a thread of its own, and tells nobody when

    def _voice(self, run: Message) -> str:
        candidates = espeak_voices(run["language"], run["name"])
        return next((name for name in candidates if name.partition("+")[0].lower() in self._names), "en-us")

    def _play(self, command: str) -> int:
        self._player_status = self._system(command)
        return self._player_status


def pieces(text: str) -> list[str]:
    """Return a text in pieces that end where sentences do: pyttsx3 plays nothing until all is synthesised."""
    sentences = re.split(r"(?<=[.!?;])\s+|(?<=[。！？；])", text)
    return [piece for sentence in sentences for piece in textwrap.wrap(sentence, LONGEST_PIECE)]


def start(answer: Answer, arguments: list[str]) -> Speaker:
    """Make the engine; the argument is a private folder for pyttsx3's files."""
    folder = Path(arguments[0])
    shutil.rmtree(folder, ignore_errors=True)  # of the one that was killed before us
    folder.mkdir(mode=0o700)
    tempfile.tempdir = str(folder)
    try:
        import pyttsx3  # type: ignore[import-untyped] # noqa: PLC0415 - optional, and without types

        engine = pyttsx3.init("espeak")
        engine.runAndWait()  # of nothing: before its first run it is busy, and speaks with settings it was not given
    except (ImportError, OSError, RuntimeError) as error:  # what it raises without libespeak
        raise SomethingMissing("pyttsx3 does not work. Run: pip install pyttsx3; sudo apt install espeak-ng") from error
    return Speaker(engine, answer)


def _names(voice: Any) -> tuple[str, ...]:
    identifier = str(voice.id).lower()  # "gmw/en-us"
    return (identifier, identifier.rpartition("/")[2])


if __name__ == "__main__":
    work(start)
