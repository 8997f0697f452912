"""Fixtures of the tests of models: a home with nothing in it, and a stand-in for the hub on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from control.fetching import REPOSITORY, WEIGHTS
from harness.hub import Hub, serve_hub


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, with no settings and no models."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)  # read when the engine's tests imported it
    return tmp_path


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    files = {
        "config.json": b'{"model_type": "qwen3_vl"}',
        "tokenizer.json": b"{}",
        "model.safetensors": WEIGHTS,
        "README.md": b"# A model\n",
        "pytorch_model.bin": b"pickle",
        "modeling.py": b"import os",
        ".gitattributes": b"",
        "onnx/model.onnx": b"onnx",
        "original/model.safetensors": b"another",
    }
    with serve_hub(Hub(REPOSITORY, files)) as served:
        monkeypatch.setenv("HF_ENDPOINT", served.url)
        yield served
