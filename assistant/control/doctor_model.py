"""What `sightline doctor` finds about the model, its engine, and reading pixels. It loads nothing heavy itself."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from assistant.config import Config, EngineConfig, activated_socket, engine_socket, model_folder
from assistant.control.catalogue import fit_of
from assistant.control.finding import Finding
from assistant.control.machine import graphics_cards, memory_bytes
from assistant.control.progress import spoken_size
from assistant.engine.devices import Wish
from assistant.errors import SightlineError
from assistant.host.asking import is_answering
from assistant.host.model_client import ModelClient

PROBE_SECONDS = 120.0
"""For torch to load and to measure; a cold disk takes it most of a minute."""
SERVER_SECONDS = 5.0
HASHED_AT_ONCE = 4 << 30
"""Bytes of a model that are read while somebody waits; a larger one is only looked at."""
ENGINE_LIBRARIES = ("torch", "transformers", "accelerate", "safetensors", "PIL", "jinja2", "h11", "pydantic")
CLIENT_LIBRARIES = ("openai", "jinja2")
PIXEL_LIBRARIES = ("rapidocr", "onnxruntime", "cv2", "PIL")
_MEND_LIBRARIES = "pip install 'sightline[vlm]'"


def examine_model(config: Config) -> tuple[Finding, ...]:
    """Return what there is to say about the model that the settings name, or that they name none."""
    engine = config.engine
    if not engine.model:
        detail = "None is chosen. Windows are explained from facts alone."
        mend = "sightline model list"
        return (Finding("Model", works=False, detail=detail, mend=mend, is_needed=False),)
    if engine.socket is not None:
        return (_socket(engine.socket),)
    return tuple(_server(engine) if engine.url is not None else _own(engine))


def examine_pixels() -> Finding:
    """Return whether text can be read from pixels, for windows that tell nothing and for pictures."""
    missing = _missing(PIXEL_LIBRARIES)
    if missing:
        detail = f"Windows that tell nothing about themselves stay unread. Missing: {', '.join(missing)}."
        mend = "pip install 'sightline[ocr]'"
        return Finding("Reading pixels", works=False, detail=detail, mend=mend, is_needed=False)
    return Finding("Reading pixels", works=True, detail="The libraries for it are installed.")


# ---- a server --------------------------------------------------------------------------------------------------


def _server(engine: EngineConfig) -> Iterator[Finding]:
    assert engine.url is not None
    missing = _missing(CLIENT_LIBRARIES)
    yield _libraries(missing)
    if missing:
        return
    place = "this computer" if engine.url.is_on_this_machine else f"{engine.url.host}, where pictures of your screen go"
    try:
        models = asyncio.run(_models(engine))
    except SightlineError as error:
        yield Finding("Model's server", works=False, detail=f"It is on {place}. {error}")
        return
    except TimeoutError:
        yield Finding("Model's server", works=False, detail=f"It is on {place}. It takes connections and is silent.")
        return
    yield Finding("Model's server", works=True, detail=f"It answers. It is on {place}.")
    if models and engine.model not in models:
        known = ", ".join(models[:5])
        yield Finding("Model", works=False, detail=f"The server has none of the name {engine.model}. It has: {known}.")
    else:
        yield Finding("Model", works=True, detail=f"{engine.model}, asked at that server.")


def _socket(path: Path) -> Finding:
    works = is_answering(path)
    detail = "It answers at its socket." if works else f"Nothing answers at {path}, which the settings name."
    return Finding("Model's server", works=works, detail=detail)


async def _models(engine: EngineConfig) -> tuple[str, ...]:
    async with ModelClient(engine, lambda _host: None) as client, asyncio.timeout(SERVER_SECONDS):
        return await client.models()


# ---- our own engine --------------------------------------------------------------------------------------------


def _own(engine: EngineConfig) -> Iterator[Finding]:
    missing = _missing((*ENGINE_LIBRARIES, *CLIENT_LIBRARIES))
    yield _libraries(missing)
    folder = model_folder(engine)
    assert folder is not None
    if not (folder / "config.json").is_file():
        here = engine.model != str(folder)
        mend = f"sightline model pull {engine.model}" if here else "sightline model list"
        yield Finding("Model", works=False, detail=f"{folder.name} is chosen, and is not here.", mend=mend)
        return
    weights = sum(path.stat().st_size for path in folder.glob("*.safetensors"))
    yield Finding("Model", works=True, detail=f"{folder.name} is chosen and here, {spoken_size(weights)}.")
    yield _memory(weights)
    if not missing:
        yield _unchanged(folder, weights)
        yield _device(weights, Wish.of(engine))
    if activated_socket().is_socket():  # to connect would start it
        yield Finding("Engine", works=True, detail="systemd starts it when it is asked.")
    elif is_answering(engine_socket(engine)):
        yield Finding("Engine", works=True, detail="It runs now.")


def _libraries(missing: tuple[str, ...]) -> Finding:
    if missing:
        detail = f"Missing: {', '.join(missing)}."
        return Finding("Model's libraries", works=False, detail=detail, mend=_MEND_LIBRARIES)
    return Finding("Model's libraries", works=True, detail="They are installed.")


def _memory(weights: int) -> Finding:
    memory = memory_bytes()
    fit = fit_of(weights / 1e9, graphics_cards(), memory)
    detail = f"{fit.text} This computer has {spoken_size(memory)} of memory."
    mend = "" if fit.rank < 4 else "sightline model list"
    return Finding("Room for the model", works=fit.rank < 4, detail=detail, mend=mend)


def _unchanged(folder: Path, weights: int) -> Finding:
    """Return whether the model's files are those that were chosen; a large one is not read for that."""
    from assistant.engine.manifest import MANIFEST, check_manifest  # noqa: PLC0415 - it needs the extra

    what = "Model's files"
    if weights > HASHED_AT_ONCE and (folder / MANIFEST).is_file():
        detail = "They have a list of checksums, and are checked when they are loaded. To check them now, run: "
        return Finding(what, works=True, detail=f"{detail}sightline model verify")
    try:
        check_manifest(folder, trusts_memory=True)
    except SightlineError as error:
        return Finding(what, works=False, detail=str(error))
    return Finding(what, works=True, detail="They are what they were when the model was chosen.")


def _device(weights: int, wish: Wish) -> Finding:
    """Return where the engine would compute, and why. Torch is loaded in a process of its own."""
    what = "Model's device"
    command = [sys.executable, "-P", "-m", "assistant.control.device_probe", str(weights), *wish.as_arguments()]
    try:
        asked = subprocess.run(command, capture_output=True, text=True, timeout=PROBE_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return Finding(what, works=False, detail="Torch did not say in time what it can compute with.")
    with contextlib.suppress(ValueError, KeyError, TypeError):
        told = json.loads(asked.stdout.splitlines()[-1] if asked.stdout else "")
        if "error" in told:
            return Finding(what, works=False, detail=str(told["error"]))
        weights_kept = "" if told["weights"] == "full" else f", weights in {told['weights'].replace('bit', ' bit')}"
        chosen = f"{told['kind'].upper()}, {told['precision']}{weights_kept}, {told['threads']} threads."
        return Finding(what, works=True, detail=" ".join((chosen, *told["why"])))
    return Finding(what, works=False, detail="Torch cannot be loaded.", mend=_MEND_LIBRARIES)


def _missing(libraries: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in libraries if importlib.util.find_spec(name) is None))
