from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from assistant.errors import SomethingMissing, WorkerLost
from assistant.host.frames import LARGEST, Unpacker, pack
from assistant.host.worker import Program, Worker

HERE = str(Path(__file__).parent)
LIMIT_SECONDS = 30


def obedient(*arguments: str, memory_mib: int = 100) -> Program:
    return Program(
        "obedient",
        "obedient_worker",
        arguments,
        environment={"PYTHONPATH": HERE},
        memory_mib=memory_mib,
        answer_seconds=0.2,
    )


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    async with asyncio.timeout(LIMIT_SECONDS), Worker(obedient()) as worker:
        yield worker


async def is_gone(pid: int) -> bool:
    """Wait for the end of a process that is not our child."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(descriptor, ended.set)
    try:
        await ended.wait()
    finally:
        asyncio.get_running_loop().remove_reader(descriptor)
        os.close(descriptor)
    return True


def command_line(pid: int | None) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


async def test_a_call_is_answered_with_its_bytes(worker: Worker) -> None:
    reply = await worker.call({"do": "echo"}, b"\x00\xff" * 100_000)

    assert reply.payload == b"\x00\xff" * 100_000


async def test_answers_find_their_calls(worker: Worker) -> None:
    replies = await asyncio.gather(*(worker.call({"do": "echo"}, str(n).encode()) for n in range(100)))

    assert [int(reply.payload) for reply in replies] == list(range(100))


async def test_words_never_show_in_the_list_of_processes(worker: Worker) -> None:
    await worker.call({"do": "echo", "text": "MARKER"}, b"MARKER")

    arguments = command_line(worker.pid)
    assert b"obedient_worker" in arguments
    assert b"MARKER" not in arguments


async def test_a_worker_does_not_tell_systemd_that_the_daemon_is_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", "@nobody")

    async with Worker(obedient()) as worker:
        reply = await worker.call({"do": "pid"})

    assert reply.message["notify"] is None


async def test_an_error_is_raised_at_the_caller_and_the_worker_lives(worker: Worker) -> None:
    before = worker.pid

    with pytest.raises(SomethingMissing, match="There is no spoon"):
        await worker.call({"do": "fail"})

    assert (await worker.call({"do": "pid"})).message["pid"] == before


def kill(worker: Worker) -> None:
    assert worker.pid
    os.kill(worker.pid, signal.SIGKILL)


def nothing(worker: Worker) -> None: ...


@pytest.mark.parametrize(
    ("order", "act"),
    [("hang", nothing), ("hang", kill), ("never", nothing), ("babble", nothing), ("hang", Worker.restart)],
    ids=["hangs", "killed", "ends", "babbles", "restarted"],
)
async def test_one_that_is_lost_fails_its_calls_and_is_replaced(
    worker: Worker, order: str, act: Callable[[Worker], None]
) -> None:
    before = worker.pid
    call = asyncio.ensure_future(worker.call({"do": order}))
    await asyncio.sleep(0)  # let it be sent

    act(worker)

    with pytest.raises(WorkerLost, match="obedient"):
        await call
    assert (await worker.call({"do": "pid"})).message["pid"] != before


async def test_one_whose_work_stands_still_is_replaced(worker: Worker) -> None:
    await worker.call({"do": "sicken"})

    with pytest.raises(WorkerLost, match="hung"):
        await worker.call({"do": "hang"})


async def test_one_that_grows_too_large_is_replaced(worker: Worker) -> None:
    before = worker.pid

    await worker.call({"do": "grow"})

    assert (await worker.call({"do": "pid"})).message["pid"] != before


async def test_its_own_children_die_with_it(worker: Worker) -> None:
    grandchild = (await worker.call({"do": "child"})).message["pid"]

    worker.restart()

    assert await is_gone(grandchild)


async def test_leaving_ends_it() -> None:
    async with Worker(obedient()) as worker:
        pid = worker.pid
        grandchild = (await worker.call({"do": "child"})).message["pid"]

    assert pid
    assert await is_gone(pid)
    assert await is_gone(grandchild)
    with pytest.raises(WorkerLost):
        await worker.call({"do": "pid"})


async def test_what_is_missing_is_said_on_entering() -> None:
    with pytest.raises(SomethingMissing, match="There is no ladder"):
        await Worker(obedient("missing")).__aenter__()


async def test_one_that_dies_at_once_is_told_on_entering() -> None:
    with pytest.raises(WorkerLost):
        await Worker(obedient("crash")).__aenter__()


async def test_a_cancelled_call_leaves_the_worker_working(worker: Worker) -> None:
    before = worker.pid
    call = asyncio.ensure_future(worker.call({"do": "echo"}))
    await asyncio.sleep(0)

    call.cancel()

    assert (await worker.call({"do": "pid"})).message["pid"] == before


async def test_it_dies_with_whoever_it_works_for() -> None:
    owner = subprocess.Popen(  # noqa: ASYNC220 - in one step
        [sys.executable, "-c", OWNER, HERE], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": HERE}
    )
    assert owner.stdout
    with owner, owner.stdout:
        pid = int(owner.stdout.readline())

        owner.kill()

        async with asyncio.timeout(LIMIT_SECONDS):
            assert await is_gone(pid)


OWNER = """
import asyncio
from assistant.host.worker import Program, Worker

async def main():
    async with Worker(Program("obedient", "obedient_worker")) as worker:
        print(worker.pid, flush=True)
        await worker.call({"do": "hang"})

asyncio.run(main())
"""


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_frames_survive_any_cut(size: int) -> None:
    stream = pack({"text": "好 \ud800"}, b"\0\1\2") + pack({"n": 1}) + pack({}, b"x" * 5000)
    unpacker = Unpacker()

    messages = [m for start in range(0, len(stream), size) for m in unpacker.feed(stream[start : start + size])]

    assert messages == [({"text": "好 \ud800"}, b"\0\1\2"), ({"n": 1}, b""), ({}, b"x" * 5000)]


@pytest.mark.parametrize(
    "frame", [(LARGEST + 1).to_bytes(4, "big") + bytes(4), b"\0\0\0\2\0\0\0\0[]", b"\0\0\0\2\0\0\0\0\xff{"]
)
def test_what_is_no_frame_is_refused(frame: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json's and ours
        list(Unpacker().feed(frame))
