"""`sightline model list|pull|verify|use|remove`: the models on this machine, and those that could be.

Only `pull` reaches for the network, and only when the person has said so.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.config import Config, load_config, model_folder, models_folder
from assistant.control.catalogue import Entry, catalogue, entry_of, fit_of, folder_name
from assistant.control.machine import graphics_cards, memory_bytes
from assistant.control.progress import Progress, spoken_size
from assistant.control.settings_edit import set_engine_model
from assistant.errors import SightlineError, SomethingMissing, WrongSettings

if TYPE_CHECKING:
    from assistant.control.hub import Hub, Plan

SOURCE = "sightline-source.json"
SPARE_BYTES = 256 << 20  # of disk, left for everybody else
MUCH_MORE = 1.25  # times what was expected: then the person is asked again
_LANGUAGES = {"en": "English", "zh": "Chinese"}

Confirm = Callable[[str], bool]
"""Asks the person a question, to which they say yes or no."""
Tell = Callable[[str], None]
"""Tells the person a line."""


@dataclass(frozen=True, slots=True)
class State:
    """One model: what is known of it, whether it is here, and whether it fits."""

    name: str
    repository: str
    gigabytes: float | None
    licence: str
    languages: tuple[str, ...]
    about: str
    fit: str
    is_here: bool
    is_in_use: bool

    def as_json(self) -> dict[str, Any]:
        """Return it as `model list --json` prints it."""
        return asdict(self)


# list


def list_models() -> tuple[State, ...]:
    """Return all models that are known or here: first what is in use, then what is here, then what fits best."""
    in_use = model_folder(load_config().engine)
    cards, memory = graphics_cards(), memory_bytes()
    here = _here()
    known = catalogue() | {name: Entry(repository=name) for name in here if name not in catalogue()}
    ranked = []
    for name, entry in known.items():
        gigabytes = entry.gigabytes or _gigabytes_here(here.get(name))
        fit = fit_of(gigabytes, cards, memory)
        is_in_use = in_use is not None and in_use == models_folder() / name
        state = State(
            name=name,
            repository=entry.repository,
            gigabytes=gigabytes,
            licence=entry.licence,
            languages=entry.languages,
            about=entry.about,
            fit=fit.text,
            is_here=name in here,
            is_in_use=is_in_use,
        )
        ranked.append((not is_in_use, name not in here, fit.rank, gigabytes or 0.0, state))
    return tuple(state for *_, state in sorted(ranked, key=lambda one: one[:-1]))


def as_text(states: tuple[State, ...]) -> str:
    """Return the models as lines that read well aloud."""
    advice = "To fetch one: sightline model pull NAME. Any other: sightline model pull OWNER/NAME."
    return "\n".join((*map(_line, states), advice))


def _line(state: State) -> str:
    size = f"{state.gigabytes:g} gigabytes" if state.gigabytes is not None else "size unknown"
    languages = " and ".join(_LANGUAGES.get(code, code) for code in state.languages)
    facts = [part for part in (size, state.licence or "licence unknown", languages) if part]
    place = "In use. " if state.is_in_use else "Here. " if state.is_here else ""
    return f"{state.name}: {place}{', '.join(facts)}. {state.fit} {state.about}".rstrip()


# pull


def pull(name: str, confirm: Confirm, tell: Tell) -> str:
    """Fetch a model once the person agrees; return what was done. What broke off goes on from there the next time."""
    entry, own_name = entry_of(name), folder_name(name)
    folder = models_folder() / own_name
    if folder.exists():
        return f"{own_name} is here already. To use it: sightline model use {own_name}"
    hub = _hub(entry)
    if not confirm(_question(entry, hub)):
        return "Nothing was fetched."
    plan = hub.plan(entry.repository)
    expected = (entry.gigabytes or 0) * 1e9 * MUCH_MORE
    if plan.size > expected and not confirm(f"It has {spoken_size(plan.size)}. Fetch it?"):
        return "Nothing was fetched."
    partly = _partly(own_name)
    with _alone(partly):
        _check_room(plan, partly)
        _fetch_all(hub, plan, partly, tell)
        _finish(plan, partly, folder)
    return f"{own_name} is here and checked. To use it: sightline model use {own_name}"


def _hub(entry: Entry) -> Hub:
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"  # the library reads it when it is loaded
    try:
        from assistant.control.hub import Hub  # noqa: PLC0415 - nothing that can reach the network is loaded before
    except ImportError as error:
        raise SomethingMissing(
            f"To fetch a model, the library “{error.name}” is needed. Run: pip install 'sightline[vlm]'"
        ) from error
    return Hub(needs_login=entry.needs_login)


def _question(entry: Entry, hub: Hub) -> str:
    size = f"about {entry.gigabytes:g} gigabytes" if entry.gigabytes is not None else "of unknown size"
    licence = f"Its licence: {entry.licence}." if entry.licence else "Its licence is not known here."
    return (
        f"Sightline will ask {hub.host} for {entry.repository}, {size}. {licence} "
        "Nothing else is sent, and nothing from your screen. Go on?"
    )


def _partly(name: str) -> Path:
    """Return the folder in which a model is gathered until it is whole."""
    return models_folder() / ".partly" / name


@contextlib.contextmanager
def _alone(partly: Path) -> Iterator[None]:
    """Hold the folder against a second pull; the lock ends with the process."""
    partly.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (partly.parent / f"{partly.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SightlineError("This model is being fetched already, by another command.") from error
        yield


def _check_room(plan: Plan, partly: Path) -> None:
    there = sum(path.stat().st_size for path in partly.iterdir() if path.is_file())
    missing = plan.size - there + SPARE_BYTES - shutil.disk_usage(partly).free
    if missing > 0:
        raise SomethingMissing(
            f"{partly.parent.parent} has too little room: {spoken_size(missing)} more are needed. "
            "Make room, or have XDG_DATA_HOME point elsewhere."
        )


def _fetch_all(hub: Hub, plan: Plan, partly: Path, tell: Tell) -> None:
    progress = Progress(plan.size, tell)
    _drop_foreign(plan, partly)
    for file in plan.files:
        if (partly / file.name).exists():  # whole and checked
            progress.skip(file.size)
            continue
        hub.fetch(plan, file, partly, progress)
        if file.name == "config.json":
            _refuse_code(plan, partly / file.name)


def _drop_foreign(plan: Plan, partly: Path) -> None:
    """Drop what is there of another revision: its files may have the same names."""
    mark = partly / SOURCE
    wanted = {"repository": plan.repository, "revision": plan.revision}
    if not (mark.exists() and json.loads(mark.read_bytes()) == wanted):
        for path in partly.iterdir():
            path.unlink()
    mark.write_text(json.dumps(wanted) + "\n", encoding="utf-8")


def _refuse_code(plan: Plan, config: Path) -> None:
    try:
        written = json.loads(config.read_bytes())
        has_code = "auto_map" in written
    except (ValueError, TypeError) as error:
        raise WrongSettings(f"{plan.repository} has a configuration that cannot be read.") from error
    if has_code:
        raise WrongSettings(
            f"{plan.repository} brings program code of its own, which Sightline never runs. Choose another model."
        )


def _finish(plan: Plan, partly: Path, folder: Path) -> None:
    from assistant.engine.manifest import write_manifest  # noqa: PLC0415 - it needs the extra

    names = {file.name for file in plan.files} | {SOURCE}
    for path in partly.iterdir():
        if path.name not in names:
            path.unlink()
    write_manifest(partly)
    partly.rename(folder)


# verify, use, remove


def verify(name: str = "") -> str:
    """Check every file of a model (by default of the one in use) against its checksums; return what was found."""
    from assistant.engine.manifest import check_manifest  # noqa: PLC0415 - it needs the extra

    folder = _folder(name) if name else model_folder(load_config().engine)
    if folder is None:
        raise SomethingMissing("No model is in use. To choose one: sightline model list")
    check_manifest(folder)
    return f"{folder.name} is unchanged: every file is what it was when it was chosen."


def use(name: str) -> str:
    """Have Sightline ask this model from now on: one that is here, or a folder of the person's own."""
    from assistant.engine.manifest import MANIFEST, check_manifest, write_manifest  # noqa: PLC0415 - see verify

    _refuse_server(load_config())
    folder = _folder(name)
    if folder is None:
        raise SomethingMissing(f"{name} is not here yet. To fetch it: sightline model pull {name}")
    if (folder / MANIFEST).exists():
        check_manifest(folder)
    else:
        write_manifest(folder)
    written = folder.name if folder.parent == models_folder() else str(folder)
    file = set_engine_model(written)
    return f"Sightline uses {folder.name} from now on, once it is started again. It stands in {file}."


