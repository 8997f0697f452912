"""What this machine has for a model to compute in, learned from the kernel in milliseconds, without torch."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from assistant.engine.devices import Accelerator

ASK_SECONDS = 10  # nvidia-smi wakes a sleeping card


def memory_bytes(root: Path = Path("/")) -> int:
    """Return how much memory the machine has."""
    for line in (root / "proc/meminfo").read_text(encoding="ascii").splitlines():
        name, _, size = line.partition(":")
        if name == "MemTotal":
            return int(size.split()[0]) << 10
    return 0


def graphics_cards(root: Path = Path("/")) -> tuple[Accelerator, ...]:
    """Return the graphics cards whose memory is known: NVIDIA's from their driver, AMD's from the kernel."""
    return (*_nvidia(), *_amd(root))


def _nvidia() -> Iterator[Accelerator]:
    program = shutil.which("nvidia-smi")
    if program is None:
        return
    query = [program, "--query-gpu=memory.total,name", "--format=csv,noheader,nounits"]
    try:
        asked = subprocess.run(query, capture_output=True, text=True, timeout=ASK_SECONDS, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):  # no driver, or one of another version
        return
    for line in asked.stdout.splitlines():
        mebibytes, _, name = line.partition(",")
        if mebibytes.strip().isdecimal():
            yield Accelerator("cuda", name.strip(), int(mebibytes) << 20, has_bfloat16=True)


def _amd(root: Path) -> Iterator[Accelerator]:
    """https://docs.kernel.org/gpu/amdgpu/driver-misc.html#mem-info-vram-total"""
    for file in sorted((root / "sys/class/drm").glob("card*/device/mem_info_vram_total")):
        try:
            yield Accelerator("rocm", "AMD graphics", int(file.read_text(encoding="ascii")), has_bfloat16=True)
        except (OSError, ValueError):
            continue
