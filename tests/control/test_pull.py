"""`sightline model pull`: from a stand-in for the hub on loopback."""

from __future__ import annotations

import json
import re
import resource
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from assistant.config import models_folder
from assistant.control.models import SOURCE, pull, verify
from assistant.errors import SightlineError, SomethingMissing, WrongSettings
from control.fetching import NAME, PART, REPOSITORY, WEIGHTS, Person, broken_off_at, folder, silent, stored, yes
from harness.hub import REVISION, Hub

pytestmark = [
    pytest.mark.skipif(not find_spec("huggingface_hub"), reason="needs the extra vlm"),
    pytest.mark.usefixtures("home"),
]


def test_a_model_is_fetched_checked_and_can_be_used(hub: Hub) -> None:
    done = pull(REPOSITORY, yes, silent)

    assert f"sightline model use {NAME}" in done
    assert (folder() / "model.safetensors").read_bytes() == WEIGHTS
    assert "unchanged" in verify(NAME)
    assert json.loads((folder() / SOURCE).read_bytes()) == {"repository": REPOSITORY, "revision": REVISION}


def test_only_what_a_model_is_loaded_from_is_fetched(hub: Hub) -> None:
    pull(REPOSITORY, yes, silent)

    models_own = {"config.json", "tokenizer.json", "model.safetensors"}
    assert stored(folder()) == models_own | {SOURCE, "sightline-manifest.json"}
    assert not any(re.search(r"bin|\.py|onnx|README|original|gitattributes", asked) for asked in hub.asked)


def test_nothing_goes_out_before_the_person_agrees(hub: Hub) -> None:
    person = Person(False)

    done = pull(REPOSITORY, person, silent)

    assert done == "Nothing was fetched."
    assert hub.asked == []
    assert "127.0.0.1" in person.questions[0]
    assert REPOSITORY in person.questions[0]


def test_a_size_that_was_not_known_is_asked_about_before_anything_large_is_fetched(hub: Hub) -> None:
    person = Person(True, False)

    pull(REPOSITORY, person, silent)

    assert "26.2 megabytes" in person.questions[1]
    assert len(hub.asked) == 1


