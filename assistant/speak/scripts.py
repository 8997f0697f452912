"""Split a sentence by script, so that each run gets a voice that can say it.

An English voice reads every Chinese character as "Chinese letter", a Chinese one reads "Enter" as Pinyin.
What belongs to no script goes with what it belongs to: “Save” keeps its quotes and Ctrl+S its plus,
the 3 of “3 个” is Chinese, the 10 of Windows 10 is not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from itertools import groupby

from assistant.speak.voice import Run, speakable

_LANGUAGES = {
    "LATIN": "en",
    "HAN": "zh",
    "KANA": "ja",
    "HANGUL": "ko",
    "CYRILLIC": "ru",
    "GREEK": "el",
    "ARABIC": "ar",
    "HEBREW": "he",
    "THAI": "th",
    "DEVANAGARI": "hi",
    "BENGALI": "bn",
    "TAMIL": "ta",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
}
"""The language that a script is read in where the sentence around it does not use that script itself."""

_SCRIPTS = {
    **{language: frozenset((script,)) for script, language in _LANGUAGES.items() if script != "LATIN"},
    **dict.fromkeys(("uk", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg"), frozenset(("CYRILLIC",))),
    **dict.fromkeys(("fa", "ur", "ps", "ug"), frozenset(("ARABIC",))),
    **dict.fromkeys(("mr", "ne"), frozenset(("DEVANAGARI",))),
    "yue": frozenset(("HAN",)),
    "ja": frozenset(("KANA", "HAN")),
}
"""The scripts of languages that are not written in Latin letters."""

_NAMES = {"CJK": "HAN", "IDEOGRAPHIC": "HAN", "FULLWIDTH": "HAN", "HIRAGANA": "KANA", "KATAKANA": "KANA"}
"""First words of Unicode names that are not the script's own."""

_CJK = "\u2e80-\u312f\u3190-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\uffef\U00020000-\U0003ffff"
_WORD = re.compile(rf"[^\s{_CJK}“”‘’«»„‹›()\[\]{{}}<>\"]+")
_NUMBER = re.compile(r"\d+(?:[.,:/\-]\d+)*%?")
_COUNTER = re.compile(
    r"\s?[个個项項条條件页頁张張秒分小天年月日号號点點块塊元台位次倍种種只隻名周星步行列字岁歲度人份段章节節万萬亿億]"
)
"""What is counted: 3 个, 20 分钟."""
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff]"  # with skin tones and flags
    "|[\u2190-\u2bff\u3030\u303d\u3297\u3299]\ufe0f"  # signs that ask to be drawn as emoji
    "|[\ufe0e\ufe0f\u20e3]"
)


def without_emoji(text: str) -> str:
    """Return what a voice shall be given of a text: no emoji, no invisible or control characters.

    Emoji stay where there is nothing else: some voices know their names.
    """
    plain = speakable(_EMOJI.sub("", text))
    return plain if any(character.isalnum() for character in plain) else speakable(text)


def split(text: str, language: str, speaks: Callable[[str], bool] = lambda _: True) -> tuple[Run, ...]:
    """Return the runs of a sentence in `language`; their texts joined are the text.

    What is in a language that cannot be said (`speaks`) is left to the voice of the sentence.
    """
    if text.isascii() and _primary(language) not in _SCRIPTS:
        return (Run(text, language),) if text else ()
    languages = _by_letters(text, language)
    _give_words_one_language(text, languages)
    _give_numbers_a_language(text, languages, language)
    _attach_the_rest(text, languages, language)
    spoken = (tag if tag and (tag == language or speaks(tag)) else language for tag in languages)
    runs = groupby(zip(text, spoken, strict=True), key=lambda pair: pair[1])
    return tuple(Run("".join(character for character, _ in pairs), tag) for tag, pairs in runs)


def _by_letters(text: str, language: str) -> list[str | None]:
    """Return the language of each letter, None for all that is no letter."""
    scripts = [_script(character) for character in text]
    for start, end in _stretches_with_kana(scripts, whole=_primary(language) not in {"zh", "yue"}):
        scripts[start:end] = ["KANA" if script == "HAN" else script for script in scripts[start:end]]
    return [_language(script, language) if script else None for script in scripts]


def _stretches_with_kana(scripts: list[str | None], *, whole: bool) -> Iterator[tuple[int, int]]:
    # Chinese characters beside Kana are Japanese. Outside a Chinese sentence so are all in the same text.
    if whole:
        if "KANA" in scripts:
            yield 0, len(scripts)
        return
    position = 0
    for is_cjk, group in groupby(scripts, key=lambda script: script in {"HAN", "KANA"}):
        stretch = list(group)
        if is_cjk and "KANA" in stretch:
            yield position, position + len(stretch)
        position += len(stretch)


def _give_words_one_language(text: str, languages: list[str | None]) -> None:
    """Ctrl+S, notes.txt, MP3: what holds together is of its letters' language."""
    for word in _WORD.finditer(text):
        found = {tag for tag in languages[word.start() : word.end()] if tag}
        if len(found) == 1:
            languages[word.start() : word.end()] = [*found] * len(word[0])


def _give_numbers_a_language(text: str, languages: list[str | None], language: str) -> None:
    for number in _NUMBER.finditer(text):
        start, end = number.span()
        if any(languages[start:end]):
            continue
        counter = _COUNTER.match(text, end)
        tag = (
            (languages[counter.end() - 1] if counter else None)
            or (languages[end] if end < len(text) else None)
            or (languages[start - 1] if start else None)
            or (languages[start - 2] if start > 1 and text[start - 1] == " " else None)  # Windows 10
            or language
        )
        languages[start:end] = [tag] * (end - start)


def _attach_the_rest(text: str, languages: list[str | None], language: str) -> None:
    """Opening quotes and brackets go with what follows, all else with what precedes."""
    following: str | None = None
    for position in reversed(range(len(text))):
        if languages[position] is None and _opens(text, position):
            languages[position] = following
        following = languages[position] or following
    preceding = following or language
    for position, tag in enumerate(languages):
        preceding = languages[position] = tag or preceding


def _opens(text: str, position: int) -> bool:
    if text[position] == '"':
        return text.count('"', 0, position) % 2 == 0
    return unicodedata.category(text[position]) in {"Ps", "Pi"}


def _language(script: str, language: str) -> str:
    """Return the language in which a script is read in the middle of a sentence."""
    if script in _SCRIPTS.get(_primary(language), {"LATIN"}):
        return language
    return _LANGUAGES.get(script, language)


def _primary(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].lower()


@cache
def _script(character: str) -> str | None:
    if unicodedata.category(character)[0] != "L" and character != "〇":
        return None
    first = re.split("[ -]", unicodedata.name(character, ""), maxsplit=1)[0]
    if first == "HALFWIDTH":
        first = unicodedata.name(character).split()[1]
    return _NAMES.get(first, first)
