"""A stand-in for the hub's HTTP API on loopback, as far as fetching a model needs it, that can be told to misbehave."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

REVISION = "5" * 40


@dataclass
class Hub:
    """What the hub has, how it misbehaves, and what it was asked."""

    repository: str
    files: dict[str, bytes]
    large: frozenset[str] = frozenset({"model.safetensors"})
    """Files kept in LFS: for them the hub tells SHA-256, and sends elsewhere."""
    sent: dict[str, bytes] = field(default_factory=dict)
    """What is sent in place of a file: a damaged store."""
    breaks: dict[str, int] = field(default_factory=dict)
    """Names of files whose next transfer ends after so many bytes."""
    claims: dict[str, int] = field(default_factory=dict)
    """Sizes that are told in place of the true ones."""
    has_ranges: bool = True
    has_store: bool = False
    """Whether large files are sent by another machine, as the real hub has it."""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """Method, path, and range of each request."""
    heard: list[dict[str, str]] = field(default_factory=list)
    """The headers of each request."""
    url: str = ""

    def listing(self) -> bytes:
        return json.dumps(
            {"id": self.repository, "sha": REVISION, "siblings": [*map(self._sibling, self.files)]}
        ).encode()

    def _sibling(self, name: str) -> dict[str, object]:
        content = self.files[name]
        size = self.claims.get(name, len(content))
        git = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
        told: dict[str, object] = {"rfilename": name, "size": size, "blobId": git}
        if name in self.large:
            told["lfs"] = {"sha256": hashlib.sha256(content).hexdigest(), "size": size, "pointerSize": 130}
        return told


@contextmanager
def serve_hub(hub: Hub) -> Iterator[Hub]:
    """Serve until left."""

    class Handler(_Handler):
        store = hub

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, name="hub")
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    store: Hub
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:  # http.server's name
        self._note()
        name = self._file()
        if name in self.store.large and self.store.has_store:
            elsewhere = self.store.url.replace("127.0.0.1", "localhost") + "/elsewhere" + self.path
            self._answer(302, b"", {**self._about(name), "Location": elsewhere})
        elif name is not None:
            self._answer(200, b"", self._about(name), length=len(self.store.files[name]))

    def do_GET(self) -> None:  # http.server's name
        self._note()
        path = urlsplit(self.path).path
        if path == f"/api/models/{self.store.repository}" and self.store.status == 200:
            self._answer(200, self.store.listing(), {"Content-Type": "application/json"})
        elif (name := self._file()) is not None:
            self._send(name)

    def log_message(self, *_arguments: object) -> None:
        """Print nothing."""

    def _note(self) -> None:
        self.store.heard.append({name.lower(): value for name, value in self.headers.items()})
        part = self.headers.get("Range", "")
        self.store.asked.append(f"{self.command} {urlsplit(self.path).path} {part}".strip())

    def _file(self) -> str | None:
        """Return the file that is asked for; without one, the refusal is sent."""
        start = f"/{self.store.repository}/resolve/{REVISION}/"
        path = urlsplit(self.path).path
        name = path.removeprefix("/elsewhere").removeprefix(start)
        if self.store.status != 200 or name not in self.store.files:
            status = self.store.status if self.store.status != 200 else 404
            missing = {} if self.store.headers else {"X-Error-Code": "RepoNotFound"}
            self._answer(status, b"{}", (missing if status == 404 else {}) | self.store.headers)
            return None
        return name

    def _about(self, name: str) -> dict[str, str]:
        about = {"X-Repo-Commit": REVISION, "ETag": f'"{hashlib.md5(name.encode()).hexdigest()}"'}
        if name in self.store.large:
            about["X-Linked-Size"] = str(len(self.store.files[name]))
        return about

    def _send(self, name: str) -> None:
        content = self.store.sent.get(name, self.store.files[name])
        start, status, about = 0, 200, self._about(name)
        part = self.headers.get("Range", "")
        if part and self.store.has_ranges:
            start, status = int(part.removeprefix("bytes=").rstrip("-")), 206
            about["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        body = content[start:]
        cut = self.store.breaks.pop(name, len(body))
        self._answer(status, body[:cut], about, length=len(body))
        self.close_connection = cut < len(body)

    def _answer(self, status: int, body: bytes, headers: dict[str, str], *, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
