"""Config: the settings file, validated; and where files live. The only home of defaults."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import SplitResult, urlsplit

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
    text_reader: Literal["auto", "rapidocr", "tesseract"] = "auto"
    """What reads text in pictures; auto: RapidOCR, or Tesseract where that alone is installed."""
    sight_idle_minutes: Annotated[int, Meta(ge=0, le=10_080)] = 10
    """The process that reads pictures ends after this long without one; 0: never."""


class AnnounceConfig(Settings, frozen=True):
    """What is said without being asked for."""

    dialogs: bool = True
    windows: bool = True
    focus: bool = True
    notifications: bool = True


class ServerUrl(str):
    """Where a server is: `http://127.0.0.1:8000/v1`. Without a path, OpenAI's `/v1` is meant."""

    __slots__ = ()

    @classmethod
    def of(cls, written: object) -> Self:
        """Return the address; ValueError says what is wrong with it."""
        if not isinstance(written, str):
            raise ValueError("expected an address, as http://127.0.0.1:8000/v1")  # noqa: TRY004 - settings.py asks so
        parts = urlsplit(written)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("expected an address, as http://127.0.0.1:8000/v1")
        if parts.username or parts.password:
            raise ValueError(
                "a password does not belong in an address: put the key into a file, and name it “key_file”"
            )
        if parts.query or parts.fragment:
            raise ValueError("an address ends with its path, as /v1: leave out what follows “?” or “#”")
        _ = parts.port  # raises ValueError for one that is none
        path = parts.path.rstrip("/") or "/v1"
        return cls(SplitResult(parts.scheme, parts.netloc, path, "", "").geturl())

    @property
    def host(self) -> str:
        """The name of the machine, or its number."""
        return urlsplit(self).hostname or ""

    @property
    def is_encrypted(self) -> bool:
        """Whether it is reached through TLS."""
        return urlsplit(self).scheme == "https"

    @property
    def is_on_this_machine(self) -> bool:
        """Whether what is sent there cannot leave this machine. Of names, localhost alone is ours."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


class EngineConfig(Settings, frozen=True):
    """The vision-language model: our own engine, or any server that speaks OpenAI's protocol."""

    model: str = ""
    """A model's name in `sightline model list`, a folder, or the name that the server at `url` has for it; "": none."""
    url: ServerUrl | None = None
    """A server of somebody else's (vLLM, llama-server, Ollama); None: our own engine, through its socket."""
    socket: Path | None = None
    """Another Unix socket than our own engine's."""
    key_file: Path | None = None
    """A file with the server's key in it, that only you may read (mode 0600)."""
    allow_remote: bool = False
    """Pictures of the screen may go to another machine, encrypted. It is announced when it happens first."""
    warm: bool = False
    """Load the model at login, not when it is first asked."""
    idle_minutes: Annotated[int, Meta(ge=0, le=10_080)] = 10
    """Our own engine ends after this long without a question; 0: never."""
    device: Literal["auto", "gpu", "cpu"] = "auto"
    """Where our own engine computes."""
    precision: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    """In what our own engine computes."""
    weights: Literal["auto", "full", "8bit", "4bit"] = "auto"
    """How a GPU keeps the model: with fewer bits a larger one fits."""
    kv_cache: Literal["full", "int8"] = "full"
    """How what the model has read is kept: in 8 bit it takes half the memory, and a little more time."""
    compile: bool = False
    """Have a GPU run our own engine's model compiled: slower to load, faster to answer."""
    threads: Annotated[int, Meta(ge=0, le=1024)] = 0
    """How many processor cores our own engine uses; 0: all."""
    explain: Literal["asked", "unknown", "always"] = "unknown"
    """When it explains a window after the facts: when you ask (`window`, `more`); also dialogs that the facts alone
    cannot explain; every dialog and window that opens. Of another machine, `unknown` is no more than `asked`."""
    first_seconds: Annotated[int, Meta(ge=1, le=600)] = 60
    """How long an answer may take to begin. A model that computes on a CPU may need a minute."""
    next_seconds: Annotated[int, Meta(ge=1, le=120)] = 15
    """How long it may pause within an answer."""

    def __post_init__(self) -> None:
        if self.url is not None and self.socket is not None:
            raise ValueError("“url” and “socket” exclude each other: leave one of them out")
        if self.url is not None and not self.model:
            raise ValueError("“model” is missing here: the name that the server at “url” has for its model")
        if self.url is None or self.url.is_on_this_machine:
            return
        if not self.allow_remote:
            raise ValueError(
                f"pictures of your screen would leave this machine for {self.url.host}. "
                "If that is what you want, add “allow_remote: true”"
            )
        if not self.url.is_encrypted:
            raise ValueError(f"{self.url.host} is another machine: its address must begin with https://")


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
    engine: EngineConfig = EngineConfig()
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


def state_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where is kept what outlives a login and is no setting: $XDG_STATE_HOME/sightline."""
    home = environment.get("XDG_STATE_HOME") or Path(environment.get("HOME", "~")).expanduser() / ".local/state"
    return Path(home) / "sightline"


def models_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the models are that were pulled: $XDG_DATA_HOME/sightline/models."""
    home = environment.get("XDG_DATA_HOME") or Path(environment.get("HOME", "~")).expanduser() / ".local/share"
    return Path(home) / "sightline" / "models"


def model_folder(engine: EngineConfig, environment: Mapping[str, str] = os.environ) -> Path | None:
    """Where the model of our own engine is: one that was pulled, by its name, or a folder; None if none is chosen."""
    if not engine.model or engine.url is not None:
        return None
    written = Path(engine.model).expanduser()
    return written if written.is_absolute() else models_folder(environment) / engine.model


def engine_socket(engine: EngineConfig, environment: Mapping[str, str] = os.environ) -> Path:
    """Where the engine is asked: at a socket of the settings, at the one that systemd keeps, or at its own."""
    if engine.socket is not None:
        return engine.socket
    activated = activated_socket(environment)
    return activated if activated.is_socket() else runtime_folder(environment) / "engine.sock"


def activated_socket(environment: Mapping[str, str] = os.environ) -> Path:
    """Where systemd listens for the engine, if it does (systemd/sightline-engine.socket)."""
    return runtime_folder(environment) / "engine-activated.sock"


def session_locale(environment: Mapping[str, str] = os.environ) -> str:
    """The locale of messages in this session ("zh_CN.UTF-8"), as POSIX has it; "" where none is set."""
    return next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environment.get(name))), "")


def shipped(folder: Literal["profiles", "prompts", "schemas", "systemd"]) -> Path:
    """Where the files are that come with Sightline: in the wheel, else in the checkout."""
    inside = Path(__file__).parent / "shipped" / folder
    return inside if inside.is_dir() else Path(__file__).parent.parent / folder


def profile_folders(environment: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """Where profiles are looked for: the user's own first."""
    return (config_folder(environment) / "profiles", shipped("profiles"))
