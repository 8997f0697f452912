"""A private PulseAudio with one null sink: only our recorder hears what is played. Used by VirtualDesktop."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

from assistant.errors import SomethingMissing
from assistant.host.private_programs import PrivatePrograms

RATE = 22050  # samples a second, as espeak-ng gives them
SAMPLE_BYTES = 2  # signed, 16 bits, little endian, one channel
LATENCY_MS = 10
_READY = b"Daemon startup complete."
_SINK = "sightline"
# without norewinds a sink works in blocks of two seconds until a quick client has come
_FORMAT = ("rate=48000", "channels=2", "format=s16le", "norewinds=1")


class Recording:
    """What has been played since it began. `parts` are (when it was heard, on time.monotonic's clock; samples)."""

    def __init__(self) -> None:
        self.parts: list[tuple[float, bytes]] = []
        self.grown = asyncio.Event()
        """Set whenever a part comes; whoever waits clears it."""
        self._has_begun = asyncio.Event()

    @property
    def pcm(self) -> bytes:
        """All samples, 16 bits, one channel, RATE a second."""
        return b"".join(samples for _, samples in self.parts)

    def since(self, moment: float) -> bytes:
        """The samples that were heard after this moment (time.monotonic)."""
        return b"".join(samples for heard, samples in self.parts if heard >= moment)

    def clear(self) -> None:
        """Forget what was played so far."""
        self.parts.clear()

    def save(self, file: Path) -> None:
        """Write it as a WAV file."""
        save_wav(file, self.pcm)

    async def follow(self, stream: asyncio.StreamReader) -> None:
        """Take in what the recorder hears, until it ends."""
        rest = b""
        while samples := await stream.read(8192):
            samples = rest + samples
            whole = len(samples) // SAMPLE_BYTES * SAMPLE_BYTES
            samples, rest = samples[:whole], samples[whole:]
            self.parts.append((monotonic(), samples))
            self.grown.set()
            self._has_begun.set()

    async def more(self, seconds: float) -> None:
        """Wait until so much more has been recorded, sound or silence."""
        wanted = len(self.pcm) + int(seconds * RATE) * SAMPLE_BYTES
        while len(self.pcm) < wanted:
            self.grown.clear()
            await self.grown.wait()

    async def begun(self) -> None:
        """Wait until the recorder really records."""
        await self._has_begun.wait()


class SoundSink:
    """The sink and its sound server; they end with the desktop."""

    @classmethod
    async def start(cls, desktop: PrivatePrograms) -> SoundSink:
        """Start a sound server in a desktop and tell the desktop's programs of it."""
        socket = desktop.folder / "run" / "pulse.sock"
        desktop.environment["PULSE_SERVER"] = f"unix:{socket}"
        process = await desktop.start(
            "pulseaudio",
            *("-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--disallow-exit=yes"),
            *("--realtime=no", "--high-priority=no", "--log-target=stderr", "--log-level=info"),
            "--load=module-native-protocol-unix socket=" + str(socket) + " auth-anonymous=1",
            f"--load=module-null-sink sink_name={_SINK} {' '.join(_FORMAT)}",
            stderr=subprocess.PIPE,
            env={"DBUS_SESSION_BUS_ADDRESS": "", "LANG": "C.UTF-8"},
        )
        assert process.stderr is not None
        while line := await process.stderr.readline():
            if _READY in line:
                return cls(desktop, process.stderr)
        raise SomethingMissing("The sound server could not start. Run: sudo apt install pulseaudio")

    def __init__(self, desktop: PrivatePrograms, log: asyncio.StreamReader) -> None:
        self._desktop = desktop
        self._drain = asyncio.create_task(_drain(log), name="sound server's log")

    async def add(self, name: str) -> None:
        """Make another sink; a program plays there if its environment says PULSE_SINK=name."""
        made = await self._desktop.start("pactl", "load-module", "module-null-sink", f"sink_name={name}", *_FORMAT)
        if await made.wait():
            raise SomethingMissing("The sound server gives no second sink. Run: sudo apt install pulseaudio")

    @asynccontextmanager
    async def record(self, name: str = _SINK) -> AsyncIterator[Recording]:
        """Record what is played at a sink, from now on; recording has begun when the block is entered."""
        process = await self._desktop.start(
            "parec",
            *("--raw", f"--device={name}.monitor", f"--rate={RATE}", "--channels=1", "--format=s16le"),
            *(f"--latency-msec={LATENCY_MS}", f"--process-time-msec={LATENCY_MS}"),
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        recording = Recording()
        # no task group: a test's fixture is entered in one task and left in another
        following = asyncio.create_task(recording.follow(process.stdout), name="recording")
        try:
            await recording.begun()
            yield recording
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()
            await following


def save_wav(file: Path, pcm: bytes) -> None:
    """Write samples (16 bits, one channel, RATE a second) as a WAV file."""
    with wave.open(str(file), "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(SAMPLE_BYTES)
        wav.setframerate(RATE)
        wav.writeframes(pcm)


async def _drain(stream: asyncio.StreamReader) -> None:
    """Read a log that nobody wants, so that its writer is never held up."""
    while await stream.read(65536):
        pass
