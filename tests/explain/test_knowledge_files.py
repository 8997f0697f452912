"""Every shipped kind is complete and consistent, and a wrong file of a user is refused by name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from assistant.errors import WrongSettings
from assistant.explain.kinds import QUOTED, ChoiceWords, Kind, Meaning, Templates, all_patterns, read_file, slots_in
from assistant.explain.knowledge import SHIPPED, Knowledge, knowledge, load_knowledge, warm
from assistant.explain.recognition import TAKE
from assistant.profile import Style
from assistant.scene import Element, Scene, Window

KNOWLEDGE: Knowledge = load_knowledge((SHIPPED,))
KINDS: dict[str, Kind] = dict(KNOWLEDGE.groups[0])
LANGUAGES = ("en", "zh")

REQUIRED = (
    "save-changes",
    "overwrite-file",
    "file-conflict",
    "change-extension",
    "leave-page",
    "resend-form",
    "delete-for-good",
    "move-to-bin",
    "empty-bin",
    "format-disk",
    "reset-settings",
    "replace-all",
    "password-system",
    "password-application",
    "password-wifi",
    "keyring-unlock",
    "disk-unlock",
    "sign-in",
    "permission-camera",
    "permission-microphone",
    "permission-location",
    "permission-notifications",
    "permission-screen",
    "certificate-not-trusted",
    "run-untrusted",
    "enable-macros",
    "open-external",
    "licence",
    "administrator-command",
    "update-restart",
    "restart-computer",
    "log-out",
    "power-off",
    "low-battery",
    "disk-full",
    "network-lost",
    "device-in-use",
    "not-responding",
    "crash-report",
    "bluetooth-pairing",
    "forget-network",
    "back-up",
    "quit-while-working",
    "close-tabs",
    "stop-transfer",
    "restore-session",
    "first-run",
    "print",
    "open-file",
    "save-file",
    "choose-folder",
    "error-with-code",
    "error",
    "warning",
    "information",
    "scam-alarm",
    "prize",
    "payment",
    "cookies",
    "installer-disk",
    "install-now",
)


def words_of(kind: Kind) -> list[tuple[str, Templates]]:
    found: list[tuple[str, Templates]] = [("asks", kind.asks)]
    for meaning, choice in kind.choices.items():
        found += [(f"{meaning} does", choice.does), (f"{meaning} warning", choice.warning)] if choice else []
    return found + ([("advice", kind.advice.say)] if kind.advice else [])


POLITE = r"\bclick\b|appears? to|\bdialog(ue)?\b|\b(on|to) the (left|right)\b|\b(below|above|red|green)\b"
"""Pleasantries, colours and places: the ear has no use for them."""
NOT_CHINESE = r"[,?!;]|\.(?!\w)|请问|该对话框|点击"
"""Half-width punctuation, and what is translated word by word."""


def texts_of(kind: Kind) -> list[tuple[str, str, str, str]]:
    """Return every text of a kind with its part, style and language."""
    return [
        (part, style, language, template)
        for part, words in words_of(kind)
        for style, by_language in words.items()
        for language, templates in by_language.items()
        for template in templates
    ]


def has_its_form(part: str, style: str, language: str, text: str) -> bool:
    """Whether sentences can be built from a text as `recognition.py` promises."""
    is_clause = part.endswith("does")
    end = text[-1:]
    return (
        style in get_args(Style)
        and text == text.strip()
        and (end not in ".?!。？！,，" if is_clause else end in (*".?!。？！", ""))
        and not (text.startswith("{take}") and language != "zh")
        and not (is_clause and text.startswith(("不", "没", "什么", "先不", "现在不")))  # it follows 会
    )


def suits_the_ear(style: str, language: str, text: str) -> bool:
    """Whether a text is short, plain, and composed in its language."""
    is_polite = re.search(POLITE + (r"|\bplease\b" if style != "child" else ""), text.casefold())
    return not is_polite and len(text) <= 200 and not (language == "zh" and re.search(NOT_CHINESE, text))


DOES = [
    pytest.param(kind.choices[meaning], KNOWLEDGE.buttons.get(meaning), id=f"{name} {meaning}")
    for name, kind in KINDS.items()
    for meaning in kind.choices
]


def test_every_shipped_file_is_accepted_with_its_patterns() -> None:
    for file in SHIPPED.glob("*.yaml"):
        read_file(file, check_patterns=True)

    assert KNOWLEDGE.problems == ()


@pytest.mark.parametrize("name", REQUIRED)
def test_the_kinds_that_people_meet_are_known(name: str) -> None:
    assert name in KINDS


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("style", ["plain-language", "child"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_says_what_it_asks_in_both_languages(name: str, style: Style, language: str) -> None:
    assert KINDS[name].asks[style][language][-1]


@pytest.mark.parametrize(("choice", "general"), DOES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_choice_says_what_it_does(choice: ChoiceWords | None, general: Meaning | None, language: str) -> None:
    does: Templates = (choice.does if choice else None) or (general.does if general else {})

    assert set(does) == {"plain-language", "child"}
    assert all(does[style][language] for style in does)


@pytest.mark.parametrize(("choice", "general"), DOES)
def test_an_irreversible_choice_warns_and_is_no_safe_choice(
    choice: ChoiceWords | None, general: Meaning | None
) -> None:
    is_safe = choice.safe if choice and choice.safe is not None else bool(general and general.safe)
    is_irreversible = choice is not None and choice.irreversible
    warning = choice.warning.get("plain-language", {}) if choice else {}

    assert not (is_irreversible and is_safe)
    assert not is_irreversible or all(warning.get(language) for language in LANGUAGES)


@pytest.mark.parametrize("name", KINDS)
def test_every_special_case_names_kinds_that_exist(name: str) -> None:
    assert set(KINDS[name].over) <= KINDS.keys() - {name}


@pytest.mark.parametrize("name", KINDS)
def test_every_meaning_that_a_kind_looks_for_is_in_the_vocabulary(name: str) -> None:
    cases = KINDS[name].when
    wanted = {meaning for case in cases for meaning in (*case.buttons, *case.any_button)}
    wanted |= {meaning for case in cases if case.none for meaning in (*case.none.buttons, *case.none.any_button)}
    wanted |= set(KINDS[name].choices) | {general for answer in KINDS[name].answers for general in answer.means}

    assert wanted <= KNOWLEDGE.buttons.keys()


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.adult])
def test_what_needs_an_adult_offers_a_child_only_safe_choices(name: str) -> None:
    for meaning, choice in KINDS[name].choices.items():
        general = KNOWLEDGE.buttons[meaning]
        is_safe = choice.safe if choice and choice.safe is not None else general.safe
        is_harmless = meaning in ("details", "close")
        assert is_safe or is_harmless or (choice is not None and choice.adult), meaning


@pytest.mark.parametrize("name", KINDS)
def test_texts_have_the_form_that_sentences_are_built_from(name: str) -> None:
    assert [text for text in texts_of(KINDS[name]) if not has_its_form(*text)] == []


@pytest.mark.parametrize("name", KINDS)
def test_texts_are_short_plain_and_composed_in_their_language(name: str) -> None:
    assert [text for text in texts_of(KINDS[name]) if not suits_the_ear(*text[1:])] == []


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.advice])
def test_advice_never_tells_to_give_a_password_to_pay_or_to_trust(name: str) -> None:
    advice = KINDS[name].advice

    assert advice is not None
    assert advice.take not in {"authenticate", "unlock", "connect", "sign-in", "pay", "trust", "allow", "accept", "run"}
    assert advice.take not in {"install", "enable-macros", "format", "delete", "continue"}


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.advice and kind.advice.take])
def test_advice_can_be_given_where_its_choice_is_missing(name: str) -> None:
    advice = KINDS[name].advice

    assert advice is not None
    assert all("take" not in slots_in(texts[-1]) for by in advice.say.values() for texts in by.values())


# ---- a user's own ---------------------------------------------------------------------------------------------

OWN = """
kinds:
  sync-conflict:
    when:
      - text: ['changed in two places']
        buttons: [keep-local]
    asks: {en: Two copies differ., zh: 两份内容不一样。}
    choices:
      keep-local: {does: {en: keeps what is on this computer, zh: 保留这台电脑上的}}
