"""Which voice of espeak-ng says a language. Light: workers load it."""

from __future__ import annotations

import re
from collections.abc import Iterator

PINYIN = "cmn-latn-pinyin"
"""Says Hanzi right. espeak-ng 1.51's `cmn` reads them as English letters: its issues 1236 and 1370."""
ESPEAK_LANGUAGES = frozenset(
    """af am an ar as az ba be bg bn bpy bs ca chr cmn cs cv cy da de el en eo es et eu fa fi fr ga gd gn grc gu hak haw
    hbs he hi hr ht hu hy hyw ia id io is it ja jbo ka kk kl kn ko kok ku ky la lb lfn lt ltg lv mi mk ml mr ms mt my
    nb nci ne nl no nog om or pa pap piqd pl pt py qdb qu quc qya ro ru sd shn si sjn sk sl smj sq sr sv sw ta te th tk
    tn tr tt ug uk ur uz vi yue zh""".split()  # noqa: SIM905 - one word each, not 120 lines
)
"""Of espeak-ng 1.51; for when it cannot be asked."""
_CHINESE = {"zh", "cmn", "yue"}
_TAG = re.compile(r"(?:[a-z]+/)?[a-z]{2,3}(?:-[a-z0-9]+)*", re.IGNORECASE)


def tag_of(language: str) -> str:
    """Return a language as espeak-ng writes it: "pt_BR" is "pt-br"."""
    return language.lower().replace("_", "-")


def primary(language: str) -> str:
    """Return the language without region and script: "en" for "en-GB"."""
    return tag_of(language).split("-", maxsplit=1)[0]


def is_cantonese(language: str) -> bool:
    """Whether Hanzi in this language are read in Cantonese."""
    return primary(language) == "yue" or tag_of(language) in {"zh-hk", "zh-mo", "zh-yue"}


def suits(name: str, language: str) -> bool:
    """Whether a voice of this name may say the language.

    Voices that are named after a language ("en-us+f3") say no other: English letters for each Hanzi
    help nobody. Of voices with other names nothing is known, so the user's choice stands.
    """
    base = name.partition("+")[0]
    if not _TAG.fullmatch(base):
        return bool(base)
    spoken, wanted = primary(base.rpartition("/")[2]), primary(language)
    return spoken == wanted or {spoken, wanted} <= _CHINESE


def espeak_voices(language: str, name: str = "", *, chinese: str = PINYIN) -> Iterator[str]:
    """Yield the names of voices to try, the best first; of a voice for another language its variant ("+f3")."""
    _, plus, variant = name.partition("+")
    if suits(name, language):
        yield name
    for candidate in _by_language(language, chinese):
        yield candidate + plus + variant
        yield candidate
    yield "en-us"


def _by_language(language: str, chinese: str) -> tuple[str, ...]:
    if is_cantonese(language):
        return ("yue", chinese)
    if primary(language) in _CHINESE:
        return (chinese, "cmn")
    if tag_of(language) == "en":
        return ("en-us",)
    return (tag_of(language), primary(language))
