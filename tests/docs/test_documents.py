"""The documents: every link leads somewhere, every picture is described, and nothing in them is of one machine."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from assistant.config import shipped
from assistant.profile import profile_names
from docs.documents import DOCUMENTS, REPOSITORY, anchors, headings, name_of, prose_of, text_of

BOXES_AND_PICTOGRAMS = re.compile("[\u2190-\u21ff\u2500-\u259f\u2600-\u27bf\U0001f000-\U0001faff]")
OF_ONE_MACHINE = re.compile(
    r"(?<![\w.])/(work|home|root|Users|mnt)/|\blocalhost\b|\b\d{1,3}(\.\d{1,3}){3}\b|\w\.(local|lan|internal)\b"
)
LARGEST_PICTURE = 150_000  # bytes
KNOWN_PLACES = ("https://www.unicode.org/",)
PICTURES = [
    pytest.param(document, *found, id=found[1])
    for document in DOCUMENTS
    for found in re.findall(r"!\[(.*?)\]\((.+?)\)", text_of(document))
]

every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)


def links(document: Path) -> list[str]:
    return re.findall(r"\]\(([^)]+)\)", prose_of(document))


def leads_somewhere(document: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    file = document.parent / path if path else document
    return link.startswith(KNOWN_PLACES) or (file.exists() and (not anchor or anchor in anchors(file)))


@every_document
def test_every_link_leads_to_a_file_and_a_heading_that_there_are(document: Path) -> None:
    assert [link for link in links(document) if not leads_somewhere(document, link)] == []


def test_a_broken_link_is_noticed() -> None:
    readme = REPOSITORY / "README.md"

    assert not leads_somewhere(readme, "docs/nowhere.md")
    assert not leads_somewhere(readme, "docs/using.md#nowhere")
    assert leads_somewhere(readme, "docs/using.md#the-commands")


@every_document
def test_headings_begin_with_one_title_and_skip_no_level(document: Path) -> None:
    levels = [level for level, _ in headings(document)]

    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


@every_document
def test_a_document_reads_well_aloud(document: Path) -> None:
    assert BOXES_AND_PICTOGRAMS.findall(prose_of(document)) == []


@every_document
def test_nothing_in_a_document_is_of_one_machine(document: Path) -> None:
    assert OF_ONE_MACHINE.search(text_of(document)) is None


def test_a_path_of_one_machine_is_noticed() -> None:
    assert OF_ONE_MACHINE.search("see /home/ada/sightline")
    assert OF_ONE_MACHINE.search("at 10.0.0.7")
    assert OF_ONE_MACHINE.search("from packages.lan")


@pytest.mark.parametrize(("document", "description", "file"), PICTURES)
def test_every_picture_is_described_and_small(document: Path, description: str, file: str) -> None:
    picture = document.parent / file

    assert len(description.split()) > 10
    assert picture.suffix in {".png", ".svg"}
    assert picture.stat().st_size <= LARGEST_PICTURE


def test_every_document_is_in_the_index() -> None:
    index = {link.partition("#")[0] for link in links(REPOSITORY / "docs" / "README.md")}

    assert {file.name for file in (REPOSITORY / "docs").glob("*.md")} - {"README.md"} == index


@pytest.mark.parametrize("document", ["README.md", "docs/profiles.md", "docs/using.md"])
def test_every_shipped_profile_is_named_in_the_documents_for_users(document: str) -> None:
    profiles = profile_names([shipped("profiles")])

    assert profiles
    assert [name for name in profiles if f"`{name}`" not in text_of(REPOSITORY / document)] == []
