"""The machine and the versions that figures were taken with."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from assistant import __version__

_PACKAGES = (
    *(
        "dbus-fast",
        "python-xlib",
        "PyYAML",
        "PySide6-Essentials",
        "pyttsx3",
        "piper-tts",
        "mss",
        "rapidocr",
        "onnxruntime",
        "tesserocr",
    ),
    *("torch", "transformers"),
)
_PROGRAMS = (
    ("Orca", ("orca", "--version")),
    ("espeak-ng", ("espeak-ng", "--version")),
    ("speech-dispatcher", ("speech-dispatcher", "--version")),
    ("PulseAudio", ("pulseaudio", "--version")),
    ("openbox", ("openbox", "--version")),
)
_LIBRARIES = (
    ("GTK 3", "libgtk-3-0"),
    ("libatspi", "libatspi2.0-0"),
    ("at-spi2-core", "at-spi2-core"),
    ("Xvfb", "xvfb"),
)


def machine() -> dict[str, str]:
    """Return what the machine is: processor, cores, memory, system."""
    return {
        "processor": f"{_processor()}, {len(os.sched_getaffinity(0))} cores",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.1f} GB",
        "system": f"{_system()}, Linux {'.'.join(platform.release().split('.')[:2])}",
        "screen": "Xvfb, no graphics card; a null sound sink",
    }


def versions() -> dict[str, str]:
    """Return the versions of everything that was measured."""
    found = {"Sightline": __version__ + _commit(), "Python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    for name, command in _PROGRAMS:
        if shutil.which(command[0]):
            found[name] = _first_number(_output(*command))
    for name, package in _LIBRARIES:
        if version := _output("dpkg-query", "-W", "-f", "${Version}", package):
            found[name] = version
    return found


def load() -> float:
    """Return how many processes wanted a core, averaged over a minute."""
    return os.getloadavg()[0]


def orca_version() -> str:
    """Return "Orca 43.1"."""
    return f"Orca {_first_number(_output('orca', '--version'))}"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _system() -> str:
    return platform.freedesktop_os_release().get("PRETTY_NAME", sys.platform)


def _commit() -> str:
    commit = _output("git", "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD")
    return f" ({commit})" if commit else ""


def _first_number(text: str) -> str:
    words = (word.strip(",()") for line in text.splitlines() for word in line.split())
    return next((word for word in words if word[:1].isdigit()), "unknown")


def _output(*command: str) -> str:
    if shutil.which(command[0]) is None:
        return ""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    return done.stdout.strip() if done.returncode == 0 else ""
