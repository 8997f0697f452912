"""A model's list of checksums, `sightline-manifest.json`: what was there when the user chose the model.

    {"version": 1, "files": {"config.json": {"sha256": "9f86…", "bytes": 1234}, …}}

Written when a model is pulled or first used, checked each time before a byte of it is loaded; files that are known
not to have changed since their last check (checked.py) are not read again. Also what a model's folder may hold at
all: data that only describes, never code, never a format that can carry code.
"""

from __future__ import annotations

import hashlib
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.engine.checked import forget, is_remembered, marks_of, remember
from assistant.errors import SomethingMissing, WrongSettings

MANIFEST = "sightline-manifest.json"
ALLOWED_SUFFIXES = frozenset({".safetensors", ".json", ".jinja", ".txt", ".model", ".md"})
ALLOWED_NAMES = frozenset({"LICENSE", "LICENCE", "NOTICE", "USE_POLICY", ".gitattributes"})
FORBIDDEN_NAMES = frozenset({"adapter_config.json"})  # it would have the library load weights from elsewhere


class FileSum(BaseModel):
    """What one file was."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: str
    bytes: int


class Manifest(BaseModel):
    """What all files of a model were."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = 1
    files: dict[str, FileSum]


def model_files(folder: Path) -> dict[str, Path]:
    """Return a model's files by their names; WrongSettings for one that no model needs or that can carry code."""
    if not folder.is_dir():
        raise SomethingMissing(f"There is no model in {folder}. To see what there is, run: sightline model list")
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if not _is_folder(path)}
    files.pop(MANIFEST, None)
    for name, path in files.items():
        _refuse_unsafe(name, path, folder)
    if "config.json" not in files:
        raise SomethingMissing(f"{folder} holds no model: config.json is missing. Run: sightline model pull")
    return files


def write_manifest(folder: Path) -> Manifest:
    """Write down what a model's files are now, and return it; the user vouches for them."""
    manifest = Manifest(files=_sums(model_files(folder)))
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return manifest


def check_manifest(folder: Path, *, trusts_memory: bool = False) -> None:
    """Return if a model's files are what its manifest says, all of them; WrongSettings names one that is not.

    Every byte is read, unless `trusts_memory`: then files that have not changed since they were last read are not.
    """
    files = model_files(folder)
    began_ns, marks = time.time_ns(), marks_of(files)
    manifest = _bytes(folder)
    wanted = _parsed(manifest, folder).files
    if missing := sorted(wanted.keys() - files.keys()):
        raise SomethingMissing(f"The model's file {missing[0]} is missing. Get it again: sightline model pull")
    if foreign := sorted(files.keys() - wanted.keys()):
        raise WrongSettings(f"{foreign[0]} is not one of the model's files. Remove it.", file=folder)
    for name, path in files.items():  # sizes first: no need to read 20 GB to see that a download broke off
        if path.stat().st_size != wanted[name].bytes:
            raise _changed(folder, name)
    if trusts_memory and is_remembered(folder, manifest, marks):
        return
    for name, found in _sums(files).items():
        if found != wanted[name]:
            forget(folder)
            raise _changed(folder, name)
    if marks_of(files) == marks:  # else somebody writes while we read
        remember(folder, manifest, marks, began_ns=began_ns)


def _bytes(folder: Path) -> bytes:
    path = folder / MANIFEST
    if path.is_symlink():
        raise WrongSettings(f"{MANIFEST} is a link. Put the file itself there.", file=folder)
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise SomethingMissing(f"The model has no list of checksums. Make it: sightline model use {folder}") from error


def _parsed(manifest: bytes, folder: Path) -> Manifest:
    try:
        return Manifest.model_validate_json(manifest)
    except ValidationError as error:
        raise WrongSettings(
            f"It is no list of checksums. Make it again: sightline model use {folder}", file=folder / MANIFEST
        ) from error


def _changed(folder: Path, name: str) -> WrongSettings:
    return WrongSettings(
        f"{name} has changed since the model was chosen. Get it again: sightline model pull", file=folder
    )


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _refuse_unsafe(name: str, path: Path, folder: Path) -> None:
    if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
        raise WrongSettings(f"{name} is a link to a file elsewhere. Put the file itself there.", file=folder)
    if not path.is_file():
        raise WrongSettings(f"{name} is no file. Remove it.", file=folder)
    is_known = path.suffix.lower() in ALLOWED_SUFFIXES or path.name in ALLOWED_NAMES
    if not is_known or path.name in FORBIDDEN_NAMES:
        raise WrongSettings(
            f"{name} is not loaded, because files of its kind can carry code. "
            "Use a model whose weights are safetensors files, and remove this one.",
            file=folder,
        )
    if path.name.endswith(".index.json"):
        _refuse_paths(path, folder)


def _refuse_paths(index: Path, folder: Path) -> None:
    """An index names the weights' files; a name with a folder in it would lead out of the model's."""
    try:
        names = set(json.loads(index.read_bytes())["weight_map"].values())
        leads_out = any(not isinstance(name, str) or Path(name).name != name for name in names)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WrongSettings("It is no index of weights.", file=index) from error
    if leads_out:
        raise WrongSettings("It names files outside the model's folder.", file=folder)


def _sums(files: dict[str, Path]) -> dict[str, FileSum]:
    with ThreadPoolExecutor(
        max_workers=4, thread_name_prefix="checksum"
    ) as pool:  # hashing leaves the interpreter free
        return dict(zip(files, pool.map(_sum, files.values()), strict=True))


def _sum(path: Path) -> FileSum:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return FileSum(sha256=digest, bytes=file.tell())
