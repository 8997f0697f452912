"""What was hashed once is not read again unless it has changed; and whatever changed is."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.config import state_folder
from assistant.engine import checked
from assistant.engine.manifest import MANIFEST, check_manifest, write_manifest
from assistant.errors import WrongSettings

WEIGHTS = "model.safetensors"


class Reads:
    """Counts the files that are hashed."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def of(self, folder: Path, *, trusts_memory: bool = True) -> list[str]:
        """Check a folder, and return which of its files were read for it."""
        self.names.clear()
        check_manifest(folder, trusts_memory=trusts_memory)
        return sorted(self.names)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    reads, digest = Reads(), hashlib.file_digest

    def counting(file: Any, method: str) -> Any:
        reads.names.append(Path(file.name).name)
        return digest(file, method)

    monkeypatch.setattr(hashlib, "file_digest", counting)
    return reads


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model's folder whose files have long been as they are."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(checked, "SETTLED_SECONDS", 0.0)  # they were written just now, but nobody writes again
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / WEIGHTS).write_bytes(bytes(4096))
    write_manifest(folder)
    return folder


def test_files_that_have_not_changed_are_read_once(folder: Path, reads: Reads) -> None:
    assert reads.of(folder) == ["config.json", WEIGHTS]
    assert reads.of(folder) == []


def test_verify_reads_every_file_each_time(folder: Path, reads: Reads) -> None:
    check_manifest(folder)

    assert reads.of(folder, trusts_memory=False) == ["config.json", WEIGHTS]


def _write_again(path: Path) -> None:
    """Change a byte in place, and set size and date back to what they were."""
    before = path.stat()
    with path.open("r+b") as file:
        file.seek(7)
        file.write(b"\1")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _exchange(path: Path) -> None:
    """Put another file of the same size and date in its place."""
    before, other = path.stat(), path.with_name("other")
    other.write_bytes(bytes(4095) + b"\1")
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(path)


@pytest.mark.parametrize("change", [_write_again, _exchange])
def test_a_change_that_keeps_size_and_date_is_found(folder: Path, change: Callable[[Path], None]) -> None:
    check_manifest(folder, trusts_memory=True)
    change(folder / WEIGHTS)

    with pytest.raises(WrongSettings, match=r"model\.safetensors has changed"):
        check_manifest(folder, trusts_memory=True)
    with pytest.raises(WrongSettings, match=r"model\.safetensors has changed"):
        check_manifest(folder, trusts_memory=True)


def test_another_manifest_has_all_read_again(folder: Path, reads: Reads) -> None:
    check_manifest(folder)
    manifest = json.loads((folder / MANIFEST).read_bytes())
    (folder / MANIFEST).write_text(json.dumps(manifest))  # the same, said otherwise

    assert reads.of(folder) == ["config.json", WEIGHTS]


def test_a_copy_of_a_folder_is_read_anew(folder: Path, reads: Reads, tmp_path: Path) -> None:
    check_manifest(folder)
    copy = shutil.copytree(folder, tmp_path / "copy")

    assert reads.of(copy) == ["config.json", WEIGHTS]


def test_files_written_just_now_are_not_remembered(folder: Path, reads: Reads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checked, "SETTLED_SECONDS", 3600.0)
    check_manifest(folder)

    assert reads.of(folder) == ["config.json", WEIGHTS]


def _remembered() -> Path:
    return next((state_folder() / "checked").glob("*.json"))


def test_what_is_remembered_is_this_users_alone_and_names_no_folder(folder: Path) -> None:
    check_manifest(folder)

    assert stat.S_IMODE(_remembered().stat().st_mode) == 0o600
    assert stat.S_IMODE(_remembered().parent.stat().st_mode) == 0o700
    assert str(folder) not in _remembered().read_text()
    assert "model" not in _remembered().name


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.chmod(0o666),
        lambda file: file.write_text("{"),
        lambda file: file.write_bytes(b"\xff"),
        lambda file: file.unlink(),
        lambda file: (file.rename(file.with_suffix(".other")), file.symlink_to(file.with_suffix(".other"))),
    ],
)
def test_what_anybody_may_have_written_is_not_believed(
    folder: Path, reads: Reads, spoil: Callable[[Path], object]
) -> None:
    check_manifest(folder)
    spoil(_remembered())

    assert reads.of(folder) == ["config.json", WEIGHTS]


def test_a_state_folder_that_cannot_be_written_is_no_error(folder: Path, reads: Reads) -> None:
    state_folder().parent.mkdir(exist_ok=True)
    state_folder().write_text("a file, where a folder should be")
    check_manifest(folder)

    assert reads.of(folder) == ["config.json", WEIGHTS]