buttons:
  keep-local: {labels: [Keep local]}
"""


def window(text: str, *labels: str) -> Scene:
    elements = (Element(1, "label", text), *(Element(i, "push button", name) for i, name in enumerate(labels, 2)))
    return Scene(Window(title="", application="app", kind="dialog"), elements)


def test_a_users_own_kind_is_recognised(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")

    recognition = load_knowledge((tmp_path, SHIPPED)).recognise(window("It changed in two places.", "Keep local"))

    assert recognition is not None
    assert recognition.kind == "sync-conflict"
    assert recognition.choices[0].does.text("plain-language", "zh") == "保留这台电脑上的"


def test_a_users_own_kind_comes_before_a_shipped_one(tmp_path: Path) -> None:
    own = OWN.replace("changed in two places", "overwrite").replace("[keep-local]", "[refuse]")
    (tmp_path / "own.yaml").write_text(own, encoding="utf-8")

    recognition = load_knowledge((tmp_path, SHIPPED)).recognise(window("Do you want to overwrite it?", "Yes", "No"))

    assert recognition is not None
    assert recognition.kind == "sync-conflict"


WRONG = [
    pytest.param("choices:", "colour: red\n    choices:", 8, "kinds.sync-conflict.colour", id="unknown key"),
    pytest.param("['changed in two places']", "['changed (in two places']", 5, "text.0", id="wrong pattern"),
    pytest.param("Two copies differ.", "'{file} differs.'", 3, "kinds.sync-conflict", id="unknown slot"),
    pytest.param("choices:", "adult: perhaps\n    choices:", 8, "kinds.sync-conflict.adult", id="wrong value"),
    pytest.param("keep-local: {does", "keep-local: {irreversible: true, does", 9, "keep-local", id="no warning"),
    pytest.param("kinds:\n", "kinds: [\n", 4, "", id="no YAML"),
]


@pytest.mark.parametrize(("right", "wrong", "line", "key"), WRONG)
def test_a_wrong_file_is_refused_with_its_line_and_key(
    tmp_path: Path, right: str, wrong: str, line: int, key: str
) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(OWN.replace(right, wrong), encoding="utf-8")

    with pytest.raises(WrongSettings) as caught:
        read_file(file)

    assert caught.value.file == file
    assert caught.value.line == line
    assert key in caught.value.key


def test_the_shipped_kinds_serve_when_a_users_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("kinds: 3", encoding="utf-8")

    knowledge = load_knowledge((tmp_path, SHIPPED))

    assert [problem.file for problem in knowledge.problems] == [tmp_path / "broken.yaml"]
    assert knowledge.recognise(window("Do you want to overwrite the file?", "Yes", "No")) is not None


def test_a_folder_that_is_not_there_is_no_problem(tmp_path: Path) -> None:
    assert load_knowledge((tmp_path / "none", SHIPPED)).problems == ()


def test_only_the_way_to_take_a_choice_is_left_open() -> None:
    scene = Scene(
        Window(title="{file} {take}", application="{x}", kind="dialog"),
        (
            Element(1, "label", "Save changes to “{odd}”?"),
            Element(2, "push button", "Save"),
            Element(3, "push button", "Discard"),
            Element(4, "push button", "Cancel"),
        ),
    )

    recognition = KNOWLEDGE.recognise(scene)

    assert recognition is not None
    assert recognition.asks.text("plain-language", "en") == "{x} asks whether to keep your changes to {odd}."
    assert TAKE not in recognition.asks.text("plain-language", "en")


def test_the_example_in_the_guide_is_accepted(tmp_path: Path) -> None:
    guide = Path(__file__).parents[2] / "docs" / "knowledge.md"
    example = guide.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    (tmp_path / "example.yaml").write_text(example, encoding="utf-8")

    knowledge = load_knowledge((tmp_path,))
    recognition = knowledge.recognise(window("“notes.txt” was changed in two places.", "Keep local", "Keep both"))

    assert recognition is not None
    assert recognition.asks.text("plain-language", "en").startswith("notes.txt was changed in two places.")
    assert recognition.safe is not None
    assert recognition.safe.meaning == "keep-both"


@pytest.mark.parametrize(
    ("right", "wrong", "place", "problem"),
    [
        (
            "[keep-local]\n",
            "{keep: local}\n",
            (6, "kinds.sync-conflict.when.0.buttons"),
            "expected a name or a list of names.",
        ),
        (
            "- text",
            "- place: garden\n        text",
            (5, "kinds.sync-conflict.when.0"),
            "there is no place “garden”. Places: ",
        ),
        (
            "asks: {en: Two copies differ., zh: 两份内容不一样。}",
            "",
            (3, "kinds.sync-conflict"),
            "“asks” is missing here.",
        ),
        (
            "{en: Two copies differ., zh: 两份内容不一样。}",
            "Two differ.",
            (7, "kinds.sync-conflict.asks"),
            "expected texts by language",
        ),
        ("en: Two copies differ.", "en: [1]", (7, "kinds.sync-conflict.asks"), "expected texts by language"),
    ],
)
def test_a_wrong_file_is_told_what_to_write(
    tmp_path: Path, right: str, wrong: str, place: tuple[int, str], problem: str
) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(OWN.replace(right, wrong, 1), encoding="utf-8")

    with pytest.raises(WrongSettings) as caught:
        read_file(file)

    assert caught.value.problem.startswith(problem)
    assert (caught.value.line, caught.value.key) == place


def test_once_warm_no_dialog_waits_for_a_pattern() -> None:
    warm()

    kinds = knowledge().groups[-1].values()
    patterns = [pattern for kind in kinds for _, pattern in all_patterns(kind) if pattern.source != QUOTED]
    assert patterns
    assert all(vars(pattern).keys() & {"regex", "exact"} for pattern in patterns)
