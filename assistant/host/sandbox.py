"""Take the network away from this process: a seccomp filter, in pure ctypes, that no later code can lift.

socket() fails with EPERM for every family but AF_UNIX, and io_uring, a second way to a socket, is closed.
Threads and children inherit it. A descriptor that is open already stays usable: close those first.

https://docs.kernel.org/userspace-api/seccomp_filter.html, linux/filter.h, linux/audit.h
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import socket
import struct
from typing import NamedTuple

from assistant.errors import SomethingMissing


class _Machine(NamedTuple):
    """A processor's name for audit, and its numbers for four system calls."""

    audit: int
    socket: int
    seccomp: int
    io_uring_setup: int = 425


_MACHINES = {"x86_64": _Machine(0xC000003E, 41, 317), "aarch64": _Machine(0xC00000B7, 198, 277)}
_X32 = 0x40000000  # x86-64's calls again under other numbers

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | errno.EPERM
_NUMBER_AT, _AUDIT_AT, _FIRST_ARGUMENT_AT = 0, 4, 16  # in struct seccomp_data; little-endian

_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38
_SET_MODE_FILTER, _FLAG_TSYNC = 1, 1

Instruction = tuple[int, int, int, int]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def forbid_network() -> None:
    """Refuse all sockets but local ones, now and for ever, in every thread; SomethingMissing where that cannot be."""
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        raise SomethingMissing(f"The network cannot be locked out on {platform.machine()}. Use x86-64 or aarch64.")
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in _filter(machine))
    buffer = ctypes.create_string_buffer(code)
    program = _Program(len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.syscall(
        machine.seccomp, _SET_MODE_FILTER, _FLAG_TSYNC, ctypes.byref(program)
    ):
        raise SomethingMissing(
            f"The kernel does not let a process lock out the network ({os.strerror(ctypes.get_errno())}). "
            "A kernel with seccomp filters is needed."
        )


def keep_no_traces() -> None:
    """Have no core dump written, and no other process of this user read our memory: it holds what is on the screen."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _filter(machine: _Machine) -> list[Instruction]:
    x32 = [(_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _KILL)] if platform.machine() == "x86_64" else []
    return [
        (_LOAD, 0, 0, _AUDIT_AT),
        (_EQUAL, 1, 0, machine.audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        *x32,
        (_EQUAL, 0, 1, machine.io_uring_setup),
        (_RETURN, 0, 0, _REFUSE),
        (_EQUAL, 1, 0, machine.socket),
        (_RETURN, 0, 0, _ALLOW),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        (_EQUAL, 0, 1, socket.AF_UNIX),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
