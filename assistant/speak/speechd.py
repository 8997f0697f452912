"""speech-dispatcher's voice: the desktop's own speech service, shared with Orca. The client is ssip.py.

One `message` a sentence: it waits for other programs' messages and is cut by nothing but `important`.
At most one sentence of ours is with the server, so that cancelling it touches nothing else; the server
itself passes sentences on one by one. Only what is ours is ever cancelled.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
from types import TracebackType
from typing import Self

from assistant.config import runtime_folder
from assistant.errors import SomethingMissing, WorkerLost
from assistant.speak import ssip
from assistant.speak.pcm_player import PcmPlayer
from assistant.speak.ssip import Refused, SpokenMessage, Ssip
from assistant.speak.voice import Run, Sound, Utterance, speakable
from assistant.speak.voice_names import ESPEAK_LANGUAGES, is_cantonese, primary, suits

log = logging.getLogger(__name__)

SPAWN_SECONDS = 10.0
REPLY_SECONDS = 5.0  # it answers in under a millisecond; one that is busy this long is hung
BEGIN_SECONDS = 30.0  # other programs may be speaking
_NOT_STARTED = "speech-dispatcher cannot be started. See why: speech-dispatcher --spawn"
# Version 0.11.4 makes no pause at these.
_PAUSES = str.maketrans({"，": ", ", "；": "; ", "：": ": "})
_SETTINGS = ("LANGUAGE", "RATE", "PITCH", "VOLUME")
# Its espeak-ng module's default settings: words a minute at SSIP's -100, 0 and 100.
_SLOWEST, _NORMAL, _FASTEST = 80, 170, 449


class SpeechDispatcherVoice:
    """Speaks through the user's speech-dispatcher, which it starts where none runs.

    Its silence after `stop` is the server's: 20 to 35 ms.
    """

    name = "speech-dispatcher"

    def __init__(self, address: str | None = None) -> None:
        self._address = address or os.environ.get("SPEECHD_ADDRESS") or ""
        self._connection: Ssip | None = None
        self._turn = asyncio.Lock()
        self._player = PcmPlayer(self._turn)
        self._sent: dict[str, str] = {}
        self._defaults: dict[str, str] = {}
        self._module = ""
        self._languages: frozenset[str] = frozenset()
        self._speaking: tuple[SpokenMessage, ...] = ()
        self._stops = 0

    async def __aenter__(self) -> Self:
        await self._connected()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        if self._connection:
            self._connection.close()

    def speaks(self, language: str) -> bool:
        """Whether the server's output module has a voice for the language."""
        return primary(language) in self._languages

    async def say(self, utterance: Utterance) -> None:
        """See Voice."""
        runs = [(run, text) for run in utterance.runs if (text := speakable(run.text))]
        if not runs:
            return
        stops = self._stops
        async with self._turn:
            connection = await self._connected()
            if stops != self._stops:
                return
            self._speaking = tuple(self._send(connection, run, text) for run, text in runs)
            try:
                for message, (run, _) in zip(self._speaking, runs, strict=True):
                    await self._heard(connection, message, run)
            except asyncio.CancelledError:
                self._cancel()
                raise
            finally:
                self._speaking = ()

    async def play(self, sound: Sound) -> None:
        """See Voice."""
        await self._player.play(sound)

    async def stop(self) -> None:
        """See Voice."""
        self._stops += 1
        self._player.stop()
        if self._speaking:
            with contextlib.suppress(WorkerLost, Refused, TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._cancel()), REPLY_SECONDS)

    # one sentence

    def _send(self, connection: Ssip, run: Run, text: str) -> SpokenMessage:
        """Send a run and those settings that differ from the last one's, all in one go."""
        wanted = self._settings(run)
        if any(wanted.get(key) != self._sent.get(key) for key in ("LANGUAGE", "SYNTHESIS_VOICE")):
            self._sent.pop("LANGUAGE", None)  # setting it also unsets the voice
            self._sent.pop("SYNTHESIS_VOICE", None)
        for key, value in wanted.items():
            if self._sent.get(key) != value:
                connection.command(f"SET SELF {key} {value}")
        self._sent = wanted
        return connection.speak(text.translate(_PAUSES).strip())

    async def _heard(self, connection: Ssip, message: SpokenMessage, run: Run) -> None:
        """Wait for the end; a server that lost its output module says that it began, and nothing more."""
        try:
            async with asyncio.timeout(BEGIN_SECONDS):
                await message.began.wait()
            async with asyncio.timeout(_longest_seconds(run)):
                await asyncio.shield(message.ended)
        except TimeoutError as error:
            self._cancel()
            connection.close()
            raise WorkerLost(
                "speech-dispatcher says nothing. Start it again: pkill -u $USER speech-dispatch"
            ) from error
        except Refused as error:
            raise WorkerLost("speech-dispatcher refused to speak. Check it with: spd-say hello") from error

    def _cancel(self) -> asyncio.Future[ssip.Reply]:
        assert self._connection
        speaking, self._speaking = self._speaking, ()
        reply = self._connection.command("CANCEL SELF")
        for message in speaking:
            message.end(completed=False)
        return reply

    def _settings(self, run: Run) -> dict[str, str]:
        chosen, wanted = run.settings, dict(self._defaults)
        wanted["LANGUAGE"] = self._language(run.language)
        if suits(chosen.name, run.language):
            wanted["SYNTHESIS_VOICE"] = chosen.name
        if chosen.rate is not None:
            wanted["RATE"] = str(_rate(chosen.rate))
        if chosen.pitch is not None:
            wanted["PITCH"] = str(2 * chosen.pitch - 100)
        if chosen.volume is not None:
            wanted["VOLUME"] = str(2 * chosen.volume - 100)
        return wanted

    def _language(self, language: str) -> str:
        default = self._defaults.get("LANGUAGE", "")
        if primary(language) in {"zh", "cmn"} and not is_cantonese(language) and self._module.startswith("espeak"):
            return "cmn-LATN-PINYIN"  # its "zh" is espeak-ng's `cmn`: see voice_names.PINYIN
        if "-" not in language and primary(default) == primary(language):
            return default  # "en": the English that the user has chosen
        return language.replace("_", "-")

    # the connection

    async def _connected(self) -> Ssip:
        if self._connection is None or self._connection.is_lost:
            self._connection = await self._connect()
        return self._connection

    async def _connect(self) -> Ssip:
        address = self._address or ssip.default_address(runtime_folder().parent)
        try:
            connection = await ssip.connect(address)
        except OSError:
            connection = await _spawn(address)
        try:
            async with asyncio.timeout(REPLY_SECONDS):
                await self._introduce(connection)
        except (TimeoutError, Refused) as error:
            connection.close()
            raise WorkerLost("speech-dispatcher does not answer. Check it with: spd-say hello") from error
        return connection

    async def _introduce(self, connection: Ssip) -> None:
        user = speakable(os.environ.get("USER", "")).replace(":", "").replace(" ", "") or "user"
        for command in (
            f"SET SELF CLIENT_NAME {user}:sightline:main",
            "SET SELF PRIORITY message",
            "SET SELF NOTIFICATION BEGIN ON",
            "SET SELF NOTIFICATION END ON",
            "SET SELF NOTIFICATION CANCEL ON",
        ):
            connection.command(command)
        answers = [connection.command(f"GET {setting}") for setting in _SETTINGS]
        self._defaults = {
            setting: value
            for setting, answer in zip(_SETTINGS, answers, strict=True)
            if (value := await _value(answer)) is not None
        }
        self._sent = dict(self._defaults)
        self._module = await _value(connection.command("GET OUTPUT_MODULE")) or ""
        self._languages = await self._known_languages(connection)

    async def _known_languages(self, connection: Ssip) -> frozenset[str]:
        if self._module.startswith("espeak"):
            return ESPEAK_LANGUAGES  # its list has 13,000 lines: each voice with each variant
        try:
            reply = await connection.command("LIST SYNTHESIS_VOICES")
        except Refused:
            return frozenset({primary(self._defaults.get("LANGUAGE", "en"))})
        voices = (line.split("\t") for line in reply.lines)
        return frozenset(primary(fields[1]) for fields in voices if len(fields) > 1)