def test_the_hub_learns_nothing_of_this_machine(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")

    pull(REPOSITORY, yes, silent)

    assert not any("authorization" in headers for headers in hub.heard)
    assert "torch" not in str(hub.heard)


def test_the_login_goes_to_the_hub_alone_and_only_where_it_is_needed(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    hub.repository, hub.has_store = "google/gemma-3-4b-it", True

    pull("gemma-3-4b", yes, silent)

    told = dict(zip(hub.asked, [headers.get("authorization") for headers in hub.heard], strict=True))
    assert told["GET /api/models/google/gemma-3-4b-it"] == "Bearer hf_secret"
    (stored_elsewhere,) = [asked for asked in told if "/elsewhere/" in asked]
    assert told[stored_elsewhere] is None


def test_progress_is_told_in_few_whole_lines(hub: Hub) -> None:
    lines: list[str] = []

    pull(REPOSITORY, yes, lines.append)

    assert 1 <= len(lines) <= 11
    assert lines[-1] == "100 percent, 26.2 megabytes of 26.2 megabytes."


def test_a_transfer_that_breaks_goes_on_where_it_broke(hub: Hub) -> None:
    hub.breaks["model.safetensors"] = PART * 3 // 2

    pull(REPOSITORY, yes, silent)

    assert (folder() / "model.safetensors").read_bytes() == WEIGHTS
    assert f"GET /{REPOSITORY}/resolve/{REVISION}/model.safetensors bytes={PART}-" in hub.asked


def test_a_pull_that_was_killed_goes_on_the_next_time(hub: Hub) -> None:
    broken_off_at(50)
    assert not folder().exists()
    hub.asked.clear()

    pull(REPOSITORY, yes, silent)

    assert (folder() / "model.safetensors").read_bytes() == WEIGHTS
    (fetched,) = [asked for asked in hub.asked if asked.startswith("GET /someone")]
    assert fetched.endswith(f"model.safetensors bytes={PART}-")


def test_a_server_that_begins_anew_is_followed(hub: Hub) -> None:
    broken_off_at(50)
    hub.has_ranges = False

    pull(REPOSITORY, yes, silent)

    assert (folder() / "model.safetensors").read_bytes() == WEIGHTS


def test_what_was_begun_of_another_revision_is_not_mixed_in(hub: Hub) -> None:
    broken_off_at(50)
    (partly,) = (models_folder() / ".partly").glob(f"{NAME}/")
    (partly / SOURCE).write_text('{"repository": "someone/small-model", "revision": "older"}')

    pull(REPOSITORY, yes, silent)

    assert (folder() / "model.safetensors").read_bytes() == WEIGHTS
    assert not any("bytes=" in asked for asked in hub.asked)


@pytest.mark.parametrize("name", ["model.safetensors", "config.json"])
def test_a_file_that_is_not_what_the_hub_says_is_thrown_away(hub: Hub, name: str) -> None:
    hub.sent[name] = hub.files[name][:-1] + b"!"

    with pytest.raises(SightlineError, match="thrown away"):
        pull(REPOSITORY, yes, silent)

    assert not folder().exists()
    hub.sent.clear()
    pull(REPOSITORY, yes, silent)
    assert "unchanged" in verify(NAME)


def test_a_file_of_another_size_is_not_taken(hub: Hub) -> None:
    hub.claims["model.safetensors"] = len(WEIGHTS) + 1

    with pytest.raises(SightlineError, match="wrong size"):
        pull(REPOSITORY, yes, silent)

    assert not folder().exists()


def test_a_model_with_code_of_its_own_is_refused_before_its_weights_are_fetched(hub: Hub) -> None:
    hub.files["config.json"] = b'{"auto_map": {"AutoModel": "modeling.Model"}}'

    with pytest.raises(WrongSettings, match="code"):
        pull(REPOSITORY, yes, silent)

    assert not any("model.safetensors" in asked for asked in hub.asked)


def test_a_model_without_safetensors_is_refused(hub: Hub) -> None:
    del hub.files["model.safetensors"]

    with pytest.raises(WrongSettings, match="safetensors"):
        pull(REPOSITORY, yes, silent)


@pytest.mark.parametrize(
    ("status", "headers", "kind", "words"),
    [
        (404, {"X-Error-Code": "RepoNotFound"}, WrongSettings, "has no model"),
        (401, {"X-Error-Code": "RepoNotFound"}, WrongSettings, "has no model"),
        (403, {"X-Error-Code": "GatedRepo"}, SomethingMissing, "licence"),
        (418, {}, SightlineError, "HTTP 418"),
    ],
)
def test_what_the_hub_refuses_is_told(
    hub: Hub, status: int, headers: dict[str, str], kind: type[SightlineError], words: str
) -> None:
    hub.status, hub.headers = status, headers

    with pytest.raises(kind, match=words):
        pull(REPOSITORY, yes, silent)


def test_a_hub_that_is_not_there_is_told(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")

    with pytest.raises(SomethingMissing, match="cannot be reached"):
        pull(REPOSITORY, yes, silent)


def test_a_disk_with_too_little_room_is_told_before_anything_large_is_fetched(hub: Hub) -> None:
    hub.claims["model.safetensors"] = 1 << 60

    with pytest.raises(SomethingMissing, match="too little room"):
        pull(REPOSITORY, yes, silent)

    assert len(hub.asked) == 1


@pytest.fixture
def small_files() -> Iterator[None]:
    """No file can grow beyond a megabyte, as on a disk that fills while it is written."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.usefixtures("small_files")
def test_a_disk_that_fills_up_is_told_and_what_came_is_kept(hub: Hub) -> None:
    with pytest.raises(SomethingMissing, match="disk is full"):
        pull(REPOSITORY, yes, silent)

    (part,) = (models_folder() / ".partly").glob("*/*.part")
    assert part.stat().st_size == 1 << 20


@pytest.mark.parametrize("name", ["../other", "/etc", "someone/..", "a/b/c", "none", "", ".hidden", "someone/.git"])
def test_a_name_that_is_none_reaches_no_file_and_no_hub(hub: Hub, name: str) -> None:
    with pytest.raises(WrongSettings):
        pull(name, yes, silent)

    assert hub.asked == []


def test_what_is_here_is_not_fetched_again(hub: Hub) -> None:
    pull(REPOSITORY, yes, silent)
    hub.asked.clear()

    assert "already" in pull(REPOSITORY, yes, silent)
    assert hub.asked == []
