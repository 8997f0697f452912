"""Tell the words in a picture that belong to nothing else: each may be a button or a tab that was not recognised.

An application's own tree says what a text is; of what was read from pixels nothing may be left out for being short.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from assistant.explain.reading import Reading
from assistant.explain.shown import clean, folded, says_something
from assistant.explain.wording import Wording
from assistant.sentence import Sentence

MOST, MOST_IN_DETAIL = 8, 40


def tell_loose_words(
    reading: Reading, wording: Wording, told: Collection[int], *, is_detailed: bool
) -> Iterator[Sentence]:
    """Yield one sentence with the texts of a picture that label nothing and are not among the `told` ids."""
    if any(element.source == "tree" for element in reading.elements):
        return
    controls = {folded(element.name) for element in reading.controls}
    loose = [
        element
        for element in reading.elements
        if element.source == "ocr"
        and not element.labels
        and element.id not in told
        and says_something(element.name)
        and folded(element.name) not in {*controls, folded(reading.title)}
    ]
    most = MOST_IN_DETAIL if is_detailed else MOST
    if not loose:
        return
    said, left = loose[:most], len(loose) - most
    quoted = [wording.text("content", text=clean(element.name)) for element in said]
    texts = wording.words.join(quoted) if left <= 0 else wording.words.separated(quoted)
    key = "loose_words" if left <= 0 else "loose_words_more"
    number = wording.words.number(max(left, 0))
    yield wording.sentence(key, texts=texts, count=left, number=number, mentions=tuple(one.id for one in said))
