"""What must be in the facts letter by letter: keys, numbers, files, links, addresses, telephone numbers, names."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.explain.guard_draft import Draft, Reason, Refused, Span
from assistant.explain.guard_facts import canonical
from assistant.explain.guard_numbers import Amount, Spoken, spoken_numbers
from assistant.explain.guard_words import MENTION, Noun, all_words, any_of, found, own_words
from assistant.explain.harmless import alike
from assistant.explain.knowledge import knowledge
from assistant.explain.language import words as words_of
from assistant.explain.roles import CHOSEN, TICKED, role_of
from assistant.scene import Element

_MODIFIER = r"(?:Ctrl|CTRL|Control|Alt|ALT|Shift|SHIFT|Super|Meta|Win|Windows|Cmd|Command|Option)"
_COMBINATION = re.compile(
    rf"(?<![A-Za-z])(?:{_MODIFIER}(?: key|键)?\s*(?:\+|-|–|加|plus\b|\s)\s*)+"
    r"(?:F\d{1,2}|Page ?(?:Up|Down)|Enter|Return|Escape|Esc|Tab|Space|Delete|Del|Home|End|Insert|Backspace|Print"
    r"|Up|Down|Left|Right|[A-Za-z0-9](?![A-Za-z0-9'’.])|[A-Za-z0-9](?=\.(?:\s|$))|[-+=,./;\\](?=\s|$))"
)
_FUNCTION_KEY = re.compile(r"(?<![A-Za-z0-9])F(?:[1-9]|1[0-2])(?![A-Za-z0-9])")
_LETTER_KEY = re.compile(r"(?i:\bpress|\bhit|\btype|按下?)\s*(?i:the )?([A-Z])(?![\w'’+-])|\b([A-Z])(?: key\b|\s*键)")
_MAIL = re.compile(r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_LINK = re.compile(
    r"(?:https?|ftp|file|mailto):/{0,2}[^\s，。；！？、（）)“”\"']+|(?<![A-Za-z0-9.-])www\.[^\s，。；！？、（）)“”\"']+"
    r"|(?<![A-Za-z0-9@.-])(?:[A-Za-z0-9-]+\.)+(?:com|org|net|io|cn|gov|edu|info|app|dev|uk|de|fr|jp|ru|xyz|top|shop|biz|me|tv|cc)"
    r"(?![A-Za-z0-9-])(?:/[^\s，。；！？、（）)“”\"']*)?",
    re.IGNORECASE,
)
_PATH = re.compile(r"(?<![\w.])(?:~|\.{1,2})?(?:/[\w.@+-]+){2,}/?|(?<![\w.])~/[\w.@+-]+|\b[A-Za-z]:\\[^\s，。]+")
_FILE = re.compile(r"[\w()~-]+(?:\.[\w-]+)*\.(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{1,5}(?![\w])")
_TELEPHONE = re.compile(r"(?<![\w.,])\+?\(?\d[\d ()./–-]{5,}\d(?!\w)")
_CODE = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z_-]*\d)(?=[\d_-]*[A-Za-z])[A-Za-z0-9_-]{2,}(?![A-Za-z0-9])")
_NO_CODE = re.compile(r"\d+(?:st|nd|rd|th|s|x|[KMGT]i?B|ms|px|am|pm|h|min)|F\d{1,2}|\d+-[a-z]+", re.IGNORECASE)
_ABBREVIATION = re.compile(r"(?:e\.g|i\.e|a\.m|p\.m|u\.s)$", re.IGNORECASE)
_SEPARATORS = re.compile(r"[ ()./+–-]")
_CAPITALISED = re.compile(r"(?<![A-Za-z0-9_])[A-Z][A-Za-z'’+-]*")
_LATIN = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z][A-Za-z'’+-]+")
_START = re.compile(r"(?:^|[.!?:：。！？“(（—]\s*)$")
_HAN = re.compile(r"[\u3400-\u9fff]")


def check_addresses(draft: Draft) -> None:
    """Refuse links, addresses, files, paths and telephone numbers that are not in the facts."""
    _exactly(draft, _MAIL, "address")
    _exactly(draft, _LINK, "link")
    _exactly(draft, _PATH, "file")
    _exactly(draft, _FILE, "file")
    _telephones(draft)
    _exactly(draft, _CODE, "number")


def _exactly(draft: Draft, pattern: re.Pattern[str], reason: Reason) -> None:
    place = 0
    while match := pattern.search(draft.text, place):
        text, start = match[0].rstrip(".-"), match.start()
        place = match.end()
        if (pattern is _FILE and _ABBREVIATION.search(text)) or (pattern is _CODE and _NO_CODE.fullmatch(text)):
            continue
        known = next((tail for tail in _tails(text) if _is_there(draft, tail)), None)
        if known is None:
            raise Refused(reason)
        start += len(text) - len(known)
        draft.replace(start, start + len(known), Span("exact", known, known, draft.facts.text_elements(known)))
        place = start + 1


def _tails(text: str) -> Iterable[str]:
    """Yield a text, and what is left of it when Chinese words before it are taken off (“打开letter.txt”)."""
    yield text
    for place in range(1, len(text)):
        if _HAN.match(text[place - 1]) and text[place] != ".":
            yield text[place:]


def _is_there(draft: Draft, text: str) -> bool:
    return draft.facts.holds(text) is not None or (not text[0].isalnum() and draft.facts.holds_exactly(text))


def _telephones(draft: Draft) -> None:
    while match := _TELEPHONE.search(draft.text):
        digits = _SEPARATORS.sub("", match[0])
        known = (_SEPARATORS.sub("", fact.alike) for fact in draft.facts.texts)
        if not any(re.search(rf"(?<!\d){digits}(?!\d)", text) for text in known):
            raise Refused("number")
        draft.replace(*match.span(), Span("exact", match[0], match[0], draft.facts.text_elements(match[0])))


# ---- keys -------------------------------------------------------------------------------------------------------


def check_combinations(draft: Draft) -> None:
    """Refuse combinations of keys that no control here has; write the others as people say them."""
    for letter in _LETTER_KEY.finditer(draft.text):
        if not _is_letter_shown(draft, letter[1] or letter[2]):
            raise Refused("key")
    place = 0
    while match := _COMBINATION.search(draft.text, place):
        place = match.end()
        if match[0][-1].islower() and match[0][-2] == " ":
            continue  # “Control a window”
        _key(draft, match, match[0])
        place = match.start() + 1
    while match := _FUNCTION_KEY.search(draft.text):
        _key(draft, match, match[0])


def _is_letter_shown(draft: Draft, letter: str) -> bool:
    """Say whether the window itself speaks of a key that is one letter: “Press Y to go on”."""
    shown = re.compile(rf"(?<![A-Za-z+]){letter}(?![A-Za-z])")
    scene = draft.facts.scene
    return any(shown.search(text) for element in scene.elements for text in (element.name, element.text)) or any(
        key == letter for element in scene.elements for key in element.keys
    )


def _key(draft: Draft, match: re.Match[str], keys: str) -> None:
    owners = draft.facts.owners(keys)
    if owners is None:
        raise Refused("key")
    wanted = canonical(keys)
    own = [key for element in draft.facts.elements(owners) for key in element.keys if canonical(key) == wanted]
    shown = words_of(draft.wording.words.language).key(own[0]) if own else match[0]
    if shown != match[0]:
        draft.change("key")
    draft.replace(*match.span(), Span("key", shown, shown, owners))


def check_keys(draft: Draft) -> None:
    """Refuse single keys that do nothing here."""
    for words in all_words():
        for key, pattern in words.keys:
            place = 0
            while match := pattern.search(draft.text, place):
                owners = _owners(draft, key)
                draft.replace(*match.span(), Span("key", match[0], match[0], owners))
                place = match.start() + 1
    _check_what_they_take(draft)


def _owners(draft: Draft, key: str) -> tuple[int, ...]:
    if any(key in words.data["generic_keys"] for words in all_words()):
        return ()
    if key == "Space":
        near = [*draft.facts.elements(draft.named), *([draft.facts.scene.focused] if draft.facts.scene.focused else [])]
        if any(role_of(element) in TICKED | CHOSEN | {"push button", "list item", "table cell"} for element in near):
            return ()
        raise Refused("key")
    owners = draft.facts.owners(key)
    if owners is None:
        raise Refused("key")
    return owners


def _check_what_they_take(draft: Draft) -> None:
    """Refuse a key that is told for another control than its own; name its control where none is named."""
    choices = frozenset(element.id for element in draft.facts.options.all)
    for place, span in list(draft.found("key")):
        if not span.elements or found("moves", draft.text):
            continue
        near = _nearest(draft, place, choices if canonical(span.bare) in ("enter", "escape") else None)
        if near is not None:
            if not set(near.elements) & set(span.elements):
                raise Refused("key")
        elif _other_is_meant(draft, span):
            raise Refused("key")
        elif span.bare not in ("Enter", "Escape") and len(span.elements) == 1 and "+" in canonical(span.bare):
            _name_it(draft, place, span)


def _nearest(draft: Draft, place: int, among: frozenset[int] | None) -> Span | None:
    """Return the control that a key is told for: in its clause, else the last before it, else the first after it."""
    controls = [
        (at, other)
        for at, other in draft.found("mention")
        if other.is_control and other.elements and (among is None or among.intersection(other.elements))
    ]
    marks = re.compile(r"[,;:，；：、.。]|\b(?:and|or|but)\b|和|或|但")
    bounds = [match.start() for match in marks.finditer(draft.text)]
    start = max((bound for bound in bounds if bound < place), default=-1)
    end = min((bound for bound in bounds if bound > place), default=len(draft.text))
    inside = [(at, other) for at, other in controls if start < at < end]
    before = [(at, other) for at, other in controls if at < place]
    if inside:
        return min(inside, key=lambda item: abs(item[0] - place))[1]
    if before:
        return before[-1][1]
    return controls[0][1] if controls else None


def _other_is_meant(draft: Draft, span: Span) -> bool:
    """Say whether the words around a key name another choice than the one that it takes (“Alt W to save”)."""
    text = alike(draft.bare(draft.text))
    own = [name for element in draft.facts.elements(span.elements) for name in _called(draft, element)]
    if any(re.search(_alone(name), text) for name in own):
        return False
    rest = [element for element in draft.facts.options.all if element.id not in span.elements]
    return any(re.search(_alone(name), text) for element in rest for name in _called(draft, element))


def _called(draft: Draft, element: Element) -> list[str]:
    """Return the words for a choice: its name, and the usual ones for what our knowledge says it means."""
    choice = draft.facts.options.choice(element)
    meaning = knowledge().buttons.get(choice.meaning) if choice else None
    names = {alike(draft.facts.name(element)), *(alike(label) for label in (meaning.labels if meaning else ()))}
    return [name for name in names if len(name) > 1]


def _alone(name: str) -> str:
    """Return a pattern for a name that is no part of a longer word."""
    before = r"(?<![a-z0-9])" if name[0].isascii() else ""
    after = r"(?:s|es|d|ed|ing)?(?![a-z0-9])" if name[-1].isascii() else ""
    return f"{before}{re.escape(name)}{after}"


def _name_it(draft: Draft, place: int, span: Span) -> None:
    element = draft.facts.elements(span.elements)[0]
    name = draft.facts.name(element)
    if not name or alike(name) in alike(draft.bare(draft.text)):
        return
    text = own_words(draft.wording.words.language).text(
        "key_of", key="\0", name=draft.put(Span("mention", name, name, span.elements, is_control=True))
    )
    after = draft.text[place + 1 :]
    if text.endswith(",") and after[:1] in ",.;:!?，。；：":
        text = text[:-1]
    draft.text = draft.text[:place] + text.replace("\0", draft.text[place]) + after
    draft.change("key")


# ---- numbers ----------------------------------------------------------------------------------------------------


def check_numbers(draft: Draft) -> None:
    """Refuse numbers that are not in the facts and count nothing that is there."""
    for spoken in spoken_numbers(draft.text):
        after = draft.text[spoken.end :]
        noun = _noun_after(after)
        if noun is not None:
            _check_count(draft, spoken, noun)
        elif not spoken.is_ordinal or spoken.amount.number not in ("2", "3"):
            _check_amount(draft, spoken.amount, is_counting=_counts_something(after))
    for words in all_words():
        for noun in words.nouns:
            for match in noun.pattern.finditer(draft.text):
                if re.search(r"\bno $|没有任何$", draft.text[: match.start()], re.IGNORECASE) and _counts(
                    draft, noun
                ) - {0}:
                    raise Refused("count")


def _noun_after(after: str) -> Noun | None:
    measure = "|".join(words.data["measure"] for words in all_words() if "measure" in words.data)
    for words in all_words():
        for noun in words.nouns:
            gap = rf"(?:[\s-]+(?:[a-z]+\s+){{0,2}}|\s*(?:{measure})?(?:可用的|可选的|不同的|的)?)$"
            for match in noun.pattern.finditer(after[:40]):
                if re.fullmatch(gap, after[: match.start()], re.IGNORECASE) or not after[: match.start()].strip():
                    return noun
    return None


def _counts(draft: Draft, noun: Noun) -> frozenset[int]:
    counts = draft.facts.counts
    found_counts = frozenset(number for role in noun.roles for number in counts.get(role, ()))
    if "push button" in noun.roles:
        found_counts |= draft.facts.choice_counts
    together = sum(max(counts.get(role, frozenset({0}))) for role in noun.roles)
    return found_counts | {together}


def _check_count(draft: Draft, spoken: Spoken, noun: Noun) -> None:
    counts = _counts(draft, noun)
    number = (
        float(spoken.amount.number)
        if re.fullmatch(r"[\d.]+", spoken.amount.number) and spoken.amount.number.count(".") < 2
        else -1
    )
    if spoken.is_ordinal and number <= max(counts, default=0):
        return
    if number not in counts:
        if not noun.roles or not any(counts):
            _check_amount(draft, spoken.amount)
            return
        raise Refused("count")


def _counts_something(after: str) -> bool:
    measured = any(re.match(words.data["measure"], after) for words in all_words() if "measure" in words.data)
    return (
        measured
        or bool(re.match(rf"\s*{MENTION}", after))
        or bool(re.match(r"[\s-]+(?!of\b|to\b|and\b|or\b|out\b|in\b|at\b|on\b|for\b|is\b)[a-z]{3,}", after))
    )


def _check_amount(draft: Draft, amount: Amount, *, is_counting: bool = False) -> None:
    amounts = draft.facts.amounts
    if not amount.unit and amount.number in draft.facts.places and found("places", draft.text):
        return
    if amount.unit == "percent":
        is_known = amount in amounts
    elif amount.unit or is_counting:
        is_known = amount in amounts or Amount(amount.number, "") in amounts
    else:
        is_known = any(known.number == amount.number for known in amounts)
    if not is_known:
        raise Refused("number")


# ---- names --------------------------------------------------------------------------------------------------------


def check_names(draft: Draft) -> None:
    """Refuse names of programs, companies and people that the window does not show."""
    for words in all_words():
        subject = re.match(words.data["subject"], draft.text)
        if subject and not _is_common_start(draft, subject[1].casefold()):
            raise Refused("name")
    is_chinese = bool(_HAN.search(draft.text))
    for match in (_LATIN if is_chinese else _CAPITALISED).finditer(draft.text):
        if not is_chinese and _START.search(draft.text[: match.start()]):
            continue
        word = re.sub(r"['’]s?$", "", match[0].casefold().replace("’", "'"))
        if not _is_known(draft, word) and not any_of("hedge").search(match[0]):
            raise Refused("name")


def _is_common_start(draft: Draft, word: str) -> bool:
    """Say whether a sentence may begin with this word without naming anybody."""
    is_form = word.endswith(("ing", "s", "tion", "ment", "ness", "ity"))
    starters = {starter for words in all_words() for starter in words.data["starters"]}
    return is_form or word in starters or _is_known(draft, word)


def _is_known(draft: Draft, word: str) -> bool:
    allowed = {name for words in all_words() for name in words.data["names"]}
    return any(part in allowed or part in draft.facts.words for part in (word, word.replace("'", ""))) or all(
        part in allowed or part in draft.facts.words for part in word.split("-")
    )
