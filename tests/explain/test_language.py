"""The words: complete in every language, rightly joined, plural and spoken."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from assistant.desktop.atspi import ROLES
from assistant.explain import choose_language, explain_notification, explain_screen, message
from assistant.explain.language import languages, read_words, words
from assistant.explain.plural import plural_form
from assistant.explain.roles import _ALIASES, LAYOUT
from assistant.explain.shown import application_name, clean
from assistant.profile import Profile
from assistant.scene import Window

PLAIN = Profile(name="plain-language")
OWN_WORDS = [*words("en").data["messages"]]
SECTIONS = ["keys", "labels", "units", "roles", "states", "hints", "kinds", "sentences", "messages"]


def templates(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [text for part in value.values() for text in templates(part)]


def slots(value: Any) -> set[str]:
    return {name for text in templates(value) for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("section", SECTIONS)
def test_every_language_has_every_text(section: str, language: str) -> None:
    assert words(language).data[section].keys() == words("en").data[section].keys()


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("section", ["units", "roles", "hints", "kinds", "sentences", "messages"])
def test_every_text_has_the_same_slots(section: str, language: str) -> None:
    english = {key: slots(value) - {"count", "number"} for key, value in words("en").data[section].items()}
    theirs = {key: slots(value) - {"count", "number"} for key, value in words(language).data[section].items()}

    assert [key for key in english if not english[key] - {"name"} <= theirs[key] <= english[key]] == []


def test_chinese_templates_hold_no_english() -> None:
    allowed = re.compile(r"Sightline|sightline (?:window|ask)|zenity|Escape|Alt Tab|Tab|\{\w+\}")
    sections = ("units", "roles", "states", "hints", "kinds", "sentences", "messages")
    leaks = [
        text
        for section in sections
        for text in templates(words("zh").data[section])
        if re.search("[A-Za-z]", allowed.sub("", text))
    ]

    assert leaks == []


def test_every_role_of_the_specification_has_a_word_or_is_layout() -> None:
    known = words("en").data["roles"].keys()
    nameless = {role for role in ROLES if _ALIASES.get(role, role) not in known | LAYOUT}

    assert nameless <= {"application", "subscript", "superscript"}


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("key", OWN_WORDS)
def test_our_own_words_are_whole_sentences(key: str, language: str) -> None:
    values = dict.fromkeys(slots(words(language).data["messages"][key]), "X11")

    sentence = message(key, language, **values)

    assert sentence.origin == "sightline"
    assert sentence.language == language
    assert re.search(r"[.。？?]$|X11$", sentence.text)
    assert "{" not in sentence.text


def test_a_message_that_does_not_exist_is_our_mistake() -> None:
    with pytest.raises(KeyError):
        message("no such message", "en")


@pytest.mark.parametrize(
    ("profile", "application", "session", "language"),
    [
        ("auto", "zh_CN.UTF-8", "en_US.UTF-8", "zh"),
        ("auto", "C", "zh_CN.UTF-8", "zh"),
        ("auto", "C.UTF-8", "en_GB", "en"),
        ("auto", "", "zh_TW", "zh"),
        ("en", "zh_CN", "zh_CN", "en"),
        ("auto", "de_DE", "zh_CN", "zh"),
        ("auto", "de_DE", "fr_FR", "en"),
        ("auto", "", "", "en"),
        ("auto", "zh-Hans-CN", "", "zh"),
        ("tlh", "POSIX", "POSIX", "en"),
    ],
)
def test_the_language_is_the_profiles_else_the_applications_else_the_sessions(
    profile: str, application: str, session: str, language: str
) -> None:
    assert choose_language(profile, application, session) == language


@pytest.mark.parametrize(
    ("keys", "english", "chinese"),
    [
        ("Alt+S", "Alt S", "Alt 加 S"),
        ("Ctrl+Shift+s", "Control Shift S", "Control 加 Shift 加 S"),
        ("Ctrl++", "Control plus", "Control 加 加号"),
        ("Return", "Enter", "回车键"),
        ("Escape", "Escape", "Esc 键"),
        ("F5", "F5", "F5"),
        ("Super+space", "Super Space", "Super 加 空格键"),
        ("+", "plus", "加号"),
        ("", "", ""),
    ],
)
def test_keys_are_told_as_people_say_them(keys: str, english: str, chinese: str) -> None:
    assert (words("en").key(keys), words("zh").key(keys)) == (english, chinese)


@pytest.mark.parametrize(
    ("items", "english", "chinese"),
    [
        ([], "", ""),
        (["A"], "A", "A"),
        (["A", "B"], "A and B", "A和B"),
        (["A", "B", "C"], "A, B and C", "A、B 和 C"),
    ],
)
def test_lists_are_joined_as_the_language_joins_them(items: list[str], english: str, chinese: str) -> None:
    assert words("en").join(items) == english
    assert words("zh").join(items).replace(" ", "") == chinese.replace(" ", "")


def test_choices_are_joined_with_or() -> None:
    assert words("en").join(["A", "B"], "or") == "A or B"
    assert words("en").join(["A", "B", "C"], "or") == "A, B, or C"


@pytest.mark.parametrize(
    ("number", "english", "chinese"),
    [
        (0, "0", "0"),
        (3700, "3,700", "3700"),
        (1.5, "1.5", "1.5"),
        (-0.0001, "0", "0"),
        (-3, "-3", "-3"),
        (0.25, "0.25", "0.25"),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(number: float, english: str, chinese: str) -> None:
    assert (words("en").number(number), words("zh").number(number)) == (english, chinese)


@pytest.mark.parametrize(
    ("count", "form"), [(1, "one"), (21, "one"), (11, "many"), (3, "few"), (13, "many"), (5, "many")]
)
def test_plural_rules_of_another_language_are_data(count: int, form: str) -> None:
    russian = {
        "one": "n % 10 = 1 and n % 100 != 11",
        "few": "n % 10 = 2..4 and n % 100 != 12..14",
        "many": "n % 10 = 0 or n % 10 = 5..9 or n % 100 = 11..14",
    }

    assert plural_form(count, russian) == form


def test_a_wrong_plural_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="plural rule"):
        plural_form(1, {"one": "n is 1"})


@pytest.mark.parametrize(
    ("template", "value", "text"),
    [
        ("{x}。按回车", "真的？", "真的？按回车"),
        ("按{x}保存", "Enter", "按 Enter 保存"),
        ("“{x}”按钮", "OK", "“OK”按钮"),
        ("It says: “{x}”.", "Really?", "It says: “Really?”"),
        ("{x}.", "Loading…", "Loading…"),
        ("{x}, button", "Read it.", "Read it, button"),
    ],
)
def test_joints_are_mended(template: str, value: str, text: str) -> None:
    assert words("zh").fill(template, {"x": value}) == text


@pytest.mark.parametrize(
    ("raw", "spoken"),
    [
        ("  two \n lines ", "two lines"),
        ("\u202eexe.txt\u202c", "exe.txt"),
        ("zero\u200bwidth", "zerowidth"),
        ("bell\x07", "bell"),
        ("picture \ufffc here", "picture here"),
    ],
)
def test_text_from_the_screen_is_made_fit_to_be_spoken(raw: str, spoken: str) -> None:
    assert clean(raw) == spoken


def test_a_long_text_is_cut_at_a_word() -> None:
    assert clean("one two three four", 12) == "one two…"


@pytest.mark.parametrize(
    ("application", "called"),
    [
        ("LibreOffice Calc", "Calc"),
        ("org.gnome.TextEditor", "Text Editor"),
        ("Google Chrome", "Chrome"),
        ("zenity", "Zenity"),
        ("gnome-text-editor", "Text Editor"),
        ("soffice", "LibreOffice"),
        ("org.gnome.Nautilus", "Files"),
        ("xdg-desktop-portal-gtk", ""),
        ("python3", ""),
        ("微信", "微信"),
        ("Unnamed", ""),
        ("GNOME", "GNOME"),
    ],
)
def test_applications_are_called_as_people_call_them(application: str, called: str) -> None:
    assert application_name(application, exact=False) == called


def test_the_screen_is_told_front_window_first() -> None:
    windows = [
        Window(title="Inbox", application="Thunderbird"),
        Window(title="Files", application="Files"),
        Window(application="xterm"),
    ]

    english = explain_screen(windows, PLAIN, "en", active=1)
    chinese = explain_screen(windows, PLAIN, "zh", active=1)

    assert [s.text for s in english] == [
        "3 windows.",
        "In front: Files.",
        "Behind it: Inbox from Thunderbird; Xterm.",
    ]
    assert [s.text for s in chinese] == ["有 3 个窗口。", "最前面是“Files”。", "后面有 Thunderbird 的“Inbox”；Xterm。"]


def test_a_screen_without_windows_says_so() -> None:
    assert [s.text for s in explain_screen([], PLAIN, "en")] == ["No window is open."]


def test_a_notification_is_told_with_its_sender() -> None:
    assert [s.text for s in explain_notification("New mail from Ann", "Thunderbird", PLAIN, "en")] == [
        "Notification from Thunderbird: New mail from Ann."
    ]
    assert explain_notification(" \n", "Thunderbird", PLAIN, "en") == ()


def test_a_third_language_is_a_file_and_what_it_lacks_is_said_in_english(tmp_path: Path) -> None:
    file = tmp_path / "ru.yaml"
    file.write_text(
        """
        language: ru
        plural: {one: "n % 10 = 1 and n % 100 != 11", few: "n % 10 = 2..4 and n % 100 != 12..14"}
        roles:
          push button: {name: кнопка, count: {one: "{count} кнопка", few: "{count} кнопки", other: "{count} кнопок"}}
        lists: {and: [", ", " и "]}
        """,
        encoding="utf-8",
    )

    russian = read_words(file)

    counted = [russian.counted("push button", count, "plain-language") for count in (1, 3, 11, 21)]
    assert counted == ["1 кнопка", "3 кнопки", "11 кнопок", "21 кнопка"]
    assert russian.join(["A", "B"]) == "A и B"
    assert russian.sentence("no_windows") == "No window is open."
