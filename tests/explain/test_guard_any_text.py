"""What must hold of the guard for any Scene and any text of a model."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assistant.explain.guard import Guard, check
from assistant.explain.guard_facts import Facts
from assistant.explain.guard_text import has_special, scrub
from assistant.explain.harmless import alike
from assistant.explain.knowledge import recognise
from assistant.explain.recognition import Recognition
from assistant.profile import Profile
from assistant.scene import Element, Scene, Value, Window
from explain.judged import recorded
from explain.test_any_scene import RECORDED, scenes

PIECES = (
    "[1]", "[2]", "[5]", "[99]", "[1, 2]", "Save", "Cancel", "Delete", "保存", "删除", "“Save”", "“x”",
    "\"All\"", "‘a’", "「保存」", "Press", "Choose", "按", "点击", "button", "按钮", "check box",
    "is ticked", "is the default", "已勾选", "默认是", "焦点在", "Enter", "Escape", "回车", "Alt+S", "Ctrl+Q",
    "F5", "3", "70 percent", "三个", "百分之七十", "twelve", "minutes", "分钟", "budget.ods", "report.docx",
    "www.example.org", "a@b.org", "1-800-555-0199", "$5", "<|user|>", "<think>", "</think>",
    "<|begin_of_box|>", "</s>", "[INST]", "it looks like", "看起来", "the window says",
    "can be undone", "可以撤销", "not", "没有", ".", ",", "。", "，", ":", "\n", "**", "- ", "(", ")",
    "The", "the", "all", "is", "会", "你的密码", "your password", "\ue000",
)  # fmt: skip
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=14).map(" ".join) | st.text(max_size=120)
styles = st.sampled_from([Profile(name=style, style=style) for style in ("technician", "plain-language", "child")])
languages = st.sampled_from(["en", "zh"])
recorded_scenes = st.sampled_from(RECORDED).map(lambda file: recorded(file.stem))
QUOTED = re.compile(r"“([^“”]*)”|\"([^\"]*)\"|「([^「」]*)」")


def stands_in_the_facts(text: str, scene: Scene, known: Recognition | None) -> bool:
    facts = Facts(scene, known)
    wanted = alike(text).strip(" .,:;!?'")
    return (
        not wanted or any(wanted in fact.alike for fact in facts.texts) or any(wanted in alike(t) for t in facts.told)
    )


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scenes() | recorded_scenes, texts, languages, styles)
@example(Scene(Window(), (Element(1, "push button", "“x” [1]"),)), "[1] is [1]", "zh", Profile(name="x"))
@example(
    Scene(Window(title="No"), (Element(1, "push button", "No", keys=("Alt+N",)),)), "Alt+N [1]", "en", Profile(name="x")
)
@example(Scene(Window(), (Element(1, "slider", value=Value(1.0, 0.0, 5e-324)),)), "0", "en", Profile(name="x"))
def test_whatever_passes_holds_only_what_is_there(scene: Scene, text: str, language: str, profile: Profile) -> None:
    known = recognise(scene)

    verdict = check(text, scene, language, known, profile=profile)

    assert verdict.dropped != "error"
    if verdict.sentence is not None:
        check_spoken(verdict.sentence.text, verdict.sentence.mentions, scene, known)
        again = check(verdict.sentence.text, scene, language, known, profile=profile)
        assert again.sentence is not None
        assert again.sentence.text == verdict.sentence.text


def check_spoken(text: str, mentions: tuple[int, ...], scene: Scene, known: Recognition | None) -> None:
    assert all(1 <= number <= len(scene.elements) for number in mentions)
    assert not re.search(r"\[\s*\d+\s*\]|[\ue000-\uf8ff<>]|<\||\|>", text)
    assert not has_special(text)
    quotes = [next(part for part in match if part) for match in QUOTED.findall(text) if any(match)]
    denied = re.search(r"\bno |without|没有|看不到|找不到|无|n't|not ", text)
    assert denied or [quote for quote in quotes if not stands_in_the_facts(quote.rstrip("…"), scene, known)] == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(recorded_scenes, st.lists(texts, max_size=6), languages)
def test_an_answer_is_counted_sentence_by_sentence(scene: Scene, parts: list[str], language: str) -> None:
    guard = Guard(scene, Profile(name="x"), language, recognise(scene))

    verdicts = [guard.check(part) for part in parts]

    spoken = [verdict.sentence.text for verdict in verdicts if verdict.sentence]
    assert len(set(spoken)) == len(spoken)
    counted = sum(n for reason, n in guard.counts.items() if not reason.startswith("changed:"))
    assert counted == len(parts)


@settings(max_examples=300, deadline=None)
@given(texts)
def test_no_special_token_is_left(text: str) -> None:
    made = scrub(text)

    assert not has_special(made)
    assert scrub(made) == made


@pytest.mark.parametrize(
    "text", ["<|us<|x|>er|>", "<<think>think>", "[IN[INST]ST]", "<|begin_<|begin_of_box|>of_box|>x"]
)
def test_a_token_inside_a_token_is_none(text: str) -> None:
    assert not has_special(scrub(text))
