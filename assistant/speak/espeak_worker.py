"""The espeak-ng worker: libespeak-ng through ctypes. The voice is espeak.py."""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable, Iterator
from ctypes import POINTER, c_char_p, c_int, c_short, c_size_t, c_ubyte, c_uint, c_void_p

from assistant.errors import SomethingMissing
from assistant.speak.speaking import Words, speak
from assistant.speak.voice_names import PINYIN, espeak_voices

# espeak-ng/speak_lib.h
_SYNCHRONOUS, _DONT_EXIT = 2, 0x8000
_RATE, _VOLUME, _PITCH = 1, 2, 3
_CHARACTERS, _UTF8, _END_PAUSE = 1, 1, 0x1000
_BUFFER_MS = 60
DEFAULT_RATE, DEFAULT_PITCH, DEFAULT_VOLUME = 175, 50, 100

_Callback = ctypes.CFUNCTYPE(c_int, POINTER(c_short), c_int, c_void_p)


class _Voice(ctypes.Structure):
    _fields_ = (
        ("name", c_char_p), ("languages", POINTER(c_ubyte)), ("identifier", c_char_p), ("gender", c_ubyte),
        ("age", c_ubyte), ("variant", c_ubyte), ("xx1", c_ubyte), ("score", c_int), ("spare", c_void_p),
    )  # fmt: skip


class Espeak:
    """The library, of which a process can have one."""

    def __init__(self) -> None:
        self._library = _load()
        self.rate = self._library.espeak_Initialize(_SYNCHRONOUS, _BUFFER_MS, None, _DONT_EXIT)
        if self.rate <= 0:
            raise SomethingMissing("espeak-ng has no data. Run: sudo apt install espeak-ng-data")
        self.languages = frozenset(self._languages())
        self._chinese = PINYIN if _version(self._library) < (1, 52) else "cmn"
        self._add: Callable[[bytes], bool] = lambda _: False
        self._callback = _Callback(self._on_samples)  # kept: the library holds no reference
        self._library.espeak_SetSynthCallback(self._callback)
        self._voice_for("en", "")  # reads the dictionary, so that the first words need not wait for it

    def speak(self, words: Words, add: Callable[[bytes], bool], *, is_last: bool) -> None:
        self._voice_for(words.language, words.name)
        for parameter, value, default in (
            (_RATE, words.rate, DEFAULT_RATE),
            (_PITCH, words.pitch, DEFAULT_PITCH),
            (_VOLUME, words.volume, DEFAULT_VOLUME),
        ):
            self._library.espeak_SetParameter(parameter, default if value is None else value, 0)
        self._add = add
        text = words.text.encode()
        flags = _UTF8 | (_END_PAUSE if is_last else 0)
        self._library.espeak_Synth(text, len(text) + 1, 0, _CHARACTERS, 0, flags, None, None)

    def _on_samples(self, samples: object, count: int, _: object) -> int:
        return 0 if self._add(ctypes.string_at(samples, 2 * count) if samples else b"") else 1  # type: ignore[arg-type]

    @functools.lru_cache(maxsize=64)  # noqa: B019 - one per process
    def _candidates(self, language: str, name: str) -> tuple[bytes, ...]:
        return tuple(voice.encode() for voice in espeak_voices(language, name, chinese=self._chinese))

    def _voice_for(self, language: str, name: str) -> None:
        for voice in self._candidates(language, name):
            if self._library.espeak_SetVoiceByName(voice) == 0:
                return

    def _languages(self) -> Iterator[str]:
        listed = self._library.espeak_ListVoices(None)
        for number in range(100_000):
            if not listed[number]:
                return
            tags = listed[number].contents.languages  # a priority, a name, 0; and again; 0
            at = 0
            while tags[at]:
                name = ctypes.string_at(ctypes.addressof(tags.contents) + at + 1)
                yield name.decode("ascii", "replace").split("-")[0]
                at += len(name) + 2


def _version(library: ctypes.CDLL) -> tuple[int, ...]:
    text = library.espeak_Info(None).decode("ascii", "replace").split()[0]
    return tuple(int(part) for part in text.split(".") if part.isdigit())


def _load() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL("libespeak-ng.so.1")
    except OSError as error:
        raise SomethingMissing("espeak-ng is not installed. Run: sudo apt install espeak-ng") from error
    library.espeak_Info.restype = c_char_p
    library.espeak_Info.argtypes = [c_void_p]
    library.espeak_ListVoices.restype = POINTER(POINTER(_Voice))
    library.espeak_SetVoiceByName.argtypes = [c_char_p]
    library.espeak_Synth.argtypes = [
        c_char_p, c_size_t, c_uint, c_int, c_uint, c_uint, POINTER(c_uint), c_void_p,
    ]  # fmt: skip
    return library


if __name__ == "__main__":
    speak(lambda _: Espeak())
