"""Text that others wrote, made harmless: for a model's prompt, for a comparison, for a sentence of ours.

A tokenizer turns its special tokens ("<|user|>", "[INST]", "</s>") into control signals wherever they stand in a
text, so none of the brackets that they are made of is let through. Whatever a person would neither see nor hear
(direction marks, zero-width characters, tags, private characters) is left out.
"""

from __future__ import annotations

import re
import unicodedata

CUT = "…"

_BRACKETS = str.maketrans(
    {
        **dict.fromkeys("<＜﹤", "‹"),
        **dict.fromkeys(">＞﹥", "›"),
        **dict.fromkeys("[［﹇", "〔"),
        **dict.fromkeys("]］﹈", "〕"),
    }
)
_BACK = str.maketrans("‹›〔〕", "<>[]")
_SWITCH = re.compile(r"/(?=(?:no_?)?think\b)", re.IGNORECASE)
_UNHEARD_CATEGORIES = frozenset({"Cf", "Cn", "Co", "Cs"})
_UNHEARD = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5\ufffc\ufffd") | frozenset(
    map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
)
_MOST_MARKS = 4
"""A letter with more marks than any language needs is drawn to be in the way."""
_MARKS = re.compile(
    rf"([\u0300-\u036f\u0483-\u0489\u20d0-\u20ff]{{{_MOST_MARKS}}})[\u0300-\u036f\u0483-\u0489\u20d0-\u20ff]+"
)
_HAN = r"[\u2e80-\u2fdf\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]"
_AROUND_HAN = re.compile(rf"(?<={_HAN}) | (?={_HAN})")
_SAME = str.maketrans(
    {
        **dict.fromkeys("“”„‟″「」『』«»《》‘’‛′`\"", "'"),
        **dict.fromkeys("‐‑‒–—−", "-"),
        "…": "",
        "、": ",", "。": ".",
    }
)  # fmt: skip


def heard(text: str) -> str:
    """Return text on one line without what can be neither seen nor heard."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = (_heard(character) for character in text)
    return " ".join(_MARKS.sub(r"\1", "".join(kept)).split())


def harmless(text: str, limit: int) -> str:
    """Return text for a prompt or a sentence of ours: one line, no special token in it, cut with “…”."""
    line = _SWITCH.sub("∕", heard(text[: 4 * limit]).translate(_BRACKETS))
    if len(line) <= limit and len(text) <= 4 * limit:
        return line
    return line[:limit].rstrip() + CUT


def quoted(text: str, limit: int) -> str:
    """Return text for a prompt in quotation marks that nothing in it can close."""
    return '"' + harmless(text, limit).replace("\\", "∖").replace('"', "”") + '"'


def alike(text: str) -> str:
    """Return text for comparing: NFKC, one case, plain quotes and dashes, spaces that mean something."""
    plain = unicodedata.normalize("NFKC", heard(text).translate(_BACK)).casefold().translate(_SAME)
    plain = unicodedata.normalize("NFKC", plain).replace("...", "")
    return _AROUND_HAN.sub("", " ".join(plain.split()))


def _heard(character: str) -> str:
    if character in _UNHEARD or unicodedata.category(character) in _UNHEARD_CATEGORIES:
        return ""
    return " " if character.isspace() or unicodedata.category(character) in ("Cc", "Zl", "Zp", "Zs") else character
