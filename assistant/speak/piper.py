"""Piper, when the user has a voice for it: a neural voice in a process of its own."""

from __future__ import annotations

from pathlib import Path

from assistant.host.worker import Program
from assistant.speak.worker_voice import WorkerVoice

MEMORY_MIB = 1024  # onnxruntime with a "high" voice: about 300


class PiperVoice(WorkerVoice):
    """Speaks with a voice file (`.onnx`, its `.onnx.json` beside it). It has one language and no pitch."""

    def __init__(self, file: Path) -> None:
        arguments = ("", str(file.expanduser().absolute()))
        program = Program("Piper", "assistant.speak.piper_worker", arguments, memory_mib=MEMORY_MIB, start_seconds=60)
        super().__init__("piper", program)
