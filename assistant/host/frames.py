"""The messages between a worker and whoever it works for: a JSON object, and bytes that JSON cannot carry.

A frame is the length of the JSON, the length of the bytes (each four bytes, most significant first), then both.
Never pickle: what a process that reads foreign text sends must not be able to run anything here.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import Any

Message = dict[str, Any]
_LENGTHS = struct.Struct("!II")
LARGEST = 256 << 20  # a 4K picture has 33 MB; more than this is a worker gone mad


def pack(message: Message, payload: bytes = b"") -> bytes:
    """Return a message as one frame."""
    text = json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode()  # lone surrogates survive as escapes
    return _LENGTHS.pack(len(text), len(payload)) + text + payload


class Unpacker:
    """Turns received bytes into messages, however they were cut on the way."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[Message, bytes]]:
        """Yield the messages that these bytes complete; ValueError for what is no frame."""
        self._buffer += data
        while len(self._buffer) >= _LENGTHS.size:
            text_length, payload_length = _LENGTHS.unpack_from(self._buffer)
            if text_length + payload_length > LARGEST:
                raise ValueError("a message is larger than any that we send")
            text_end = _LENGTHS.size + text_length
            end = text_end + payload_length
            if len(self._buffer) < end:
                return
            message = json.loads(self._buffer[_LENGTHS.size : text_end])
            payload = bytes(self._buffer[text_end:end])
            del self._buffer[:end]
            if not isinstance(message, dict):
                raise ValueError("a message is not an object")  # noqa: TRY004 - wrong data, not a wrong type of ours
            yield message, payload
