"""The commands in the documents: each is there, says what it does, and the tables of them are complete."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from assistant.cli import app
from assistant.commands import COMMANDS
from assistant.errors import NothingToLookAt, SightlineError, SomethingMissing, WrongSettings
from docs.documents import DOCUMENTS, REPOSITORY, prose_of, table, text_of

RUNNER = CliRunner()
BOXES = re.compile("[\u2500-\u259f\x1b]")


def help_of(*command: str) -> str:
    shown = RUNNER.invoke(app, [*command, "--help"], env={"COLUMNS": "200"})
    assert shown.exit_code == 0, shown.output
    return shown.output


def listed(help_text: str) -> list[str]:
    """Return the names of the commands that a help text lists."""
    return re.findall(r"^  ([a-z]+)  ", help_text.partition("Commands:")[2], re.MULTILINE)


EVERY_COMMAND = [
    *((name,) for name in listed(help_of())),
    *(("service", name) for name in listed(help_of("service"))),
]


def commands_in_documents() -> set[str]:
    """Return what follows `sightline` in the documents' code, a word or two."""
    code = " ".join(
        found
        for document in DOCUMENTS
        for pattern, text in (("`[^`]+`", prose_of(document)), (r"^ {4}.*$", text_of(document)))
        for found in re.findall(pattern, text, re.MULTILINE)
    )
    return set(re.findall(r"\bsightline (service [a-z]+|[a-z]+)", code))


def test_every_command_in_the_documents_is_there() -> None:
    named = commands_in_documents()

    assert "service install" in named
    assert named - {" ".join(command) for command in EVERY_COMMAND} == set()


def test_every_command_is_in_the_documents_for_users() -> None:
    using = text_of(REPOSITORY / "docs" / "using.md")

    assert [command for command in EVERY_COMMAND if f"`sightline {' '.join(command)}" not in using] == []


@pytest.mark.parametrize("command", EVERY_COMMAND, ids=" ".join)
def test_a_command_says_in_plain_text_what_it_does_and_how_it_ends(command: tuple[str, ...]) -> None:
    shown = help_of(*command)
    lines = [line.strip() for line in shown.splitlines() if line.strip()]

    assert lines[0].startswith("Usage: ")
    assert lines[1].endswith(".")
    assert "Exit status: 0" in shown or "Commands:" in shown
    assert not BOXES.search(shown)


def test_the_exit_statuses_in_the_help_are_those_of_the_errors() -> None:
    told = dict(re.findall(r"(\d) ([a-z ]+)", help_of().partition("Exit status: ")[2]))

    statuses = {error.exit_status for error in (SightlineError, WrongSettings, NothingToLookAt, SomethingMissing)}

    assert {int(status) for status in told} == {0, *statuses}


def test_the_readme_has_every_key_with_what_it_does() -> None:
    expected = [(command.key, command.help["en"]) for command in COMMANDS if command.key]

    assert table(REPOSITORY / "README.md", "key") == expected, "\n".join(
        f"| {key} | {text} |" for key, text in expected
    )


def test_the_two_commands_of_the_readme_are_in_the_makefile() -> None:
    block = re.findall(r"^ {4}make (\w+)$", text_of(REPOSITORY / "README.md"), re.MULTILINE)
    targets = re.findall(r"^(\w+):", text_of(REPOSITORY / "Makefile"), re.MULTILINE)

    assert block == ["run", "test"]
    assert set(block) <= set(targets)


@pytest.mark.parametrize("command", [("window",), ("run", "fast"), ("nonsense",)], ids=" ".join)
def test_what_goes_wrong_is_told_in_plain_text_on_standard_error(command: tuple[str, ...], tmp_path: object) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "assistant", *command],
        env={"XDG_RUNTIME_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode in {2, 4}
    assert ended.stdout == ""
    assert ended.stderr
    assert not BOXES.search(ended.stderr)
    assert "Traceback" not in ended.stderr
