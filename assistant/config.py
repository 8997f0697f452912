"""Config: the settings file, validated; and where files live. The only home of defaults."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, field

from assistant.commands import BY_ID, COMMANDS
from assistant.settings import Settings, read_mapping, validate

VoiceName = Literal["auto", "speech-dispatcher", "espeak-ng", "pyttsx3", "piper", "file"]
Command = Annotated[
    str, Meta(pattern=f"^({'|'.join(BY_ID)})$", description=f"a command, which is one of {', '.join(BY_ID)}")
]


class SpeechConfig(Settings, frozen=True):
    """Which voice speaks."""

    voice: VoiceName = "auto"
    file: Path | None = None
    """Where the `file` voice writes: a `.jsonl` of sentences or a `.wav` of sound."""
    piper_voice: Path | None = None
    """A Piper voice (`.onnx`, its `.onnx.json` beside it)."""


class LookConfig(Settings, frozen=True):
    """Bounds on reading one window."""

    tree_ms: Annotated[int, Meta(ge=20, le=10_000)] = 300
    elements: Annotated[int, Meta(ge=10, le=100_000)] = 5_000
    depth: Annotated[int, Meta(ge=5, le=500)] = 100


class AnnounceConfig(Settings, frozen=True):
    """What is said without being asked for."""

    dialogs: bool = True
    windows: bool = True
    focus: bool = True
    notifications: bool = True


class ApplicationConfig(Settings, frozen=True):
    """Settings for one application, by the name it gives itself."""

    profile: str | None = None
    excluded: bool = False
    """Never looked at: no tree, no picture, nothing said but its name."""


class Config(Settings, frozen=True):
    """The settings file."""

    profile: str = "plain-language"
    speech: SpeechConfig = SpeechConfig()
    announce: AnnounceConfig = AnnounceConfig()
    look: LookConfig = LookConfig()
    keys: dict[Command, str] = field(default_factory=dict)
    """Keys for commands, over the defaults; "" takes a command's key away."""
    key_source: Literal["auto", "pynput"] = "auto"
    """Where keys come from: X11's key grabs, or pynput, which lets the application see a command's key too."""
    stop_on_key: bool = True
    """Any key pressed stops speech."""
    applications: dict[str, ApplicationConfig] = field(default_factory=dict)

    def application(self, *names: str) -> ApplicationConfig:
        """Return the settings for an application known by these names (the bus and X11 spell them differently)."""
        wanted = {name.casefold() for name in names}
        return next((own for name, own in self.applications.items() if name.casefold() in wanted), ApplicationConfig())

    def key_of(self, command: str) -> str:
        """Return the key of a command, "" for none."""
        return self.keys.get(command, BY_ID[command].key)

    def all_keys(self) -> dict[str, str]:
        """Return command ids by their keys, commands without a key left out."""
        return {key: command.id for command in COMMANDS if (key := self.key_of(command.id))}


def load_config(file: Path | None = None) -> Config:
    """Return the settings in a file (the user's own by default), or the defaults if there is none."""
    file = file or config_folder() / "settings.yaml"
    if not file.exists():
        return Config()
    return validate(Config, read_mapping(file), file=file)


def config_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the user's settings and profiles are: $XDG_CONFIG_HOME/sightline."""
    home = environment.get("XDG_CONFIG_HOME") or Path(environment.get("HOME", "~")).expanduser() / ".config"
    return Path(home) / "sightline"


def runtime_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where sockets of this login are: $XDG_RUNTIME_DIR/sightline, made with mode 0700 by whoever needs it."""
    runtime = environment.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    return Path(runtime) / "sightline"


def session_locale(environment: Mapping[str, str] = os.environ) -> str:
    """The locale of messages in this session ("zh_CN.UTF-8"), as POSIX has it; "" where none is set."""
    return next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environment.get(name))), "")


def shipped(folder: Literal["profiles", "prompts", "systemd"]) -> Path:
    """Where the files are that come with Sightline: in the wheel, else in the checkout."""
    inside = Path(__file__).parent / "shipped" / folder
    return inside if inside.is_dir() else Path(__file__).parent.parent / folder


def profile_folders(environment: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """Where profiles are looked for: the user's own first."""
    return (config_folder(environment) / "profiles", shipped("profiles"))