def remove(name: str, confirm: Confirm) -> str:
    """Delete a model that was fetched, once the person agrees; also what came of one that is not whole yet."""
    own_name = folder_name(name)
    folders = [folder for folder in (models_folder() / own_name, _partly(own_name)) if folder.is_dir()]
    if not folders:
        raise SomethingMissing(f"{own_name} is not here. To see what is: sightline model list")
    size = sum(path.stat().st_size for folder in folders for path in folder.rglob("*") if path.is_file())
    is_in_use = model_folder(load_config().engine) == models_folder() / own_name
    warning = " It is the one in use: without it, Sightline explains from facts alone." if is_in_use else ""
    if not confirm(f"{own_name} has {spoken_size(size)}.{warning} Delete it?"):
        return "Nothing was deleted."
    if is_in_use:
        set_engine_model("")
    for folder in folders:
        shutil.rmtree(folder)
    return f"{own_name} is deleted."


def _folder(name: str) -> Path | None:
    """Return where a model is: one that was fetched, or a folder; None if neither is there."""
    written = Path(name).expanduser()
    if written.is_absolute() or name.startswith("."):
        return written.resolve()
    folder = models_folder() / folder_name(name)
    return folder if folder.is_dir() else None


def _refuse_server(config: Config) -> None:
    if config.engine.url is not None:
        raise WrongSettings(
            f"The settings have a server asked, {config.engine.url}. To use a model of your own, "
            "remove “url” and “model” under “engine” first."
        )


def _here() -> dict[str, Path]:
    if not models_folder().is_dir():
        return {}
    return {path.name: path for path in sorted(models_folder().iterdir()) if (path / "config.json").is_file()}


def _gigabytes_here(folder: Path | None) -> float | None:
    if folder is None:
        return None
    size = sum(path.stat().st_size for path in folder.glob("*.safetensors"))
    return round(size / 1e9, 1) or round(size / 1e9, 4)
