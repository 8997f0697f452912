"""Which meaning an icon has, told from its file's name; and which icons have none of ours."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from training.icons.fetch import Family

HERE = Path(__file__).parent
UNKNOWN = "unknown"

_STYLE_ENDS = re.compile(
    r"[-_](outlined?|fill(ed)?|line|solid|regular|bold|thin|light|linear|broken|duotone|sharp|round(ed)?|two-?tone|rtl|ltr|alt|0\d)$"
)
_PREFIXES = re.compile(r"^(ic[-_]|bxs?-|gtk-|stock_)")


def meanings() -> dict[str, dict[str, object]]:
    """Return the table of meanings, in its order."""
    table: dict[str, dict[str, object]] = yaml.safe_load((HERE / "meanings.yaml").read_text(encoding="utf-8"))
    return table


class Names:
    """Looks names up. `theme` names and `set` names are two tables: "remove" is not the same thing in both."""

    def __init__(self) -> None:
        table = meanings()
        self._tables: dict[bool, dict[str, str]] = {
            is_set: {str(name): meaning for meaning, row in table.items() for name in row[key]}  # type: ignore[attr-defined]  # YAML
            for is_set, key in ((False, "theme"), (True, "set"))
        }
        words = {word for table in self._tables.values() for name in table for word in re.split(r"[-_]", name)}
        self._words = words | {"arrow", "chevron", "caret", "file", "document", "square", "circle", "view", "text"}

    def meaning(self, path: Path, family: Family) -> str | None:
        """Return what an icon means, `unknown` for none of ours, None where that cannot be told from its name.

        A table's "edit-delete-symbolic" is for symbolic icons alone.
        """
        name = _bare_set(path.stem) if family.is_set else _bare_theme(path.stem)
        for known in (path.stem, name):
            if known in family.means:
                return family.means[known]
        if family.is_only_means:
            return None
        for known in (path.stem, name):
            if (found := self._tables[family.is_set].get(known)) is not None:
                return found
        if not family.is_set:
            return UNKNOWN if _is_foreign(path) and not self._resembles(name) else None
        return None if self._resembles(name) else UNKNOWN

    def _resembles(self, name: str) -> bool:
        """Whether some word of a name is one of ours: "folder-music" may look like a folder."""
        return any(word in self._words or word.rstrip("s") in self._words for word in re.split(r"[-_. ]", name))


def _is_foreign(path: Path) -> bool:
    """Whether an icon is of an application, a kind of file or a mood: none of these mean what a button does."""
    return bool({"apps", "mimetypes", "mimes", "emotes", "animations"} & set(path.parts))


def _bare_theme(stem: str) -> str:
    return re.sub(r"^(lc|sc)_|([-.]symbolic)?([-.]rtl)?$", "", stem)


def _bare_set(stem: str) -> str:
    name = re.sub(r"_\d+_(regular|filled|light|color)$", "", stem).replace("--", "-").replace("_", "-")
    name = re.sub(r"-\d+$", "", name) if re.search(r"-(12|16|20|24|32|48|96)$", name) else name
    name = _PREFIXES.sub("", name)
    while (shorter := _STYLE_ENDS.sub("", name)) != name:
        name = shorter
    return name
