"""Stream: plays jobs in order through one sink that stays open. For workers; no asyncio, no numpy.

A job's samples may come while it plays. One thread does all that blocks; others add, finish and drop.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from assistant.errors import SightlineError, SomethingMissing
from assistant.speak.sink import Sink

CHUNK_MS = 10
AHEAD_SECONDS = 2.0  # of samples that wait: enough for any pause of a synthesiser, little for 20 kB of text
STUCK_SECONDS = 5.0  # a sound server that takes nothing this long is hung
REOPEN_SECONDS, REOPEN_TRIES = 0.1, 30  # a sound server that restarts needs a second or two
NO_SOUND = "There is nothing to play sound on. See its state: systemctl --user status pipewire-pulse pulseaudio"

Heard = Callable[[int, SightlineError | None], None]
"""Told when a job has been heard or dropped, or why it cannot be."""


@dataclass(slots=True, eq=False)
class _Job:
    number: int
    chunks: deque[bytes] = field(default_factory=deque)
    waiting: int = 0
    """Bytes in `chunks`."""
    is_whole: bool = False
    is_dropped: bool = False


class Stream:
    """Plays jobs in the order in which they were begun."""

    def __init__(self, rate: int, open_sink: Callable[[], Sink], heard: Heard) -> None:
        self.rate = rate
        self._open_sink, self._heard = open_sink, heard
        self._chunk = rate * CHUNK_MS // 1000 * 2
        self._changed = threading.Condition()
        self._jobs: deque[_Job] = deque()
        self._due: list[tuple[float, int, _Job]] = []  # written, not yet heard
        self._order = itertools.count()
        self._must_flush = False
        self._flushed = threading.Event()
        self._sink: Sink | None = None
        self._moved = time.monotonic()
        threading.Thread(target=self._play, name="stream", daemon=True).start()

    def begin(self, number: int) -> bool:
        """Put a job at the end of the queue; return whether it follows another with no rest between."""
        with self._changed:
            follows = bool(self._jobs or self._due)
            self._jobs.append(_Job(number))
            self._moved = time.monotonic()
            return follows

    def add(self, number: int, samples: bytes) -> bool:
        """Give a job more samples, waiting while it has plenty; False if it has been dropped."""
        with self._changed:
            job = self._find(number)
            while job and job.waiting > AHEAD_SECONDS * self.rate * 2 and not job.is_dropped:
                self._changed.wait()
            if job is None or job.is_dropped:
                return False
            if samples:
                job.chunks.append(samples)
                job.waiting += len(samples)
                self._changed.notify_all()
            self._moved = time.monotonic()
            return True

    def finish(self, number: int) -> None:
        """Say that a job has all its samples."""
        with self._changed:
            if job := self._find(number):
                job.is_whole = True
                self._changed.notify_all()

    def drop(self, number: int | None = None) -> None:
        """Silence one job, or all; return when that is done. Jobs are reported as heard.

        Where the sink holds the end of one job and the start of the next, dropping one leaves what the sink
        has of it, a tenth of a second at most: the other must not lose a sound.
        """
        with self._changed:
            ending = [job for *_, job in self._due]
            dropped = [job for job in (*ending, *self._jobs) if number in {None, job.number}]
            must_flush = self._may_flush(dropped, ending)
            for job in dropped:
                job.is_dropped = True
            self._jobs = deque(job for job in self._jobs if not job.is_dropped)
            self._due = [entry for entry in self._due if not entry[2].is_dropped]
            self._must_flush = self._must_flush or must_flush
            self._flushed.clear()
            self._changed.notify_all()
            if must_flush and self._sink:
                _try(self._sink.hush)  # holding the lock: what comes next must not be hushed too
        if must_flush:
            self._flushed.wait(STUCK_SECONDS)
        for job in dropped:
            self._heard(job.number, None)

    def _may_flush(self, dropped: list[_Job], ending: list[_Job]) -> bool:
        if any(job not in dropped for job in ending):
            return False  # its end would be cut off
        if ending:
            return all(job in dropped for job in self._jobs)  # else the start of the next
        return bool(self._jobs) and self._jobs[0] in dropped

    def is_well(self) -> bool:
        """Whether what there is to play is being played."""
        with self._changed:
            return not self._jobs or time.monotonic() - self._moved < STUCK_SECONDS

    def _find(self, number: int) -> _Job | None:
        return next((job for job in self._jobs if job.number == number), None)

    # the thread

    def _play(self) -> None:
        with contextlib.suppress(OSError):  # ahead of the first words; without a device, they tell
            self._sink = self._open_sink()
        while True:
            samples = self._next()
            if samples and not self._write(samples):
                self._fail()

    def _next(self) -> bytes:
        """Return the next samples; empty where there was something else to do."""
        with self._changed:
            while not (self._must_flush or self._is_due() or self._can_play()):
                if not self._changed.wait(self._wait_seconds()):
                    break
            flush, self._must_flush = self._must_flush, False
            ended = self._take_due()
            samples = b"" if flush else self._take()
            is_idle = not (flush or ended or samples or self._jobs or self._due)
        if flush:
            self._flush()
        for job in ended:
            self._heard(job.number, None)
        if is_idle:
            self._close()
        return samples

    def _can_play(self) -> bool:
        # Never less than a chunk in the middle of a job: what pads it would be a click in a word.
        return bool(self._jobs) and (self._jobs[0].waiting >= self._chunk or self._jobs[0].is_whole)

    def _is_due(self) -> bool:
        return bool(self._due) and self._due[0][0] <= time.monotonic()

    def _take_due(self) -> list[_Job]:
        ended = []
        while self._is_due():
            ended.append(heapq.heappop(self._due)[2])
        return ended

    def _wait_seconds(self) -> float | None:
        if self._due:
            return max(0.0, self._due[0][0] - time.monotonic())
        return self._sink.idle_seconds if self._sink and not self._jobs else None

    def _take(self) -> bytes:
        """Take one chunk of the first job; where it is over, see when it will have been heard."""
        if not self._can_play():
            return b""
        job = self._jobs[0]
        taken = bytearray()
        while job.chunks and len(taken) < self._chunk:
            piece = job.chunks.popleft()
            room = self._chunk - len(taken)
            taken += piece[:room]
            if len(piece) > room:
                job.chunks.appendleft(piece[room:])
        job.waiting -= len(taken)
        if not taken:
            self._jobs.popleft()
            seconds = self._delay() if self._sink else 0.0
            heapq.heappush(self._due, (time.monotonic() + seconds, next(self._order), job))
        elif len(taken) < self._chunk and len(self._jobs) == 1:
            taken += bytes(self._chunk - len(taken))  # less than the sink's threshold would never start
        self._changed.notify_all()
        return bytes(taken)

    # the sink

    def _write(self, samples: bytes) -> bool:
        """Play samples, through a new sink where the old one is gone; False if there is none."""
        had_one = self._sink is not None
        for _ in range(REOPEN_TRIES if had_one else 1):
            try:
                self._sink = self._sink or self._open_sink()
                self._sink.write(samples)
            except OSError:
                self._close()
                with self._changed:
                    if self._must_flush:
                        return True  # nobody waits for these samples any more
                    if had_one:
                        self._moved = time.monotonic()
                        self._changed.wait(REOPEN_SECONDS)
            else:
                self._moved = time.monotonic()
                return True
        return False

    def _delay(self) -> float:
        try:
            return self._sink.delay() if self._sink else 0.0
        except OSError:
            return 0.0

    def _flush(self) -> None:
        if self._sink and not _try(self._sink.flush):
            self._close()
        self._flushed.set()

    def _close(self) -> None:
        if self._sink:
            _try(self._sink.close)
        self._sink = None

    def _fail(self) -> None:
        with self._changed:
            lost = [*(job for *_, job in self._due), *self._jobs]
            for job in lost:
                job.is_dropped = True
            self._jobs.clear()
            self._due.clear()
            self._changed.notify_all()
        for job in lost:
            self._heard(job.number, SomethingMissing(NO_SOUND))


def _try(act: Callable[[], None]) -> bool:
    try:
        act()
    except OSError:
        return False
    return True
