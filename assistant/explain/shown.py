"""Text from the screen, made fit to be spoken: no control characters, not too long, compared without fuss."""

from __future__ import annotations

import re
import unicodedata

NAME_CHARACTERS = 150
MESSAGE_CHARACTERS = 500
WHOLE_CHARACTERS = 5_000

_INVISIBLE = frozenset(
    "\u00ad\u200b\u200c\u200d\u2060\ufeff\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_OBJECT = "\ufffc"  # stands for an embedded object in AT-SPI's texts
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_NOBODY = "Unnamed"  # GTK 4 gives this to applications that don't say their name
_VENDORS = re.compile(r"^(?:LibreOffice|GNOME|Mozilla|Google|Microsoft|KDE) (?=\S)")
_FILE_SUFFIX = re.compile(r"(?:\.bin|\.py|\.exe|-bin)$")


def clean(text: str, limit: int = NAME_CHARACTERS) -> str:
    """Return text on one line without what can't be heard, cut at a word with “…” if it is too long."""
    head = text[: 4 * limit]
    kept = head.replace(_OBJECT, " ") if head.isprintable() else _audible(head)
    line = " ".join(kept.split())
    if len(line) <= limit and len(text) <= 4 * limit:
        return line
    cut = line[:limit]
    whole_words = cut.rsplit(" ", 1)[0] if " " in cut[limit // 2 :] else cut
    return whole_words.rstrip(" ,;:，；：") + "…"


def _audible(text: str) -> str:
    return "".join(
        " " if character == _OBJECT or unicodedata.category(character) in ("Cc", "Zl", "Zp") else character
        for character in text
        if character not in _INVISIBLE and unicodedata.category(character) != "Cs"
    )


def is_cut(text: str, limit: int) -> bool:
    """Say whether `clean` would leave some of a text out."""
    return clean(text, limit).endswith("…") and not text.rstrip().endswith("…")


def folded(text: str) -> str:
    """Return text for comparing: no case, no punctuation at its ends, plain spaces."""
    return clean(text, WHOLE_CHARACTERS).casefold().strip(" .:…!?。：！？*")


def says_something(text: str) -> bool:
    """Say whether there is a letter or digit to be heard."""
    return any(character.isalnum() for character in text)


def word_count(text: str) -> int:
    """Return the number of words; two Chinese characters count as one."""
    han = len(_HAN.findall(text))
    return len(_HAN.sub(" ", text).split()) + (han + 1) // 2


def application_name(application: str, *, exact: bool) -> str:
    """Return an application's name as people call it; exactly as it calls itself for a technician.

    "LibreOffice Calc" is "Calc" to most; "org.gnome.TextEditor" is "Text Editor".
    """
    name = "" if application == _NOBODY else clean(application)
    if exact or not name:
        return name
    if re.fullmatch(r"[\w-]+(?:\.[\w-]+){2,}", name):
        name = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.rsplit(".", 1)[1])
    return _VENDORS.sub("", _FILE_SUFFIX.sub("", name))
