from __future__ import annotations

import msgspec
import pytest

from assistant.host.model_question import Question, Turn

ASKED = Question((Turn("user", ("What is this?",)),), references=(3, 7))


def test_our_own_engine_is_told_which_references_there_are() -> None:
    body = msgspec.json.decode(ASKED.encoded("m", is_ours=True))

    assert body["sightline"] == {"references": [3, 7]}


@pytest.mark.parametrize("is_plain", [False, True])
def test_another_server_is_told_nothing_that_it_does_not_know(is_plain: bool) -> None:
    assert b"sightline" not in ASKED.encoded("m", is_plain=is_plain)
