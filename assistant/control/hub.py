"""The hub that models are fetched from: what it has, and its files, resumed and checked. Loaded only for a pull."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self
from urllib.parse import urlsplit

import httpx2
from huggingface_hub import HfApi, constants, errors, get_hf_file_metadata, get_token, hf_hub_url
from huggingface_hub.file_download import http_get
from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]  # it is documented, not listed

from assistant import __version__
from assistant.errors import SightlineError, SomethingMissing, WrongSettings

constants.HF_HUB_DISABLE_TELEMETRY = True  # else the hub is told which libraries are installed here
logging.getLogger("huggingface_hub").setLevel(logging.ERROR)  # it would print addresses when it tries again

HUB = "https://huggingface.co"
_WEIGHTS = ".safetensors"
_KEPT = frozenset({_WEIGHTS, ".json", ".jinja", ".txt", ".model"})
_KEPT_NAMES = frozenset({"LICENSE", "NOTICE"})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file of a model on the hub, and what it must be."""

    name: str
    size: int
    sha256: str = ""
    """Of the file; the hub knows it for large ones."""
    git_hash: str = ""
    """Of what git stores, SHA-1: the hub knows it for all others."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a model's repository has for us, at one revision."""

    repository: str
    revision: str
    files: tuple[RemoteFile, ...]
    """The small ones first: what speaks against the model is known before its weights are fetched."""

    @property
    def size(self) -> int:
        """Bytes, all files together."""
        return sum(file.size for file in self.files)


class Progress(Protocol):
    """Is told of each part that has come."""

    def add(self, count: int) -> None:
        """Count bytes; fewer than none when a server begins a file anew."""


class Hub:
    """One hub: huggingface.co, or what HF_ENDPOINT says. It learns our version, the library's and Python's."""

    def __init__(self, *, needs_login: bool) -> None:
        self.address = os.environ.get("HF_ENDPOINT", "").rstrip("/") or HUB
        self._token: str | bool = (get_token() or False) if needs_login else False
        self._headers = build_hf_headers(token=self._token, library_name="sightline", library_version=__version__)
        self._api = HfApi(
            endpoint=self.address, token=self._token, library_name="sightline", library_version=__version__
        )

    @property
    def host(self) -> str:
        """The hub's name, as it is told to the person."""
        return urlsplit(self.address).hostname or self.address

    def plan(self, repository: str) -> Plan:
        """Return what is to be fetched; SightlineError says why nothing can be."""
        with self._told(repository):
            info = self._api.model_info(repository, files_metadata=True)
        files = [_remote(sibling) for sibling in info.siblings or () if _is_wanted(sibling.rfilename)]
        if not any(file.name.endswith(_WEIGHTS) for file in files) or "config.json" not in {f.name for f in files}:
            raise WrongSettings(
                f"{repository} has no weights as safetensors, and Sightline loads no others: they can carry code."
            )
        if info.sha is None:
            raise SightlineError(f"{self.host} does not tell which revision it has. Try again later.")
        return Plan(repository, info.sha, tuple(sorted(files, key=lambda file: file.size)))

    def fetch(self, plan: Plan, file: RemoteFile, folder: Path, progress: Progress) -> None:
        """Fetch a file into a folder, from where an earlier attempt broke off, and check it.

        What came is kept when this raises, except if it is not what the hub says it should be.
        """
        part = folder / f"{file.name}.part"
        with self._told(plan.repository):
            self._fetch_rest(plan, file, part, progress)
        if not _is_right(part, file):
            part.unlink()
            raise SightlineError(
                f"{file.name} came damaged, or is not what {self.host} says it is. It was thrown away. Try again."
            )
        part.replace(folder / file.name)

    def _fetch_rest(self, plan: Plan, file: RemoteFile, part: Path, progress: Progress) -> None:
        there = part.stat().st_size if part.exists() else 0
        if there > file.size:
            part.unlink()
            there = 0
        url = hf_hub_url(plan.repository, file.name, revision=plan.revision, endpoint=self.address)
        metadata = get_hf_file_metadata(url, token=self._token, headers=self._headers, endpoint=self.address)
        headers = dict(self._headers)
        if _origin(metadata.location) != _origin(url):
            headers.pop("authorization", None)  # a store of files has no business with the login
        with part.open("r+b" if there else "wb") as opened:
            opened.seek(there)
            progress.add(there)
            http_get(
                metadata.location,
                opened,
                resume_size=there,
                headers=headers,
                expected_size=file.size,
                tqdm_class=_bar_for(progress),
            )

    @contextmanager
    def _told(self, repository: str) -> Iterator[None]:
        """Tell what goes wrong in the library as what the person can do."""
        try:
            yield
        except errors.GatedRepoError as error:
            raise SomethingMissing(
                f"{repository} wants its licence accepted first: do so on {self.address}/{repository}, "
                "then run: hf auth login"
            ) from error
        except errors.RepositoryNotFoundError as error:
            raise WrongSettings(f"{self.host} has no model {repository}, or shows it only to some.") from error
        except errors.HFValidationError as error:
            raise WrongSettings(f"{repository} is no name of a repository. One has the form owner/name.") from error
        except errors.OfflineModeIsEnabled as error:
            raise WrongSettings(
                "HF_HUB_OFFLINE forbids to fetch anything. To allow it: unset HF_HUB_OFFLINE"
            ) from error
        except errors.HfHubHTTPError as error:
            status = error.response.status_code
            raise SightlineError(f"{self.host} answers with HTTP {status}. Try again later.") from error
        except httpx2.HTTPError as error:
            raise SomethingMissing(
                f"{self.host} cannot be reached, or the connection broke. What came is kept: run the same again."
            ) from error
        except OSError as error:
            raise self._of_file(error) from error

    def _of_file(self, error: OSError) -> SightlineError:
        if error.errno in _FULL:
            return SomethingMissing("The disk is full. What came is kept: make room, then run the same again.")
        if error.errno is None:  # the library's own: a file of another size than was said
            return SightlineError(f"{self.host} sent a file of the wrong size. What came is kept: run the same again.")
        return SomethingMissing(f"The model cannot be stored: {os.strerror(error.errno)}.")


def _remote(sibling: Any) -> RemoteFile:
    lfs = sibling.lfs
    if lfs is not None:
        return RemoteFile(sibling.rfilename, int(lfs.size), sha256=str(lfs.sha256))
    return RemoteFile(sibling.rfilename, int(sibling.size or 0), git_hash=str(sibling.blob_id or ""))


def _is_wanted(name: str) -> bool:
    """Whether a file is of those a model is loaded from: no code, no other formats, nothing in folders."""
    if "/" in name or "\\" in name or name.startswith("."):
        return False
    return Path(name).suffix in _KEPT or name in _KEPT_NAMES


def _is_right(part: Path, file: RemoteFile) -> bool:
    """Whether a file is what the hub says; one of which it says nothing is not."""
    if part.stat().st_size != file.size:
        return False
    if file.sha256:
        return _digest(part, hashlib.sha256()) == file.sha256
    return _digest(part, hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)) == file.git_hash


def _digest(path: Path, digest: Any) -> str:
    with path.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            digest.update(chunk)
    return str(digest.hexdigest())


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _bar_for(progress: Progress) -> Any:
    """Return a class in tqdm's form, as the library wants one, that draws nothing."""

    class Bar:
        def __init__(self, **_options: object) -> None:
            pass

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_error: object) -> None:
            pass

        def update(self, count: int) -> None:
            progress.add(count)

    return Bar
