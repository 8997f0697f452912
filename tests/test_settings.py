"""Settings files: what a person may write, and what they are told when it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.config import Config, ServerUrl
from assistant.errors import WrongSettings
from assistant.profile import Profile
from assistant.settings import Settings, line_of, read_mapping, validate


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.yaml"


def refusal(file: Path, text: str, model: type[Settings]) -> WrongSettings:
    file.write_text(text, encoding="utf-8")
    named = {"name": file.stem} if model is Profile else {}
    with pytest.raises(WrongSettings) as refused:
        validate(model, {**named, **read_mapping(file)}, file=file)
    return refused.value


def test_an_empty_file_says_nothing(file: Path) -> None:
    file.write_text("# nothing yet\n", encoding="utf-8")

    assert read_mapping(file) == {}


@pytest.mark.parametrize(
    ("text", "line", "key", "problem"),
    [
        ("style: loud\n", 1, "style", "expected “technician”, “plain-language” or “child”."),
        ("voice:\n  rate: 20\n", 2, "voice.rate", "80"),
        ("# a\n\nvoice:\n  speed: 9\n", 4, "voice.speed", "no such setting. Known here: name, rate, pitch, volume."),
        ("sytle: child\n", 1, "sytle", "Did you mean “style”?"),
        ("voices:\n  zh:\n    pich: 3\n", 3, "voices.zh.pich", "Did you mean “pitch”?"),
        ("say:\n", 1, "say", "settings below it, indented"),
        ("say: yes\n", 1, "say", "settings below it, indented"),
        ("style: child\nstyle: technician\n", 2, "style", "stands twice"),
        ("say:\n  keys: never\n  hints: no\n  keys: always\n", 4, "keys", "stands twice"),
        ("language: Chinese\n", 1, "language", "by its code, as “en”"),
        ("- style\n", 1, "", "key: value"),
        ("style: child\n  say: 3\n", 2, "", "spaces and colons"),
        ("title: {en: 'open\n", 2, "", "spaces and colons"),
        ("on: 1\n", 1, "", "in quotes"),
        ("title: {no: Barn}\n", 1, "", "in quotes"),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_key(
    file: Path, text: str, line: int | None, key: str, problem: str
) -> None:
    refused = refusal(file, text, Profile)

    assert problem in refused.problem
    assert (refused.line, refused.key) == (line, key)
    assert str(refused).startswith(str(file))


@pytest.mark.parametrize(
    ("text", "key", "problem"),
    [
        ("keys: {jump: Ctrl+J}\n", "keys.jump", "expected a command, which is one of window, "),
        ("applications:\n  Calc: {profil: child}\n", "applications.Calc.profil", "Did you mean “profile”?"),
        ("look: {tree_ms: 1}\n", "look.tree_ms", "20"),
    ],
)
def test_the_settings_file_is_checked_alike(file: Path, text: str, key: str, problem: str) -> None:
    refused = refusal(file, text, Config)

    assert problem in refused.problem
    assert refused.key == key


@pytest.mark.parametrize("content", [b"\xff\xfe\x00s", b"style: \xe9\n"])
def test_a_file_that_is_no_text_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)

    with pytest.raises(WrongSettings, match="UTF-8"):
        read_mapping(file)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongSettings, match="cannot be read"):
        read_mapping(tmp_path)


@pytest.mark.parametrize("text", ["a: &a\n  b: *a\n", "day: 2026-13-45\n", "a: !!python/name:os.system\n", "a: \x07\n"])
def test_what_is_no_plain_yaml_is_refused(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")

    with pytest.raises(WrongSettings):
        read_mapping(file)


def test_the_line_of_a_missing_key_is_that_of_what_is_around_it(file: Path) -> None:
    file.write_text("a: 1\nsay:\n  keys: never\n", encoding="utf-8")

    assert line_of(file, ("say", "nothing")) == 2
    assert line_of(file, ("nothing",)) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("voice: {rate: fast}\n", "expected a whole number from 80 to 900, not text."),
        ("voice: {rate: 99.5}\n", "expected a whole number from 80 to 900, not a fraction."),
        ("voice: {rate: 1000}\n", "expected a whole number from 80 to 900."),
        ("voices: {en: {}, zh: {rate: 20}}\n", "expected a whole number from 80 to 900."),
        ("style:\n", "expected “technician”, “plain-language” or “child”, not nothing."),
        ("earcons: perhaps\n", "expected “yes” or “no”, not text."),
        ("template: yes\n", "expected text, not “yes” or “no”: put it in quotes."),
        ("title: {en: 3}\n", "expected text, not a number: put it in quotes."),
        ("title: {en: 2026-10-01}\n", "expected text, not a date: put it in quotes."),
        ("title: [a]\n", "expected settings below it, indented, not a list."),
        ("language: no\n", "expected a language by its code, as “en” or “zh”, or “auto”"),
    ],
)
def test_what_is_expected_is_told_in_plain_words(file: Path, text: str, problem: str) -> None:
    refused = refusal(file, text, Profile)

    assert refused.problem.startswith(problem)
    assert refused.line == 1


def test_the_right_key_of_many_is_named(file: Path) -> None:
    refused = refusal(file, "voices:\n  en: {rate: 200}\n  zh:\n    pitch: 200\n", Profile)

    assert (refused.line, refused.key) == (4, "voices.zh.pitch")


def test_a_path_is_text(file: Path) -> None:
    assert refusal(file, "speech: {file: [a]}\n", Config).problem == "expected the path of a file."


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Config().profile = "child"  # type: ignore[misc]  # that is what is tested


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("engine:\n  url: gpu:8000\n", 2, "expected an address, as http://127.0.0.1:8000/v1"),
        ("engine:\n  url: 8000\n", 2, "expected an address"),
        ("engine:\n  url: http://me:secret@localhost/\n", 2, "put the key into a file"),
        ("engine:\n  url: http://localhost/v1?key=secret\n", 2, "leave out"),
        ("engine: {model: a, url: 'http://127.0.0.1:99999'}\n", 1, "Port out of range"),
        ("engine: {url: 'http://127.0.0.1:8000'}\n", 1, "“model” is missing here"),
        ("engine: {model: a, url: 'http://[::1]:8000', socket: /run/s}\n", 1, "exclude each other"),
        ("profile: child\nengine: {model: a, url: 'https://gpu.office'}\n", 2, "add “allow_remote: true”"),
        (
            "engine: {model: a, url: 'https://192.0.2.7', allow_remote: no}\n",
            1,
            "would leave this machine for 192.0.2.7",
        ),
        ("engine: {model: a, url: 'http://gpu.office', allow_remote: yes}\n", 1, "must begin with https://"),
    ],
)
def test_pictures_leave_this_machine_only_as_the_settings_say(file: Path, text: str, line: int, problem: str) -> None:
    refused = refusal(file, text, Config)

    assert problem in refused.problem
    assert refused.line == line
    assert "secret" not in str(refused)


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/v1"),
        ("http://localhost:11434/", "http://localhost:11434/v1"),
        ("http://[::1]:8080/api/v3/", "http://[::1]:8080/api/v3"),
        ("https://gpu.office/v1", "https://gpu.office/v1"),
    ],
)
def test_an_address_without_a_path_means_openais(written: str, url: str) -> None:
    assert ServerUrl.of(written) == url
