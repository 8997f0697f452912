"""Find in a sentence what it speaks of: references, quotations, names of controls. What is not there is refused."""

from __future__ import annotations

import re

from assistant.explain.guard_draft import Draft, Refused, Span
from assistant.explain.guard_words import MENTION, all_words, own_words
from assistant.explain.harmless import alike
from assistant.explain.roles import CONTROLS, FIELDS, TEXTS, role_of
from assistant.explain.shown import says_something
from assistant.scene import Element

_REFERENCE = re.compile(
    r"[\[［【]\s*(?:#|id\s*:?\s*|№\s*)?(\d{1,5}(?:\s*[,，、;]\s*#?\d{1,5})*)\s*[\]］】]", re.IGNORECASE
)
_NOTES = re.compile(r"((?:(?<=[”」）)])|\s)(?:\s*[\[［【]\s*\d{1,5}\s*[\]］】]\s*[,，、]?)+)\s*[.。!！?？]?\s*$")
_BRACKETED = re.compile(r"[\[［【]([^\[\]［］【】]{1,120})[\]］】]")
_QUOTATION = re.compile(
    r"“([^“”]*)”|\"([^\"]*)\"|「([^「」]*)」|『([^『』]*)』|《([^《》]*)》|«([^«»]*)»|`([^`]*)`"
    r"|‘([^‘]*?)’(?![A-Za-z])|(?<![\w\ue000-\uf8ff])'([^']*)'(?![A-Za-z])"
)
_QUOTATION_MARKS = re.compile(r"[“”\"「」『』《》«»‘`„‟‹›]")
_QUOTED_BEFORE = re.compile(r"[“\"「'‘]([^“”\"「」'‘’]{1,120})[”\"」'’]\s*[（(]?\s*$")
_ALL_LATIN = re.compile(r"[A-Za-z]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_SENTENCE_START = re.compile(r"(?:^|[.!?:：。！？“(（—]\s*)$")
_VERB_AFTER = re.compile(
    r"(?:\s+(?:[a-z]+(?<!s)s|will|would|can|has)\b(?! the | your | a )|\s*[,:—])|\s+[a-z]+(?<!s)s\b"
)
_HAN_AFTER = re.compile(r"会|将|可以|能|是|则|就|让|已|未|没|被|和|或|、|以|键|，默认|，焦点")
_HAN_BEFORE = re.compile(r"(?:和|或|、|是|为|在|用|有)$")


def find_mentions(draft: Draft) -> None:
    """Put spans in place of references, quotations and names of controls."""
    _leave_out_notes(draft)
    _references(draft)
    _quotations(draft)
    _denied(draft)
    _unknown_labels(draft)
    _names(draft)
    _fields(draft)
    _unknown_labels(draft)
    _unknown_names(draft)
    _roles(draft)


# ---- references behind a sentence ------------------------------------------------------------------------------


def _leave_out_notes(draft: Draft) -> None:
    """Leave out references that stand behind a sentence as notes do: “The menus are File and Edit [2] [3].”

    Each must be of something that the sentence names, or of a text that it tells.
    """
    match = _NOTES.search(draft.text)
    if match is None or not draft.text[: match.start()].strip():
        return
    numbers = [int(number) for number in re.findall(r"\d+", match[1])]
    elements = draft.facts.elements(numbers)
    if len(elements) != len(numbers):
        raise Refused("reference")
    before = alike(draft.text[: match.start()])
    is_its_name = len(elements) == 1 and bool(_QUOTED_BEFORE.search(draft.text[: match.start()]))
    if not is_its_name and all(_is_noted(draft, element, before) for element in elements):
        draft.text = draft.text[: match.start()] + draft.text[match.end(1) :].lstrip()
        draft.change("reference")


def _is_noted(draft: Draft, element: Element, before: str) -> bool:
    name = alike(draft.facts.name(element))
    return role_of(element) in TEXTS or bool(name and name in before)


# ---- references -------------------------------------------------------------------------------------------------


def _references(draft: Draft) -> None:
    while match := _REFERENCE.search(draft.text):
        numbers = [int(number) for number in re.findall(r"\d+", match[1])]
        elements = draft.facts.elements(numbers)
        if len(elements) != len(numbers):
            raise Refused("reference")
        start, end = match.span()
        if len(elements) == 1:
            start, end = _with_its_name(draft, elements[0], start, end)
        marks = [draft.put(_span_of(draft, element, draft.text[:start], draft.text[end:])) for element in elements]
        joined = draft.wording.words.join(marks) if len(marks) > 1 else marks[0]
        draft.text = draft.text[:start] + joined + draft.text[end:]
        draft.change("reference")
    while match := _BRACKETED.search(draft.text):
        draft.text = f"{draft.text[: match.start()]}“{match[1]}”{draft.text[match.end() :]}"
    if re.search(r"[\[\]［］【】]", draft.text):
        raise Refused("reference")


def _with_its_name(draft: Draft, element: Element, start: int, end: int) -> tuple[int, int]:
    """Widen a reference by the name beside it: “Save [5]”, “[5] (Save)”. Another control's name there is a lie."""
    before, after = draft.text[:start], draft.text[end:]
    name = draft.facts.name(element)
    if quoted := _QUOTED_BEFORE.search(before):
        if name and alike(quoted[1]) == alike(name):
            return quoted.start(), _past(after, r"\s*[)）]", end) if quoted[0].rstrip().endswith(("(", "（")) else end
        if alike(quoted[1]) in draft.facts.names:
            raise Refused("reference")
    for other in [control for control in draft.facts.controls if control in before]:
        beside = re.search(rf"(?<![\w]){re.escape(other)}\s*([（(]?)\s*$", before)
        if beside and alike(other) != alike(name) and _ends_alone(before, beside.start(), name):
            raise Refused("reference")
    if name and (beside := re.search(rf"(?<![A-Za-z0-9]){re.escape(name)}\s*([（(]?)\s*$", before, re.IGNORECASE)):
        return beside.start(), _past(after, r"\s*[)）]", end) if beside[1] else end
    if name and (
        behind := re.match(
            rf"\s*(?:[（(]\s*[“\"「]?{re.escape(name)}[”\"」]?\s*[)）]|[“\"「]{re.escape(name)}[”\"」])", after
        )
    ):
        return start, end + behind.end()
    return start, end


def _ends_alone(before: str, start: int, name: str) -> bool:
    """Say whether the name beside a reference is no end of the right name (“Close Without Saving [3]”)."""
    return not (name and re.search(rf"{re.escape(name)}\s*[（(]?\s*$", before, re.IGNORECASE)) and start >= 0


def _past(after: str, pattern: str, end: int) -> int:
    match = re.match(pattern, after)
    return end + match.end() if match else end


def _span_of(draft: Draft, element: Element, before: str, after: str) -> Span:
    """Return how an element is called: by its name, with its kind where that is needed to know it."""
    wording, name, role = draft.wording, draft.facts.name(element), role_of(element)
    kind = wording.words.role(role, wording.style)
    is_control = role in CONTROLS
    own = own_words(wording.words.language)
    if not says_something(name):
        shown = own.text("unnamed", role="" if any_noun(after) else kind).strip()
        shown = (
            re.sub(r"^the ", "", shown) if re.search(r"\b(?:the|an?|this|that)\s*$", before, re.IGNORECASE) else shown
        )
        return Span("mention", shown, kind, (element.id,), is_control)
    same = [other for number in draft.facts.names.get(alike(name), ()) if (other := draft.facts.element(number))]
    if role in TEXTS:
        shown = f"“{_inner(name)}”"
    elif len({role_of(other) for other in same} - TEXTS) > 1 and not any_noun(after):
        shown = own.text("named", name=wording.name(name), role=kind)
    else:
        shown = wording.name(name)
    return Span("mention", shown, name, (element.id,), is_control)


def any_noun(text: str) -> bool:
    """Say whether a text begins with a word for a kind of control."""
    return any(noun.pattern.match(text.lstrip()) for words in all_words() for noun in words.nouns)


# ---- quotations ---------------------------------------------------------------------------------------------------


def _quotations(draft: Draft) -> None:
    place = 0
    while match := _QUOTATION.search(draft.text, place):
        content = next(group for group in match.groups() if group is not None)
        if re.fullmatch(rf"\s*{MENTION}\s*[.,，。]?\s*", content) or _is_key(content):
            draft.text = draft.text[: match.start()] + content.strip() + draft.text[match.end() :]
            place = match.start() + len(content.strip())
            continue
        draft.replace(match.start(), match.end(), _quoted_span(draft, draft.bare(content), *match.span()))
        place = match.start() + 1
    if _QUOTATION_MARKS.search(draft.text):
        raise Refused("quote")


def _quoted_span(draft: Draft, content: str, place: int, end: int) -> Span:
    found = draft.facts.holds(content)
    if found is None and _is_denied(draft, place, any_called(draft.text[end:])):
        return Span("exact", f"“{content}”", content)
    if found is None:
        raise Refused("quote")
    if found.shown != content:
        draft.change("quote")
    controls = [e for e in draft.facts.elements(found.elements) if role_of(e) in CONTROLS]
    is_control_meant = any_called(draft.text[end:]) or _follows_verb(draft.text[:place])
    if is_control_meant and not controls:
        raise Refused("control")
    elements = found.elements if found.is_name else ()
    return Span(
        "mention", f"“{_inner(found.shown.strip())}”", found.shown.strip(), elements, found.is_name and bool(controls)
    )


def _is_denied(draft: Draft, place: int, is_called: bool) -> bool:
    """Say whether a control is said not to be here."""
    return is_called and any(words.pattern("existence").search(draft.text[:place]) for words in all_words())


def _inner(text: str) -> str:
    return re.sub("[“「『«《„]", "‘", re.sub("[”」』»》‟]", "’", text.replace('"', "'").replace("`", "'")))


def _is_key(content: str) -> bool:
    return any(pattern.fullmatch(content.strip()) for words in all_words() for _, pattern in words.keys)


# ---- names --------------------------------------------------------------------------------------------------------


def _names(draft: Draft) -> None:
    for name, numbers in draft.facts.controls.items():
        if name not in draft.text or not (_ALL_LATIN.search(name) or _HAN.search(name)):
            continue
        place = 0
        for _ in range(20):
            match = re.compile(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])").search(draft.text, place)
            if match is None:
                break
            place = match.start() + 1
            if _is_name_here(draft, name, *match.span()):
                same = draft.facts.names.get(alike(name), numbers)
                draft.replace(*match.span(), Span("mention", _as_written(draft, name), name, same, is_control=True))


def _fields(draft: Draft) -> None:
    """Find fields that are spoken of in small letters: “the street”, “your e-mail”."""
    for name, numbers in draft.facts.controls.items():
        if name.casefold() not in draft.text.casefold():
            continue
        elements = draft.facts.elements(numbers)
        if len(name) < 2 or not says_something(name) or not any(role_of(e) in FIELDS | {"text area"} for e in elements):
            continue
        if _HAN.search(name):
            find = re.compile(re.escape(name))
        else:
            find = re.compile(rf"(?:(?<=\bthe )|(?<=\byour )){re.escape(name)}(?![A-Za-z0-9-])", re.IGNORECASE)
        if match := find.search(draft.text):
            draft.replace(
                *match.span(),
                Span("mention", match[0], name, draft.facts.names.get(alike(name), numbers), is_control=True),
            )


def _as_written(draft: Draft, name: str) -> str:
    return draft.wording.name(name) if _HAN.search(name) else name


def _is_name_here(draft: Draft, name: str, start: int, end: int) -> bool:
    """Say whether a word is the name of a control here, and no ordinary word."""
    before, after = draft.text[:start], draft.text[end:]
    if any_called(after):
        return True
    if _follows_verb(before) and not (_HAN.search(name) and len(name) == 1 and _HAN.match(after)):
        return True
    return _is_han_name_here(name, before, after) if _HAN.search(name) else _is_latin_name_here(name, before, after)


def _is_han_name_here(name: str, before: str, after: str) -> bool:
    if (not before or before[-1] in "，。；：、") and _HAN_AFTER.match(after):
        return True
    ends = not after or after[0] in "，。；：、！和或上"
    return ends and len(name) > 1 and bool(_HAN_BEFORE.search(before))


def _is_latin_name_here(name: str, before: str, after: str) -> bool:
    if " " in name:
        return True
    if not name[0].isupper() or len(name) == 1:
        return False
    is_start = bool(_SENTENCE_START.search(before))
    return not is_start or bool(_VERB_AFTER.match(after))


def any_called(text: str) -> bool:
    """Say whether a text begins with a word that turns the one before it into a control's name."""
    return any(re.match(rf"\s*(?:{words.called})(?![a-z])", text, re.IGNORECASE) for words in all_words())


def _follows_verb(before: str) -> bool:
    return any(
        re.search(rf"(?<![A-Za-z])(?:{words.data['verbs']})\s*(?:the |on |“)?$", before, re.IGNORECASE)
        for words in all_words()
    )


# ---- controls that are not there ------------------------------------------------------------------------------------


def _unknown_labels(draft: Draft) -> None:
    """Refuse a button's usual label where a control is spoken of, if no control here has it."""
    names = draft.facts.control_names
    for words in all_words():
        for pattern in (words.named, words.pressed, words.begins):
            for match in pattern.finditer(draft.text):
                label, before = match[1], draft.text[: match.end(1)]
                is_common = label == label.casefold() and label in words.data["plain"]
                if alike(label) in names or is_common or _is_key(label):
                    continue
                if not any(before.endswith(name) and len(name) > len(label) for name in draft.facts.controls):
                    raise Refused("control")


def _unknown_names(draft: Draft) -> None:
    if not all(map(_is_plain, _capitalised_controls(draft))):
        raise Refused("control")


def _denied(draft: Draft) -> None:
    """“There is no Undo button” is true where there is none."""
    for words in all_words():
        for match in list(words.label_or_name.finditer(draft.text)):
            if not words.pattern("existence").search(draft.text[: match.start()]):
                continue
            if match[1] in draft.spans or alike(match[1]) in draft.facts.control_names:
                raise Refused("control")
            draft.text = draft.text.replace(match[1], draft.put(Span("exact", match[1], match[1])), 1)
            return


def _capitalised_controls(draft: Draft) -> list[str]:
    """Return capitalised words that stand where a control's name would."""
    found: list[str] = []
    word = r"[A-Z](?:[\w'’&-]|\.(?=\w))*"
    run = rf"({word}(?:\s+(?:{word}|{{links}}))*?)"
    for words in all_words():
        links = "|".join(words.data["link_words"]) or "(?!)"
        own = run.replace("{links}", f"(?:{links})(?=\\s)")
        called, verbs = words.called, words.data["verbs"]
        found += [match[1] for match in re.finditer(rf"(?<![A-Za-z]){own}\s*(?:{called})(?![a-z])", draft.text)]
        found += [
            match[1]
            for match in re.finditer(rf"(?<![A-Za-z])(?i:{verbs})\s*(?i:on )?(?:the )?{own}(?![\w'’])", draft.text)
        ]
    return found


def _is_plain(run: str) -> bool:
    """Say whether capitalised words are none of a control's name: “The”, “Press Enter”, “Tab”."""
    words = run.casefold().split()
    plain = {word for own in all_words() for word in (*own.data["plain"], *own.data["names"], *own.data["link_words"])}
    verbs = {verb for own in all_words() for verb in re.findall(r"[a-z]+", own.data["verbs"])}
    keys = re.compile("|".join(pattern.pattern for own in all_words() for _, pattern in own.keys))
    return all(
        word in plain | verbs or keys.fullmatch(part) or re.fullmatch(r"F\d\d?|[A-Z]", part)
        for word, part in zip(words, run.split(), strict=True)
    )


def _roles(draft: Draft) -> None:
    """Refuse a control that is called what it is not: “the Save check box”."""
    for words in all_words():
        for noun in words.nouns:
            if not noun.is_called or not noun.roles:
                continue
            for match in noun.pattern.finditer(draft.text):
                marks = re.findall(rf"({MENTION})\s*$", draft.text[: match.start()])
                said = re.findall(rf"({MENTION}){words.data['is_a']}$", draft.text[: match.start()], re.IGNORECASE)
                wrong = [mark for mark in marks + said if not _fits(draft, draft.spans[mark], noun.roles)]
                if wrong and _is_longest(draft.text, match):
                    raise Refused("role")


def _is_longest(text: str, match: re.Match[str]) -> bool:
    """Say whether no longer word for a control begins here (“button” in “button list”, “menu” in “menu item”)."""
    return not any(
        other and other.end() > match.end()
        for words in all_words()
        for noun in words.nouns
        if (other := noun.pattern.match(text, match.start()))
    )


def _fits(draft: Draft, span: Span, roles: frozenset[str]) -> bool:
    elements = draft.facts.elements(span.elements)
    return any(role_of(element) in roles for element in elements)
