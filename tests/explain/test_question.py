"""What is said when the window for a question opens."""

from __future__ import annotations

import pytest

from assistant.explain import explain_question
from assistant.scene import Scene, Window


@pytest.mark.parametrize(
    ("title", "application", "said"),
    [
        ("Delete file?", "zenity", "Your question about Delete file?"),
        ("budget.ods", "soffice", "Your question about budget.ods?"),
        ("Really...", "zenity", "Your question about Really?"),
        ("", "gnome-text-editor", "Your question about Text Editor?"),
        ("", "python3", "Your question about this window?"),
        ("file:///srv/pages/form.html", "Chromium", "Your question about form.html?"),
    ],
)
def test_it_is_short_and_names_the_window(title: str, application: str, said: str) -> None:
    assert explain_question(Scene(Window(title, application)), "en").text == said


def test_in_chinese_it_is_composed_as_chinese() -> None:
    assert explain_question(Scene(Window("删除文件？", "zenity")), "zh").text == "关于删除文件，你想问什么？"


def test_a_long_title_is_cut() -> None:
    assert len(explain_question(Scene(Window("word " * 200)), "en").text) < 200
