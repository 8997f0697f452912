"""espeak-ng in a process of our own, through one stream that stays open: the quickest voice."""

from __future__ import annotations

from pathlib import Path

from assistant.host.worker import Program
from assistant.speak.worker_voice import WorkerVoice


class EspeakVoice(WorkerVoice):
    """Speaks on the sound device, or into a WAV file."""

    def __init__(self, *, file: Path | None = None) -> None:
        super().__init__("espeak-ng", Program("espeak-ng", "assistant.speak.espeak_worker", (str(file or ""),)))
