"""What the tests of the documents share: the documents themselves, their headings, links and tables."""

from __future__ import annotations

import re
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent.parent
DOCUMENTS = (REPOSITORY / "README.md", REPOSITORY / "CHANGELOG.md", *sorted((REPOSITORY / "docs").glob("*.md")))

_BLOCK = re.compile(r"^```.*?^```$|^ {4}[^\n]*$", re.MULTILINE | re.DOTALL)


def name_of(document: Path) -> str:
    """Return how a document is called in the repository."""
    return str(document.relative_to(REPOSITORY))


def text_of(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def prose_of(document: Path) -> str:
    """Return a document without its blocks of code."""
    return _BLOCK.sub("", text_of(document))


def headings(document: Path) -> list[tuple[int, str]]:
    """Return the level and the words of every heading, in order."""
    return [(len(marks), words) for marks, words in re.findall(r"^(#+) (.+)$", prose_of(document), re.MULTILINE)]


def anchors(document: Path) -> set[str]:
    """Return the names by which GitHub links to the headings of a document."""
    return {re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-") for _, words in headings(document)}


def table(document: Path, first_cell: str) -> list[tuple[str, ...]]:
    """Return the rows below the one that begins with this cell, without marks of code."""
    rows = text_of(document).partition(f"| {first_cell} |")[2].partition("\n\n")[0].splitlines()[2:]
    return [tuple(cell.strip() for cell in row.strip("|").replace("`", "").split(" |")) for row in rows]
