"""Ask the running daemon: one JSON object a line over its Unix socket. Light, because keys of the desktop run it."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.errors import SightlineError, SomethingMissing

ANSWER_SECONDS = 10.0

Request = Mapping[str, Any]
Answer = dict[str, Any]


def ask(path: Path, request: Request) -> Answer:
    """Return the daemon's answer to one request; raises what it refused it with, SomethingMissing if none runs."""
    answer = answer_to(path, request)
    if "error" in answer:
        error = SightlineError(answer["error"])
        error.exit_status = answer["exit_status"]
        raise error
    return answer


def answer_to(path: Path, request: Request) -> Answer:
    """Return the daemon's answer as it came, a refusal as its `error` and `exit_status`."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(ANSWER_SECONDS)
            connection.connect(str(path))
            connection.sendall(json.dumps(request, ensure_ascii=False).encode() + b"\n")
            with connection.makefile("rb") as lines:
                line = lines.readline()
        answer: Answer = json.loads(line)
    except TimeoutError as error:
        raise SightlineError(
            "Sightline runs but does not answer. Restart it: systemctl --user restart sightline"
        ) from error
    except (OSError, ValueError) as error:
        raise SomethingMissing("Sightline is not running. Start it: sightline run") from error
    return answer


def is_answering(path: Path) -> bool:
    """Whether a process listens at this path."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1.0)
            connection.connect(str(path))
    except OSError:
        return False
    return True
