"""Which voices are tried, and what is said of those that do not work."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from assistant.config import SpeechConfig
from assistant.errors import WrongSettings
from assistant.speak.choose import VoiceState, choose_voices, examine_voices


def names(config: SpeechConfig) -> list[str]:
    return [candidate.name for candidate in choose_voices(config)]


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """A machine with no programs and no speech server."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.delenv("SPEECHD_ADDRESS", raising=False)
    return monkeypatch


def state(name: str, config: SpeechConfig | None = None) -> VoiceState:
    return next(state for state in examine_voices(config or SpeechConfig()) if state.name == name)


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (SpeechConfig(), ["speech-dispatcher", "espeak-ng", "pyttsx3"]),
        (SpeechConfig(voice="espeak-ng"), ["espeak-ng", "speech-dispatcher", "pyttsx3"]),
        (SpeechConfig(voice="pyttsx3"), ["pyttsx3", "speech-dispatcher", "espeak-ng"]),
        (
            SpeechConfig(piper_voice=Path("zh.onnx")),
            ["piper", "speech-dispatcher", "espeak-ng", "pyttsx3"],
        ),
        (SpeechConfig(voice="file", file=Path("said.jsonl")), ["file"]),
    ],
)
def test_the_named_voice_is_first_and_others_stand_in_for_it(config: SpeechConfig, expected: list[str]) -> None:
    assert names(config) == expected


@pytest.mark.parametrize(("voice", "key"), [("file", "speech.file"), ("piper", "speech.piper_voice")])
def test_a_voice_that_needs_a_file_says_so(voice: str, key: str) -> None:
    with pytest.raises(WrongSettings, match=key):
        choose_voices(msgspec.convert({"voice": voice}, SpeechConfig))


@pytest.mark.parametrize("name", ["speech-dispatcher", "espeak-ng", "pyttsx3", "piper"])
def test_a_chosen_voice_is_the_one_that_is_made(name: str) -> None:
    config = SpeechConfig(piper_voice=Path("zh.onnx"))

    made = next(candidate for candidate in choose_voices(config) if candidate.name == name).make()

    assert made.name == name


def test_what_is_not_installed_comes_with_its_command(bare: pytest.MonkeyPatch) -> None:
    assert state("speech-dispatcher") == VoiceState(
        "speech-dispatcher", False, "It is not installed.", "sudo apt install speech-dispatcher"
    )
    assert state("pyttsx3").works is False


def test_a_speech_server_that_answers_works_though_its_program_is_elsewhere(
    bare: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "speech-dispatcher").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "speech-dispatcher/speechd.sock"))
        server.listen()

        assert state("speech-dispatcher") == VoiceState("speech-dispatcher", True, "It runs.")


def test_a_speech_server_that_left_its_socket_does_not_work(bare: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "speech-dispatcher").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "speech-dispatcher/speechd.sock"))

    assert not state("speech-dispatcher").works


def test_an_address_where_nothing_answers_is_named(bare: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        bare.setenv("SPEECHD_ADDRESS", f"inet_socket:127.0.0.1:{unused.getsockname()[1]}")

        assert state("speech-dispatcher").mend == "unset SPEECHD_ADDRESS"


def test_a_piper_voice_needs_its_settings_beside_it(tmp_path: Path) -> None:
    pytest.importorskip("piper", reason="the extra `piper` is not installed")
    voice = tmp_path / "zh.onnx"
    voice.touch()
    config = SpeechConfig(piper_voice=voice)

    assert state("piper", config).detail == f"There is no file {voice}.json."
    (tmp_path / "zh.onnx.json").touch()
    assert state("piper", config).works


@pytest.mark.parametrize(("file", "works"), [("said.jsonl", True), ("no-such-folder/said.jsonl", False), (".", False)])
def test_the_file_voice_works_where_its_file_can_be_written(tmp_path: Path, file: str, works: bool) -> None:
    assert state("file", SpeechConfig(voice="file", file=tmp_path / file)).works is works


def test_choosing_and_examining_load_nothing_heavy() -> None:
    program = """
import sys
from assistant.config import SpeechConfig
from assistant.speak.choose import choose_voices, examine_voices
choose_voices(SpeechConfig()), examine_voices(SpeechConfig())
print(*{"numpy", "onnxruntime", "piper", "pyttsx3", "torch"} & sys.modules.keys())
"""

    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert loaded.split() == []
