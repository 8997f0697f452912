"""The default keys: all different, one hand, nobody else's; and docs/keys.md says what is true."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.commands import COMMANDS, Command
from assistant.watch.keys import parse_key

DOCUMENT = (Path(__file__).parent.parent.parent / "docs" / "keys.md").read_text(encoding="utf-8")
ROWS = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in DOCUMENT.splitlines() if line[:1] == "|"]
TAKEN = {str(parse_key(row[0])) for row in ROWS if row[0].startswith("Super+Alt+")}
LEFT_HAND = frozenset("QWERTASDFGZXCVB12345")

every_command = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)


@every_command
def test_a_command_is_documented_with_its_key_and_its_help(command: Command) -> None:
    row = next(row for row in ROWS if row[0] == f"`{command.id}`")

    assert (row[1], row[3], row[4]) == (command.key, command.help["en"], command.help["zh"])


@every_command
def test_a_default_key_is_nobody_elses_and_for_one_hand(command: Command) -> None:
    key = parse_key(command.key)

    assert str(key) not in TAKEN
    assert key.symbol in LEFT_HAND


def test_every_command_has_a_key_of_its_own() -> None:
    assert len({parse_key(command.key) for command in COMMANDS}) == len(COMMANDS)


def test_the_table_of_taken_keys_is_read() -> None:
    assert "Alt+Super+S" in TAKEN
