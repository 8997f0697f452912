"""What can be done in a window, for programs: `explain --structure`. Pure; its form is schemas/structure.schema.json.

Labels are the window's own. A purpose is what our knowledge says of a choice, else the application's description of
the control, else what a model says, once the guard has let it pass.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

import msgspec

from assistant.explain.choices import Options, does_of
from assistant.explain.control import name_of
from assistant.explain.guard import Verdict, check
from assistant.explain.guard_grounding import without_mark
from assistant.explain.guard_text import sentences_in
from assistant.explain.knowledge import recognise
from assistant.explain.prompt_facts import listed
from assistant.explain.reading import Reading, page_of, read
from assistant.explain.recognition import Recognition
from assistant.explain.roles import is_unavailable, role_of
from assistant.explain.shown import MESSAGE_CHARACTERS, clean, folded, says_something
from assistant.explain.wording import Wording, wording
from assistant.profile import Profile
from assistant.scene import Element, Scene, Window

TOLD_STATES = frozenset(
    {"focused", "is-default", "checked", "selected", "expanded", "pressed", "required", "invalid-entry", "read-only"}
    | {"indeterminate"}
)
"""Of AT-SPI's states those that say something to somebody who reads them."""
MALFORMED = "malformed"

PurposeOrigin = Literal["", "facts", "knowledge", "model"]
_ACTION = re.compile(r'\{\s*"id"\s*:\s*(\d{1,6})\s*,\s*"purpose"\s*:\s*("(?:[^"\\]|\\.){0,2000}")\s*\}')


@dataclass(frozen=True, slots=True)
class Action:
    """A control, and what using it leads to."""

    id: int
    role: str
    label: str
    """"": it has none."""
    purpose: str
    """"": not known."""
    origin: PurposeOrigin
    """Where the purpose comes from."""
    states: tuple[str, ...]
    keys: tuple[str, ...]
    is_available: bool
    is_irreversible: bool

    def __repr__(self) -> str:
        return f"Action({self.id}, {self.role!r}, {self.origin!r})"


@dataclass(frozen=True, slots=True)
class Structure:
    """What a window is for, and what can be done in it, in reading order."""

    window: Window
    language: str
    purpose: str
    origin: PurposeOrigin
    actions: tuple[Action, ...]
    unread: int = 0
    """How many more elements there are that were not read."""

    def __repr__(self) -> str:
        return f"Structure({self.window!r}, actions={len(self.actions)})"

    def as_json(self) -> dict[str, Any]:
        """Return what `explain --structure` prints."""
        window = self.window
        return {
            "window": {
                "title": clean(window.title),
                "application": clean(window.application),
                "kind": window.kind,
                "purpose": self.purpose,
                "origin": self.origin,
            },
            "language": self.language,
            "actions": [
                {**asdict(action), "states": list(action.states), "keys": list(action.keys)} for action in self.actions
            ],
            "unread": self.unread,
        }


@dataclass
class Filled:
    """A structure with what a model added, and what the guard made of that."""

    structure: Structure
    verdicts: list[Verdict] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def structure_of(scene: Scene, profile: Profile, language: str) -> Structure:
    """Return what can be done in a window, from facts and knowledge."""
    told = wording(plain(profile), language)
    reading = read(scene)
    known = None if scene.window.is_locked_screen else recognise(scene)
    if known is not None and not reading.is_dialog:
        reading = page_of(scene) or reading
    options = Options(reading, known)
    asks = known.asks.text(told.style, language) if known else ""
    numbers = {element.id for element in (*Reading(scene).controls, *options.all)}
    actions = tuple(_action(scene.element(number), scene, options, told) for number in sorted(numbers))
    return Structure(scene.window, language, asks, "knowledge" if asks else "", actions, scene.unread)


def answer_schema(scene: Scene) -> dict[str, Any]:
    """Return the JSON schema of a model's answer: it can name only controls that it was shown."""
    purpose = {"type": "string", "maxLength": 200}
    action = {
        "type": "object",
        "properties": {"id": {"enum": [element.id for element in listed(scene)]}, "purpose": purpose},
        "required": ["id", "purpose"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"purpose": purpose, "actions": {"type": "array", "items": action}},
        "required": ["purpose", "actions"],
        "additionalProperties": False,
    }


