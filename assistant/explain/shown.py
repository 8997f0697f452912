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
_FIRST_EMOJI, _LAST_EMOJI = "\U0001f300", "\U0001faff"
_NOBODY = "Unnamed"  # GTK 4 gives this to applications that don't say their name
_VENDORS = re.compile(r"^(?:LibreOffice |GNOME |Mozilla |Google |Microsoft |KDE |gnome-|kde-|mate-|xfce4-|lxqt-)(?=\S)")
_FILE_SUFFIX = re.compile(r"(?:\.bin|\.py|\.exe|-bin|-server)$")
_NO_NAMES = re.compile(
    r"(?:python|java|node|ruby|perl|gjs|wine)[\d.]*|gnome-shell|.*(?:polkit|portal).*", re.IGNORECASE
)
"""What runs a program, or shows a window for another: no name that says who asks."""
_KNOWN_AS = {"soffice": "LibreOffice", "Nautilus": "Files", "nautilus": "Files"}
_ADDRESS = re.compile(
    r"(?:\w+://|(?:localhost|[\w-]+(?:\.[\w-]+)+)(?::\d+)?/|/)[^\s?#]*?(?P<last>[^/\s?#]+\.\w+)/?(?:[?#]\S*)?"
)
_SENTENCE_END = re.compile(r"[.!?…]+[”\"')]*(?=\s)|[。！？]+[”」]*")


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


def beginning(text: str, limit: int) -> str:
    """Return a text up to the last sentence that ends within the limit; cut at a word if the first is longer."""
    line = clean(text, WHOLE_CHARACTERS)
    if len(line) <= limit:
        return line
    ends = [match.end() for match in _SENTENCE_END.finditer(line, 0, limit) if match.end() >= limit // 4]
    return line[: ends[-1]] if ends else clean(line, limit)


def without_address(title: str) -> str:
    """Return the last part of a title that is nothing but an address, as that of a page that still loads."""
    address = _ADDRESS.fullmatch(title)
    return address["last"] if address else title


def folded(text: str) -> str:
    """Return text for comparing: no case, no punctuation at its ends, plain spaces."""
    return clean(text, WHOLE_CHARACTERS).casefold().strip(" .:…!?。：！？*")


def says_something(text: str) -> bool:
    """Say whether there is a letter, a digit or an emoji to be heard: voices know what emoji are called."""
    return any(character.isalnum() or _FIRST_EMOJI <= character <= _LAST_EMOJI for character in text)


def word_count(text: str) -> int:
    """Return the number of words; two Chinese characters count as one."""
    han = len(_HAN.findall(text))
    return len(_HAN.sub(" ", text).split()) + (han + 1) // 2


def application_name(application: str, *, exact: bool) -> str:
    """Return an application's name as people call it; exactly as it calls itself for a technician.

    "LibreOffice Calc" is "Calc" to most; "org.gnome.TextEditor" and "gnome-text-editor" are "Text Editor", "zenity"
    is "Zenity", and "python3" is nobody.
    """
    name = "" if application == _NOBODY else clean(application)
    if exact or not name:
        return name
    if re.fullmatch(r"[\w-]+(?:\.[\w-]+){2,}", name):
        name = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.rsplit(".", 1)[1])
    if _NO_NAMES.fullmatch(name) or not any(map(str.isalpha, name)):
        return ""
    name = _FILE_SUFFIX.sub("", name)
    name = _VENDORS.sub("", _KNOWN_AS.get(name, name))
    if not name.islower():
        return name
    return " ".join(word[:1].upper() + word[1:] for word in re.split(r"[-_ ]+", name))