async def _value(answer: asyncio.Future[ssip.Reply]) -> str | None:
    try:
        reply = await answer
    except Refused:
        return None
    return reply.lines[0] if reply.lines else None


async def _spawn(address: str) -> Ssip:
    """Start the user's server, as its own clients do, and connect to it."""
    method, _, path = address.partition(":")
    program = shutil.which("speech-dispatcher")
    if program is None or method != "unix_socket":
        raise SomethingMissing("speech-dispatcher is not there. Run: sudo apt install speech-dispatcher")
    try:
        async with asyncio.timeout(SPAWN_SECONDS):
            process = await asyncio.create_subprocess_exec(
                *(program, "--spawn", "--communication-method", "unix_socket", "--socket-path", path),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
            if await process.wait():
                raise SomethingMissing(_NOT_STARTED)
            while True:
                try:
                    return await ssip.connect(address)
                except OSError:
                    await asyncio.sleep(0.05)  # it has left to the background, and is not there yet
    except TimeoutError as error:
        raise SomethingMissing(_NOT_STARTED) from error


def _longest_seconds(run: Run) -> float:
    """Return how long it can take to say: most of a second for each digit, sign or Hanzi."""
    return 5 + 0.6 * len(run.text) * _NORMAL / (run.settings.rate or 100)


def _rate(words_per_minute: int) -> int:
    """Return SSIP's rate, -100 to 100."""
    above = words_per_minute - _NORMAL
    span = _FASTEST - _NORMAL if above > 0 else _NORMAL - _SLOWEST
    return max(-100, min(100, round(above * 100 / span)))
