"""Fixtures of the engine's tests: tiny models of every family, and an engine that serves one."""

# ruff: noqa: PLC0415 - nothing of the extra `vlm` is imported where it is not installed
from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from assistant.engine.generate import Author

try:
    import torch
except ImportError:
    collect_ignore_glob = ["test_*"]  # the extra `vlm` is not installed
else:
    torch.set_num_threads(1)
os.environ.update(HF_HUB_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1")


@pytest.fixture(scope="session", autouse=True)
def _state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what the engine remembers out of the user's own folders."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session")
def folder_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Builds a family's tiny model, with its manifest, the first time it is asked for."""
    from assistant.engine.manifest import write_manifest
    from harness.tiny_models import build

    @cache
    def folder(family: str) -> Path:
        built = build(family, tmp_path_factory.mktemp(family, numbered=False))
        write_manifest(built)
        return built

    return folder


@pytest.fixture(scope="session")
def author_of(folder_of: Callable[[str], Path]) -> Callable[[str], Author]:
    """Loads a family's tiny model, once for all tests."""
    from assistant.engine.devices import Wish
    from assistant.engine.generate import Author
    from assistant.engine.loading import load_model

    @cache
    def author(family: str) -> Author:
        return Author(load_model(folder_of(family), Wish(device="cpu", precision="float32", threads=1)))

    return author


@pytest.fixture(params=["glm46v", "glm4v", "qwen3_vl", "gemma3", "smolvlm", "lfm2_vl"])
def author(request: pytest.FixtureRequest, author_of: Callable[[str], Author]) -> Author:
    """An author of each family."""
    found = author_of(request.param)
    found.prefixes.drop()
    return found


@pytest.fixture
def glm(author_of: Callable[[str], Author]) -> Author:
    """An author with GLM-4.6V's classes."""
    found = author_of("glm46v")
    found.prefixes.drop()
    return found


@pytest.fixture
async def engine(glm: Author, tmp_path: Path) -> AsyncIterator[Path]:
    """The socket of an engine that serves in this process."""
    from assistant.engine.desk import Desk
    from assistant.engine.server import listening, serving

    desk = Desk(lambda: glm)
    with listening(tmp_path / "engine.sock") as listener:
        async with serving(desk, listener, "tiny"):
            await desk.open()
            yield tmp_path / "engine.sock"
    await asyncio.sleep(0)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let transformers use numpy as it does (5.23: `np.array(tensor)` in its processors)."""
    for item in items:
        item.add_marker(pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"))
