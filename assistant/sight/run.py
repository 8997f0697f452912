"""The sight worker: pictures in, what can be read in them out, more each time. Its one argument is a reader's name.

It has no network, writes nothing, and dies of what it cannot bear: whoever it works for starts another.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from typing import TYPE_CHECKING, Any

from assistant.errors import SightlineError, SomethingMissing
from assistant.host.frames import Message
from assistant.host.sandbox import forbid_network, keep_no_traces
from assistant.host.seeing import Seen, message_of, wanted_of
from assistant.host.working import Answer, refusal, work

if TYPE_CHECKING:
    from assistant.sight.seer import Seer

NICE = 5  # a voice that speaks meanwhile comes first
STEP_SECONDS = 30.0  # no single step takes a tenth of this on any machine; one that does hangs
FAILED = 70  # exit status


class Sight:
    """The handler: takes messages at once, sees in a thread of its own, one picture after another."""

    def __init__(self, answer: Answer, seer: Seer) -> None:
        self._answer, self._seer = answer, seer
        self._jobs: queue.SimpleQueue[tuple[int, Message, bytes]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._job = 0  # the newest; what older ones would find is wanted no more
        self._waiting: int | None = None  # the call that waits for what is found next
        self._found: Seen | SightlineError | None = None  # not sent yet
        self._step_began = 0.0
        threading.Thread(target=self._run, name="sight", daemon=True).start()

    def handle(self, message: Message, payload: bytes) -> None:
        match message["do"]:
            case "see":
                with self._lock:
                    self._turn_away()
                    self._job, self._waiting, self._found = message["job"], message["id"], None
                self._jobs.put((message["job"], message, payload))
            case "more":
                self._more(message)
            case "drop":
                with self._lock:
                    if message["job"] == self._job:
                        self._turn_away()
                        self._job = 0

    def is_well(self) -> bool:
        """Whether the step that it is at goes on."""
        return not self._step_began or time.monotonic() - self._step_began < STEP_SECONDS

    def _more(self, message: Message) -> None:
        with self._lock:
            if message["job"] != self._job:
                self._answer({"id": message["id"], **message_of(Seen())})
            elif self._found is not None:
                self._send(message["id"], self._found)
                self._found = None
            else:
                self._waiting = message["id"]

    def _turn_away(self) -> None:
        """Answer a call that waits for what will not come: nothing more."""
        if self._waiting is not None:
            self._answer({"id": self._waiting, **message_of(Seen())})
            self._waiting = None

    def _tell(self, job: int, found: Seen | SightlineError) -> bool:
        """Send what was found, or keep it until it is asked for; return whether more of it is wanted."""
        with self._lock:
            self._step_began = time.monotonic()
            if job != self._job:
                return False
            if self._waiting is None:
                self._found = found
            else:
                self._send(self._waiting, found)
                self._waiting = None
            return True

    def _send(self, call: int, found: Seen | SightlineError) -> None:
        self._answer({"id": call, **(refusal(found) if isinstance(found, SightlineError) else message_of(found))})

    def _run(self) -> None:
        try:
            while True:
                self._see(*self._jobs.get())
                self._step_began = 0.0
        except BaseException:  # noqa: BLE001 - a bad picture, no memory, a library's own: another process does better
            os._exit(FAILED)

    def _see(self, job: int, message: Message, payload: bytes) -> None:
        self._step_began = time.monotonic()
        if job != self._job:
            return
        try:
            for seen in self._seer.see(wanted_of(message), payload):
                if not self._tell(job, seen):
                    return
        except SightlineError as error:
            self._tell(job, error)


def start(answer: Answer, arguments: list[str]) -> Sight:
    """Give up what is not needed, then load what sees."""
    os.nice(NICE)
    keep_no_traces()
    forbid_network()
    try:
        from assistant.sight.readers import open_reader  # noqa: PLC0415 - an extra
        from assistant.sight.seer import Seer  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise SomethingMissing("Reading pictures is not installed. Run: pip install 'sightline[ocr]'") from error
    name: Any = arguments[0] if arguments else "auto"
    return Sight(answer, Seer(open_reader(name)))


if __name__ == "__main__":
    work(start)
