"""Whether two sentences say the same: so that a model does not repeat the facts, and what it takes back is told.

Pure, by words: no word but small ones may be new. It errs towards saying something twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from assistant.explain.harmless import alike
from assistant.sentence import Sentence

ALIKE = 0.75
"""Of all words of two sentences, how many both must have to claim the same. One verb changed is another claim."""

_WORD = re.compile(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+(?:[.:/@'-][^\W_\u3400-\u9fff]+)*")
_HAN = re.compile(r"[\u3400-\u9fff]")
_NEGATION = re.compile(r"n't$|^(?:no|not|never|nothing|none|without|cannot|nobody)$")
_NOT_IN_HAN = re.compile("[不没别无未]")
_SMALL = frozenset(
    re.findall(
        r"\w+",
        "a an the this that these those it its is are was be been being there here in on at of to for from by with as "
        "and or but so if then than you your yours we our they their he she i my me him her them what which who how "
        "will would can could may might shall should do does did has have had get gets one also just very only "
        "window dialog asks ask says say shows show tells tell about whether wants want question looks like seems",
    )
)
_SMALL_IN_HAN = re.compile(
    "要不要|是不是|能不能|这个|那个|窗口|对话框|一个|是否|可以|按钮|的|了|是|在|和|就|会|着|吗|呢|把|被|要|问|说|显示|看起来|好像"
)
_ENDINGS = re.compile(r"(?<=\w{3})(?:ies|ing|es|ed|s|e)$")


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text that carry meaning, cut to their stems; of Chinese, each two characters running."""
    found = set[str]()
    for word in _words(text):
        if _HAN.match(word):
            for part in _SMALL_IN_HAN.sub(" ", word).split():
                found |= {part[place : place + 2] for place in range(max(len(part) - 1, 1))}
        elif word not in _SMALL:
            found.add(_ENDINGS.sub("", word))
    return frozenset(found)


def negations_in(text: str) -> int:
    """Return how often a text says no. Counted, because a button may be called No."""
    words = list(_words(text))
    in_han = sum(len(_NOT_IN_HAN.findall(_SMALL_IN_HAN.sub(" ", word))) for word in words if _HAN.match(word))
    return in_han + sum(bool(_NEGATION.search(word)) for word in words)


def adds_nothing(sentence: str, said: Iterable[str]) -> bool:
    """Say whether one of the sentences that were said tells all that this one does."""
    words, negations = words_of(sentence), negations_in(sentence)
    return any(words <= words_of(other) and negations == negations_in(other) for other in said)


def claims_the_same(one: Sentence, other: Sentence) -> bool:
    """Say whether two sentences name the same controls and numbers, and tell the same of them."""
    if set(one.mentions) != set(other.mentions) or negations_in(one.text) != negations_in(other.text):
        return False
    left, right = words_of(one.text), words_of(other.text)
    return _numbers(left) == _numbers(right) and len(left & right) >= ALIKE * len(left | right)


def _words(text: str) -> Iterator[str]:
    return (match[0].removesuffix("'s") for match in _WORD.finditer(alike(text)))


def _numbers(words: Iterable[str]) -> set[str]:
    return {word for word in words if any(character.isdigit() for character in word)}
