"""The Piper worker: a neural voice from a file. The voice is piper.py.

Piper is GPL-3.0-or-later: it is not part of Sightline and runs only here, in a process of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from assistant.errors import SomethingMissing
from assistant.speak.speaking import Words, speak
from assistant.speak.voice_names import primary

_USUAL_RATE = 175  # words a minute, of Piper's voices at length 1; measured on none in particular
_PAUSE_SECONDS = 0.2


class Piper:
    """One voice. It has one language and no pitch."""

    def __init__(self, file: Path) -> None:
        piper = _imported()
        try:
            self._voice = piper.PiperVoice.load(str(file))
        except (OSError, ValueError, KeyError) as error:
            raise SomethingMissing(
                f"The Piper voice {file} cannot be loaded. Put the .onnx and its .onnx.json side by side."
            ) from error
        self._config = piper.SynthesisConfig
        self.rate = int(self._voice.config.sample_rate)
        self.languages = frozenset({primary(str(self._voice.config.espeak_voice))})

    def speak(self, words: Words, add: Callable[[bytes], bool], *, is_last: bool) -> None:
        config = self._config(
            length_scale=_USUAL_RATE / words.rate if words.rate else None,
            volume=1.0 if words.volume is None else words.volume / 100,
        )
        for chunk in self._voice.synthesize(words.text, config):
            if not add(chunk.audio_int16_bytes):
                return
        if is_last:
            add(bytes(int(_PAUSE_SECONDS * self.rate) * 2))


def _imported() -> Any:
    try:
        import piper  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise SomethingMissing("Piper is not installed. Run: pip install 'sightline[piper]'") from error
    return piper


if __name__ == "__main__":
    speak(lambda arguments: Piper(Path(arguments[0])))
