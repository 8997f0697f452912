"""A worker for test_worker.py that does what it is told, well or badly."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import Any

from assistant.errors import SomethingMissing
from assistant.host.frames import Message
from assistant.host.working import Answer, work


class Obedient:
    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.is_sick = False
        self.kept: list[bytes] = []

    def handle(self, message: Message, payload: bytes) -> None:
        result: dict[str, Any] = getattr(self, f"do_{message['do']}")(payload) or {}
        self.answer({"id": message["id"], **result}, payload if message["do"] == "echo" else b"")

    def is_well(self) -> bool:
        return not self.is_sick

    def do_echo(self, _: bytes) -> None: ...

    def do_pid(self, _: bytes) -> dict[str, Any]:
        return {"pid": os.getpid(), "arguments": sys.argv[2:], "notify": os.environ.get("NOTIFY_SOCKET")}

    def do_fail(self, _: bytes) -> dict[str, Any]:
        return {"error": "SomethingMissing", "message": "There is no spoon. Run: bend"}

    def do_hang(self, _: bytes) -> None:
        time.sleep(3600)  # a hang, which is what is asked for: the test ends this process

    def do_sicken(self, _: bytes) -> None:
        self.is_sick = True

    def do_never(self, _: bytes) -> None:
        raise SystemExit

    def do_grow(self, _: bytes) -> None:
        self.kept.append(b"x" * (120 << 20))

    def do_babble(self, _: bytes) -> None:
        os.write(int(sys.argv[1]), b"\xff" * 64)

    def do_child(self, _: bytes) -> dict[str, Any]:
        return {"pid": subprocess.Popen(["sleep", "3600"]).pid}


def start(answer: Answer, arguments: list[str]) -> Obedient:
    if "missing" in arguments:
        raise SomethingMissing("There is no ladder. Run: build")
    if "crash" in arguments:
        os._exit(1)
    return Obedient(answer)


if __name__ == "__main__":
    work(start)
