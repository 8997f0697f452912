"""Which voices there are, in the order in which they are tried; and for `doctor`, what each of them lacks."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.config import SpeechConfig, VoiceName, runtime_folder
from assistant.errors import WrongSettings
from assistant.speak.espeak import EspeakVoice
from assistant.speak.failover import Candidate
from assistant.speak.file import file_voice
from assistant.speak.piper import PiperVoice
from assistant.speak.pyttsx3_voice import Pyttsx3Voice
from assistant.speak.speechd import SpeechDispatcherVoice
from assistant.speak.ssip import default_address
from assistant.speak.voice import Voice

ORDER: tuple[VoiceName, ...] = ("speech-dispatcher", "espeak-ng", "pyttsx3")
"""The desktop's own service first, since Orca and we then never speak at once; pyttsx3 last, the slowest to stop."""

CONNECT_SECONDS = 0.5  # a server on this machine accepts in microseconds


@dataclass(frozen=True, slots=True)
class VoiceState:
    """Whether a voice can be used here; if not, why, and the command that mends it."""

    name: VoiceName
    works: bool
    detail: str
    mend: str = ""


def choose_voices(config: SpeechConfig) -> tuple[Candidate, ...]:
    """Return the voices to try, in their order: the one that the settings name, then those that stand in for it.

    What is not installed says so when it is opened, and the next is tried. WrongSettings if a file is not named.
    """
    return tuple(_candidate(name, config) for name in _names(config))


def examine_voices(config: SpeechConfig) -> tuple[VoiceState, ...]:
    """Return how each voice that these settings can use is, in the order in which they are tried."""
    return tuple(_examine(name, config) for name in _names(config))


def _names(config: SpeechConfig) -> tuple[VoiceName, ...]:
    if config.voice == "file":
        return ("file",)  # whoever wants a record wants no sound
    automatic: VoiceName = "piper" if config.piper_voice else ORDER[0]
    return tuple(dict.fromkeys((automatic if config.voice == "auto" else config.voice, *ORDER)))


def _candidate(name: VoiceName, config: SpeechConfig) -> Candidate:
    return Candidate(name, _maker(name, config), lambda: _examine(name, config).works)


def _maker(name: VoiceName, config: SpeechConfig) -> Callable[[], Voice]:
    match name:
        case "file":
            file = _named(config.file, "file")
            return lambda: file_voice(file)
        case "piper":
            voice = _named(config.piper_voice, "piper_voice")
            return lambda: PiperVoice(voice)
        case "speech-dispatcher":
            return SpeechDispatcherVoice
        case "pyttsx3":
            return Pyttsx3Voice
        case _:
            return EspeakVoice


def _named(file: Path | None, key: str) -> Path:
    if file is None:
        raise WrongSettings("name a file for this voice.", key=f"speech.{key}")
    return file.expanduser()


def _examine(name: VoiceName, config: SpeechConfig) -> VoiceState:
    match name:
        case "file":
            return _file_state(_named(config.file, "file"))
        case "piper":
            return _piper_state(_named(config.piper_voice, "piper_voice"))
        case "speech-dispatcher":
            return _speech_dispatcher_state()
        case "pyttsx3":
            return _pyttsx3_state()
        case _:
            return _espeak_state()


def _speech_dispatcher_state(environment: Mapping[str, str] = os.environ) -> VoiceState:
    address = environment.get("SPEECHD_ADDRESS") or default_address(runtime_folder(environment).parent)
    if _answers(address):
        return VoiceState("speech-dispatcher", True, "It runs.")
    if not address.startswith("unix_socket:"):
        return VoiceState("speech-dispatcher", False, "Nothing answers at SPEECHD_ADDRESS.", "unset SPEECHD_ADDRESS")
    if shutil.which("speech-dispatcher"):
        return VoiceState("speech-dispatcher", True, "It is installed, and is started when needed.")
    return VoiceState("speech-dispatcher", False, "It is not installed.", "sudo apt install speech-dispatcher")


def _answers(address: str) -> bool:
    method, _, place = address.partition(":")
    host, _, port = place.rpartition(":")
    try:
        if method == "inet_socket":
            socket.create_connection((host or "127.0.0.1", int(port or 6560)), CONNECT_SECONDS).close()
        else:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(CONNECT_SECONDS)
                connection.connect(place)
    except (OSError, ValueError):
        return False
    return True


def _espeak_state() -> VoiceState:
    try:
        ctypes.CDLL("libespeak-ng.so.1")
    except OSError:
        return VoiceState("espeak-ng", False, "It is not installed.", "sudo apt install espeak-ng")
    return VoiceState("espeak-ng", True, "It is installed.")


def _pyttsx3_state() -> VoiceState:
    if not importlib.util.find_spec("pyttsx3"):
        return VoiceState("pyttsx3", False, "It is not installed.", "pip install pyttsx3")
    if not shutil.which("aplay"):
        return VoiceState(
            "pyttsx3", False, "It plays through aplay, which is not there.", "sudo apt install alsa-utils"
        )
    if not _espeak_state().works:
        return VoiceState("pyttsx3", False, "It speaks with espeak-ng, which is not there.", _espeak_state().mend)
    return VoiceState("pyttsx3", True, "It is installed.")


def _piper_state(voice: Path) -> VoiceState:
    if not importlib.util.find_spec("piper"):
        return VoiceState("piper", False, "It is not installed.", "pip install 'sightline[piper]'")
    for file in (voice, voice.with_name(f"{voice.name}.json")):
        if not file.is_file():
            return VoiceState("piper", False, f"There is no file {file}.", "Name another as speech.piper_voice.")
    return VoiceState("piper", True, "It is installed.")


def _file_state(file: Path) -> VoiceState:
    if os.access(file if file.exists() else file.parent, os.W_OK) and not file.is_dir():
        return VoiceState("file", True, f"It writes {file}.")
    return VoiceState("file", False, f"{file} cannot be written.", "Name another as speech.file.")
