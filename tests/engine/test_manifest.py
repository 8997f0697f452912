from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.engine.devices import Wish
from assistant.engine.loading import load_model
from assistant.engine.manifest import MANIFEST, check_manifest, write_manifest
from assistant.errors import SightlineError, SomethingMissing, WrongSettings

WISH = Wish(device="cpu", precision="float32", threads=1)


@pytest.fixture
def folder(folder_of: Callable[[str], Path], tmp_path: Path) -> Path:
    return shutil.copytree(folder_of("glm46v"), tmp_path / "model")


def test_a_folder_as_it_was_is_loaded(folder: Path) -> None:
    model = load_model(folder, WISH)

    assert model.family == "glm46v"
    assert model.choice.device == "cpu"


@pytest.mark.parametrize(
    "name",
    ["modeling.py", "pytorch_model.bin", "weights.pt", "model.pkl", "model.ckpt", "lib.so", "deep/model.pth", "run.sh"],
)
def test_what_can_carry_code_is_refused_by_name(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"")

    with pytest.raises(WrongSettings, match=f"{name} is not loaded"):
        write_manifest(folder)
    with pytest.raises(WrongSettings, match=f"{name} is not loaded"):
        load_model(folder, WISH)


def test_an_adapter_that_names_other_weights_is_refused(folder: Path) -> None:
    (folder / "adapter_config.json").write_text("{}")

    with pytest.raises(WrongSettings, match="adapter_config"):
        write_manifest(folder)


def test_a_link_that_leads_out_is_refused(folder: Path, tmp_path: Path) -> None:
    (folder / "model.safetensors").rename(tmp_path / "elsewhere.safetensors")
    (folder / "model.safetensors").symlink_to(tmp_path / "elsewhere.safetensors")

    with pytest.raises(WrongSettings, match="link to a file elsewhere"):
        load_model(folder, WISH)


def test_an_index_that_leads_out_is_refused(folder: Path) -> None:
    index = {"metadata": {}, "weight_map": {"lm_head.weight": "../other.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))

    with pytest.raises(WrongSettings, match="outside the model's folder"):
        write_manifest(folder)


def test_a_changed_byte_is_found(folder: Path) -> None:
    weights = bytearray((folder / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (folder / "model.safetensors").write_bytes(weights)

    with pytest.raises(WrongSettings, match=r"model\.safetensors has changed"):
        load_model(folder, WISH)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda folder: (folder / MANIFEST).unlink(), "no list of checksums"),
        (lambda folder: (folder / MANIFEST).write_text("{"), "no list of checksums"),
        (lambda folder: (folder / "tokenizer.json").unlink(), "tokenizer.json is missing"),
        (lambda folder: (folder / "more.json").write_text("{}"), "more.json is not one of"),
        (lambda folder: (folder / "model.safetensors").write_bytes(b"short"), "has changed"),
        (lambda folder: (folder / "config.json").unlink(), "config.json is missing"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(folder: Path, change: Callable[[Path], object], message: str) -> None:
    change(folder)

    with pytest.raises((SomethingMissing, WrongSettings), match=message):
        check_manifest(folder)


def test_a_folder_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SomethingMissing, match="sightline model list"):
        load_model(tmp_path / "none", WISH)


@pytest.mark.parametrize(
    "settings",
    [
        {"model_type": "unheard-of"},
        {
            "model_type": "unheard-of",
            "auto_map": {"AutoConfig": "code.Config", "AutoModelForImageTextToText": "code.M"},
        },
        {"model_type": "llama"},
        {},
    ],
)
def test_a_model_of_no_known_kind_is_refused_in_plain_words(folder: Path, settings: dict[str, object]) -> None:
    (folder / "config.json").write_text(json.dumps(settings))
    write_manifest(folder)

    with pytest.raises(SightlineError, match="Choose another one"):
        load_model(folder, WISH)


def test_weights_that_are_no_weights_are_refused_in_plain_words(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"\xff" * 64)
    write_manifest(folder)

    with pytest.raises(SightlineError, match="cannot be loaded"):
        load_model(folder, WISH)
