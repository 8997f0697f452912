"""A model's raw output made into sentences that can be checked: no thinking, no special token, no markup, no loop."""

from __future__ import annotations

import re

from assistant.explain.harmless import alike, heard

_TOKENS = (
    r"<[|｜][^<>\n]{0,80}[|｜]>|</?[A-Za-z_][\w.:/ =\"'-]{0,60}>|<<?/?SYS>?>|<0x[0-9A-Fa-f]{2}>"
    r"|\[/?(?:INST|gMASK|sMASK|MASK|IMG[A-Z_]*|TOOL[A-Z_]*|BOS|EOS|PAD|UNK|CLS|SEP|unused\d+)\]"
)
_TOKEN = re.compile(_TOKENS)
_BOX = re.compile(r"<\|(?:begin|end)_of_box\|>|</?(?:box|answer|b|i|u|em|strong|code|p|br)\s*/?>", re.IGNORECASE)
_THOUGHT = re.compile(r"<(think|thinking|thought|reasoning)>.*?(?:</\1>|\Z)", re.IGNORECASE | re.DOTALL)
_THOUGHT_BEFORE = re.compile(r"\A.*</(?:think|thinking|thought|reasoning)>", re.IGNORECASE | re.DOTALL)
OPENS_THOUGHT = re.compile(r"<(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
CLOSES_THOUGHT = re.compile(r"</(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
_HALF_TOKEN = re.compile(r"<[|｜]|[|｜]>|[<>＜＞﹤﹥]")
_MARKUP = re.compile(r"\*{1,3}|(?<!\w)_{1,3}(?=\w)|(?<=\w)_{1,3}(?!\w)|^\s*#{1,6}\s+|~~")
_BULLET = re.compile(r"^\s*(?:[-*•·–]\s+|\(?\d{1,2}[.)、）]\s+|[-*•·]\s*(?=\[))")
_LINK = re.compile(r"!?\[([^\[\]\n]{1,200})\]\([^()\s]*\)")
_PICTURE = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f]")
_END = re.compile(r"[。！？!?…]+[”’」』\"')）]*|\.(?=\s|$|[”\"’')])[”\"’')]*")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|Mr|Mrs|Ms|Dr|No|St|approx|ca)|\b[A-Z])\.$")
_MOST_CHARACTERS = 600
"""No sentence for the ear is as long: an answer that runs away is cut."""


def scrub(text: str) -> str:
    """Return what a model meant to say, on one line; "" if that is nothing.

    Markers around an answer are taken out, thinking is left out whole. Any other special token ends the text: what
    follows it is a model that speaks somebody else's part.
    """
    before = None
    while text != before:  # one token taken out of another may leave a third
        before, text = text, _scrubbed(text)
    return text


def _scrubbed(text: str) -> str:
    text = _BOX.sub("", _THOUGHT_BEFORE.sub("", _THOUGHT.sub("", text)))
    token = _TOKEN.search(text)
    text = text[: token.start()] if token else text
    text = _MARKUP.sub("", _LINK.sub(r"\1", _BULLET.sub("", text)))
    return heard(_HALF_TOKEN.sub(" ", _PICTURE.sub("", heard(text))))


def has_special(text: str) -> bool:
    """Say whether there is a special token or thinking in a text."""
    return bool(_TOKEN.search(text) or OPENS_THOUGHT.search(text) or CLOSES_THOUGHT.search(text))


def is_too_long(text: str) -> bool:
    return len(text) > _MOST_CHARACTERS


def sentences_in(text: str) -> list[str]:
    """Return the sentences of a text. One that has no end yet is the last."""
    found, start = list[str](), 0
    for match in re.finditer(rf"{_END.pattern}|\n+", text):
        piece = text[start : match.end()]
        if match[0].startswith(".") and _ABBREVIATION.search(piece.rstrip()):
            continue
        if _BULLET.fullmatch(f"{piece} "):
            continue
        found.append(piece.strip())
        start = match.end()
    return [sentence for sentence in (*found, text[start:].strip()) if sentence]


def is_looping(text: str) -> bool:
    """Say whether a text says the same few words three times running, as a model does that is stuck."""
    units = re.findall(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]+", alike(text))
    for length in range(1, len(units) // 3 + 1):
        times = 4 if length == 1 else 3
        for start in range(len(units) - times * length + 1):
            first = units[start : start + length]
            if all(units[start + n * length : start + (n + 1) * length] == first for n in range(1, times)):
                return True
    return False


def same_said(one: str) -> str:
    """Return what two sentences that say the same have in common: letters and digits."""
    return "".join(character for character in alike(one) if character.isalnum())
