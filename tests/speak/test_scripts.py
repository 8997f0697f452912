"""Which words are given to which voice."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.speak.scripts import split, without_emoji

MIXED = st.text(
    alphabet=st.one_of(st.sampled_from("按 Ctrl+S保存3个“”（）。\"'設定をп한é٣"), st.characters()), max_size=40
)


def runs(text: str, language: str) -> list[tuple[str, str]]:
    return [(run.language, run.text) for run in split(text, language)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Save, button.", [("en", "Save, button.")]),
        ("en-GB", "Café, 3 of 14.", [("en-GB", "Café, 3 of 14.")]),
        ("de", "Übernehmen, Schalter.", [("de", "Übernehmen, Schalter.")]),
        ("zh", "保存修改吗？", [("zh", "保存修改吗？")]),
        ("zh_CN", "共 3 个。", [("zh_CN", "共 3 个。")]),
        ("zh", "按 Ctrl+S 保存。", [("zh", "按 "), ("en", "Ctrl+S "), ("zh", "保存。")]),
        ("zh", "按回车选 Save。", [("zh", "按回车选 "), ("en", "Save。")]),
        (
            "zh",
            "选“Close without Saving”会丢掉这些修改。",
            [("zh", "选"), ("en", "“Close without Saving”"), ("zh", "会丢掉这些修改。")],
        ),
        ("zh", '选"Save"吗', [("zh", "选"), ("en", '"Save"'), ("zh", "吗")]),
        ("zh", "选（Save）吗", [("zh", "选"), ("en", "（Save）"), ("zh", "吗")]),
        ("zh", "Windows 10 已安装", [("en", "Windows 10 "), ("zh", "已安装")]),
        ("zh", "Save 3 次", [("en", "Save "), ("zh", "3 次")]),
        ("zh", "第3章，12:30", [("zh", "第3章，12:30")]),
        ("zh", "打开 report2.docx", [("zh", "打开 "), ("en", "report2.docx")]),
        ("zh", "按 F5。", [("zh", "按 "), ("en", "F5。")]),
        ("zh", "100%，70 percent", [("zh", "100%，70 "), ("en", "percent")]),
        ("en", "Delete 文件3?", [("en", "Delete "), ("zh", "文件3?")]),
        ("en", "The window says: “保存修改吗？”", [("en", "The window says: "), ("zh", "“保存修改吗？”")]),
        ("en", "文件, 2 of 14.", [("zh", "文件, "), ("en", "2 of 14.")]),
        ("en", "Open 設定を開く now", [("en", "Open "), ("ja", "設定を開く "), ("en", "now")]),
        ("zh", "打开“設定ファイル”，再保存", [("zh", "打开"), ("ja", "“設定ファイル”，"), ("zh", "再保存")]),
        ("ja", "設定を開く", [("ja", "設定を開く")]),
        ("en", "한국어, button", [("ko", "한국어, "), ("en", "button")]),
        ("ru", "Кнопка Save", [("ru", "Кнопка "), ("en", "Save")]),
        ("uk", "Зберегти", [("uk", "Зберегти")]),
        ("en", "ملف, file", [("ar", "ملف, "), ("en", "file")]),
        ("zh", "3", [("zh", "3")]),
        ("zh", "……", [("zh", "……")]),
        ("en", "", []),
    ],
)
def test_each_run_goes_to_a_voice_that_can_say_it(language: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert runs(text, language) == expected


def test_what_no_voice_can_say_stays_with_the_sentence() -> None:
    found = split("Открыть file", "en", speaks=lambda language: language != "ru")

    assert [(run.language, run.text) for run in found] == [("en", "Открыть file")]


@given(text=MIXED, language=st.sampled_from(["en", "zh", "zh-TW", "ja", "ru", "xx", ""]))
def test_no_character_is_lost_or_moved(text: str, language: str) -> None:
    found = split(text, language)

    assert "".join(run.text for run in found) == text
    assert all(run.text for run in found)


@given(text=MIXED, language=st.sampled_from(["en", "zh"]))
def test_neighbouring_runs_differ_in_language(text: str, language: str) -> None:
    found = split(text, language)

    assert all(before.language != after.language for before, after in pairwise(found))


@given(text=st.text(alphabet="按 Ctrl+S保存3个。", max_size=20))
def test_every_chinese_character_is_read_in_chinese_and_every_latin_letter_is_not(text: str) -> None:
    languages = [run.language for run in split(text, "zh") for _ in run.text]

    wanted = {"C": "en", "t": "en", "r": "en", "l": "en", "S": "en"} | dict.fromkeys("按保存个", "zh")
    assert all(wanted.get(letter, tag) == tag for letter, tag in zip(text, languages, strict=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sent 👍🏽!", "Sent !"),
        ("⚠️ Low battery", "Low battery"),
        ("3️⃣ files", "3 files"),
        ("pass\u200bword\u202e", "password"),
        ("one\nline", "one line"),
        ("half \ud800 gone", "half gone"),
        ("✓ done", "✓ done"),
        ("👍", "👍"),
        ("20 °C →", "20 °C →"),
    ],
)
def test_a_voice_is_not_given_emoji_nor_what_cannot_be_heard(text: str, expected: str) -> None:
    assert without_emoji(text) == expected
