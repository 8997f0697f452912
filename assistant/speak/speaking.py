"""What the workers of own-sound voices have in common: words in, a synthesiser's samples to the Stream.

A job is one message: `say` with runs, `play` with samples, `drop` for one job or all, `languages`.
"""

from __future__ import annotations

import array
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from assistant.errors import SightlineError, SomethingMissing
from assistant.host.frames import Message
from assistant.host.working import Answer, refusal, work
from assistant.speak.sink import Sink
from assistant.speak.stream import Stream

SOUND_RATE = 22_050  # of `play`: voice.SAMPLE_RATE, which would import msgspec


@dataclass(frozen=True, slots=True)
class Words:
    """One run of an utterance. None leaves a setting to the synthesiser."""

    text: str
    language: str
    name: str
    rate: int | None
    pitch: int | None
    volume: int | None


class Synthesiser(Protocol):
    """Turns words into samples: mono, s16le."""

    rate: int
    languages: frozenset[str]

    def speak(self, words: Words, add: Callable[[bytes], bool], *, is_last: bool) -> None:
        """Pass samples to `add` as they come, until it returns False. A pause at the end only if `is_last`."""
        ...


class Speaker:
    """The handler of such a worker."""

    def __init__(self, synthesiser: Synthesiser, open_sink: Callable[[int], Sink], answer: Answer) -> None:
        self._synthesiser, self._answer = synthesiser, answer
        self._calls: dict[int, int] = {}  # the call that waits for each job
        self._work: queue.SimpleQueue[tuple[int, list[Words], bool]] = queue.SimpleQueue()
        self._stream = Stream(synthesiser.rate, lambda: open_sink(synthesiser.rate), self._heard)
        self._pause = b""
        threading.Thread(target=self._synthesise, name="synthesiser", daemon=True).start()

    def handle(self, message: Message, payload: bytes) -> None:
        match message["do"]:
            case "say":
                self._say(message)
            case "play":
                self._play(message, payload)
            case "drop":
                self._stream.drop(message.get("job"))
                if "id" in message:
                    self._answer({"id": message["id"]})
            case "languages":
                self._answer({"id": message["id"], "languages": sorted(self._synthesiser.languages)})

    def is_well(self) -> bool:
        return self._stream.is_well()

    def _say(self, message: Message) -> None:
        job = self._begin(message)
        self._work.put((job, [Words(**run) for run in message["runs"]], self._follows))

    def _play(self, message: Message, payload: bytes) -> None:
        job = self._begin(message)
        self._stream.add(job, resampled(payload, SOUND_RATE, self._stream.rate))
        self._stream.finish(job)

    def _begin(self, message: Message) -> int:
        job = int(message["job"])
        self._calls[job] = message["id"]
        self._follows = self._stream.begin(job)
        return job

    def _heard(self, job: int, error: SightlineError | None) -> None:
        call = self._calls.pop(job, None)
        if call is not None:
            self._answer({"id": call, **(refusal(error) if error else {})})

    def _synthesise(self) -> None:
        while True:
            job, runs, follows = self._work.get()
            silence = Silence(lambda samples, job=job: self._stream.add(job, samples))  # type: ignore[misc] # bound now
            if not follows or not self._pause or self._stream.add(job, self._pause):
                for number, words in enumerate(runs, 1):
                    self._synthesiser.speak(words, silence.add, is_last=number == len(runs))
                self._pause = silence.tail
            self._stream.finish(job)


class Silence:
    """Takes silence away from both ends of samples; what it took from the end is `tail`.

    At 175 words a minute espeak-ng starts with 12 ms of silence, with 49 ms before a vowel, and ends with 300 ms:
    a sentence must start when asked for, and its pause is for what follows it, if anything does.
    """

    def __init__(self, add: Callable[[bytes], bool]) -> None:
        self._add = add
        self._has_begun = False
        self.tail = b""

    def add(self, samples: bytes) -> bool:
        """Pass on what is sound, or silence between sounds."""
        if not self._has_begun:
            leading = len(samples) - len(samples.lstrip(b"\0"))
            samples = samples[leading // 2 * 2 :]
        sound = (len(samples.rstrip(b"\0")) + 1) // 2 * 2
        if not sound:
            self.tail += samples if self._has_begun else b""
            return self._add(b"")
        self._has_begun = True
        passed, self.tail = self.tail + samples[:sound], samples[sound:]
        return self._add(passed)


def resampled(samples: bytes, rate: int, wanted: int) -> bytes:
    """Return samples at another rate, by the nearest sample: good enough for a beep."""
    if rate == wanted:
        return samples
    before = array.array("h", samples)
    count = len(before) * wanted // rate
    return array.array("h", (before[n * rate // wanted] for n in range(count))).tobytes()


def open_device(rate: int) -> Sink:
    """Return the sound server's stream, else ALSA's device; OSError if there is neither."""
    from assistant.speak.alsa import Alsa  # noqa: PLC0415 - only what is used is loaded
    from assistant.speak.pulse import Pulse  # noqa: PLC0415

    try:
        return Pulse(rate)
    except OSError:
        return Alsa(rate)


def speak(start: Callable[[list[str]], Synthesiser]) -> None:
    """Be a worker that speaks. The first argument is a file to write sound into, or nothing."""

    def begin(answer: Answer, arguments: list[str]) -> Speaker:
        path, *rest = arguments
        synthesiser = start(rest)
        if not path:
            return Speaker(synthesiser, open_device, answer)
        file = _open_file(Path(path), synthesiser.rate)
        return Speaker(synthesiser, lambda _: file, answer)

    work(begin)


def _open_file(path: Path, rate: int) -> Sink:
    from assistant.speak.wav import Wav  # noqa: PLC0415

    try:
        return Wav(path, rate)
    except OSError as error:
        raise SomethingMissing(f"The voice's file cannot be written: {path}. Choose another.") from error
