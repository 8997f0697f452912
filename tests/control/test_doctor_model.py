"""What the doctor finds about the model: real servers, a real tiny model, real files that are missing or changed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.config import Config, EngineConfig, ServerUrl
from assistant.control.doctor import as_text
from assistant.control.doctor_model import examine_model, examine_pixels
from assistant.control.finding import Finding
from assistant.engine.devices import examine_machine
from harness.scripted_model import ScriptedModel, Talk, scripted_model

pytest.importorskip("openai", reason="needs sightline[vlm]")


async def lists_models(talk: Talk) -> None:
    await talk.begin(kind="application/json")
    await talk.send(b'{"object": "list", "data": [{"id": "screen", "object": "model"}]}')


async def is_garbage(talk: Talk) -> None:
    await talk.begin(kind="text/html")
    await talk.send(b"<html>no model here</html>")


async def wants_a_key(talk: Talk) -> None:
    await talk.begin(401, kind="application/json")
    await talk.send(b"{}")


def at(server: ScriptedModel | str, model: str = "screen") -> Config:
    url = server if isinstance(server, str) else server.url
    return Config(engine=EngineConfig(url=ServerUrl.of(url), model=model))


async def examined(config: Config) -> dict[str, Finding]:
    """Return the findings by what was examined."""
    return {finding.what: finding for finding in await asyncio.to_thread(examine_model, config)}


def broken(findings: dict[str, Finding]) -> Sequence[str]:
    return [what for what, finding in findings.items() if not finding.works]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    return tmp_path


async def test_no_model_is_nothing_that_is_needed_and_the_list_is_named() -> None:
    (finding,) = (await examined(Config())).values()

    assert (finding.works, finding.is_needed, finding.mend) == (False, False, "sightline model list")


async def test_a_server_that_answers_works() -> None:
    async with scripted_model(lists_models) as server:
        findings = await examined(at(server))

    assert broken(findings) == []
    assert [asked.path for asked in server.asked] == ["/v1/models"]


async def test_a_name_that_the_server_does_not_have_is_told_with_those_it_has() -> None:
    async with scripted_model(lists_models) as server:
        findings = await examined(at(server, "film"))

    assert broken(findings) == ["Model"]
    assert "screen" in findings["Model"].detail


@pytest.mark.parametrize("play", [is_garbage, wants_a_key])
async def test_a_server_that_is_none_or_refuses_is_told(play: object) -> None:
    async with scripted_model(play) as server:  # type: ignore[arg-type]  # pytest hands it on untyped
        findings = await examined(at(server))

    assert broken(findings) == ["Model's server"]


async def test_a_server_that_does_not_run_is_told() -> None:
    async with scripted_model(lists_models) as server:
        gone = server.url

    findings = await examined(at(gone))

    assert broken(findings) == ["Model's server"]
    assert "does not answer" in findings["Model's server"].detail


async def test_a_socket_at_which_nothing_answers_is_told(tmp_path: Path) -> None:
    findings = await examined(Config(engine=EngineConfig(model="own", socket=tmp_path / "none.sock")))

    assert broken(findings) == ["Model's server"]


async def test_a_model_that_is_not_here_is_told_with_the_command_that_fetches_it() -> None:
    findings = await examined(Config(engine=EngineConfig(model="qwen3-vl-2b")))

    assert broken(findings) == ["Model"]
    assert findings["Model"].mend == "sightline model pull qwen3-vl-2b"


def test_pixels_are_told_with_what_is_missing() -> None:
    finding = examine_pixels()

    assert finding.works is (finding.mend == "")
    assert not finding.is_needed or finding.works


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tiny_models = pytest.importorskip("harness.tiny_models", reason="needs sightline[vlm]")
    return Path(tiny_models.build("glm46v", tmp_path_factory.mktemp("model") / "tiny"))


async def test_a_model_in_order_is_told_with_device_and_reason(model: Path) -> None:
    write_manifest(model)

    findings = await examined(Config(engine=EngineConfig(model=str(model))))

    assert broken(findings) == []
    assert {"Model", "Model's libraries", "Room for the model", "Model's files", "Model's device"} <= set(findings)
    assert findings["Model's device"].detail.startswith(_kind().upper())
    assert as_text(tuple(findings.values())).startswith("Everything that is needed works.")


async def test_a_file_that_was_changed_is_told(model: Path) -> None:
    write_manifest(model)
    with (model / "config.json").open("a", encoding="utf-8") as file:
        file.write(" ")

    findings = await examined(Config(engine=EngineConfig(model=str(model))))

    assert broken(findings) == ["Model's files"]
    assert "config.json" in findings["Model's files"].detail


async def test_a_model_without_checksums_is_told(model: Path) -> None:
    (model / "sightline-manifest.json").unlink(missing_ok=True)

    findings = await examined(Config(engine=EngineConfig(model=str(model))))

    assert broken(findings) == ["Model's files"]
    assert "sightline model use" in findings["Model's files"].detail


def write_manifest(model: Path) -> None:
    from assistant.engine import manifest  # noqa: PLC0415 - it needs the extra

    manifest.write_manifest(model)


def _kind() -> str:
    accelerators = examine_machine().accelerators
    return accelerators[0].kind if accelerators else "cpu"