def with_answer(structure: Structure, answer: str, scene: Scene, profile: Profile) -> Filled:
    """Return a structure with a model's purposes where nothing better is known; each is checked by the guard first."""
    filled = Filled(structure)
    said = _parsed(answer)
    if said is None:
        filled.counts[f"dropped:{MALFORMED}"] += 1
        return filled
    known = None if scene.window.is_locked_screen else recognise(scene)
    judge = _Judge(filled, scene, plain(profile), known)
    purposes = {action.id: action.purpose for action in reversed(said.actions)}
    purpose, origin = structure.purpose, structure.origin
    if not purpose and (whole := judge.passed(said.purpose)):
        purpose, origin = whole, "model"
    actions = tuple(_filled(action, purposes, judge) for action in structure.actions)
    filled.structure = replace(structure, purpose=purpose, origin=origin, actions=actions)
    return filled


# ---- from facts ------------------------------------------------------------------------------------------------


def plain(profile: Profile) -> Profile:
    """Return a profile whose purposes have one grammatical form; a child's would be read to a child."""
    return msgspec.structs.replace(profile, style="plain-language")


def _action(element: Element, scene: Scene, options: Options, told: Wording) -> Action:
    choice = options.choice(element)
    purpose, origin = _purpose(element, options, told)
    return Action(
        id=element.id,
        role=role_of(element),
        label=name_of(element) or _labelled_by(element, scene),
        purpose=purpose,
        origin=origin,
        states=tuple(sorted(element.states & TOLD_STATES)),
        keys=tuple(clean(key) for key in element.keys if key),
        is_available=not is_unavailable(element),
        is_irreversible=choice is not None and choice.is_irreversible,
    )


def _purpose(element: Element, options: Options, told: Wording) -> tuple[str, PurposeOrigin]:
    if does := does_of(element, options, told):
        return does, "knowledge"
    description = clean(element.description, MESSAGE_CHARACTERS)
    if says_something(description) and folded(description) not in (folded(element.name), folded(name_of(element))):
        return description, "facts"
    return "", ""


def _labelled_by(element: Element, scene: Scene) -> str:
    if element.id not in scene.labelled:
        return ""
    return next((name for other in scene.elements if element.id in other.labels and (name := name_of(other))), "")


# ---- from a model ----------------------------------------------------------------------------------------------


class _SaidAction(msgspec.Struct, frozen=True):
    id: int
    purpose: str


class _Said(msgspec.Struct, frozen=True):
    purpose: str = ""
    actions: tuple[_SaidAction, ...] = ()


def _parsed(answer: str) -> _Said | None:
    """Return what a model said, as far as it is well formed: an answer that was cut has whole actions in it too."""
    start = answer.find("{")
    if start < 0:
        return None
    try:
        written, _ = json.JSONDecoder().raw_decode(answer, start)
        return msgspec.convert(written, _Said)
    except (ValueError, RecursionError, msgspec.ValidationError):
        actions = tuple(_salvaged(answer))
        return _Said(actions=actions) if actions else None


def _salvaged(answer: str) -> Iterator[_SaidAction]:
    for number, quoted in _ACTION.findall(answer):
        try:
            yield _SaidAction(int(number), str(json.loads(quoted)))
        except ValueError:
            continue


@dataclass(frozen=True, slots=True)
class _Judge:
    """Has each purpose checked, and counts."""

    filled: Filled
    scene: Scene
    profile: Profile
    known: Recognition | None

    def passed(self, text: str) -> str:
        """Return of a purpose what passes the guard."""
        verdicts = [self._check(sentence) for sentence in sentences_in(text)]
        said = [v.sentence for v in verdicts if v.passed and v.sentence and v.sentence.origin == "model"]
        return " ".join(without_mark(sentence.text, sentence.language) for sentence in said)  # its origin tells enough

    def _check(self, sentence: str) -> Verdict:
        language = self.filled.structure.language
        verdict = check(sentence, self.scene, language, self.known, profile=self.profile)
        self.filled.verdicts.append(verdict)
        self.filled.counts[f"dropped:{verdict.dropped}" if verdict.dropped else "passed"] += 1
        return verdict


def _filled(action: Action, purposes: Mapping[int, str], judge: _Judge) -> Action:
    said = purposes.get(action.id, "")
    if action.purpose or not said:
        return action
    purpose = _as_fragment(judge.passed(said), said)
    return replace(action, purpose=purpose, origin="model") if purpose else action


def _as_fragment(text: str, said: str) -> str:
    """Return a checked sentence as a purpose is written: no full stop, and small where the model wrote it small."""
    text = re.sub(r"(?<=[^.])[.。]$", "", text)
    return text[:1].lower() + text[1:] if said.lstrip()[:1].islower() else text
