"""The user's commands as data: the keys, the command line's help and the documentation come from here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """Something a user can ask the daemon for, by key or as `sightline ID`.

    `key` is the default ("Ctrl+Alt+Shift+E"), empty for none; `help` says in each language what it does,
    as learn mode speaks it.
    """

    id: str
    key: str
    help: dict[str, str]


COMMANDS: tuple[Command, ...] = (
    Command("window", "Super+Alt+W", {"en": "Explain the window.", "zh": "解释当前窗口。"}),
    Command("focus", "Super+Alt+F", {"en": "Explain the focused control.", "zh": "解释当前控件。"}),
    Command("screen", "Super+Alt+A", {"en": "Say which windows are on the screen.", "zh": "说出屏幕上有哪些窗口。"}),
    Command("choices", "Super+Alt+C", {"en": "List the choices and what each does.", "zh": "列出可选的操作和后果。"}),
    Command("more", "Super+Alt+E", {"en": "Tell more about the window.", "zh": "说得更详细。"}),
    Command("question", "Super+Alt+D", {"en": "Ask a question about the window.", "zh": "问一个关于窗口的问题。"}),
    Command(
        "check",
        "Super+Alt+B",
        {"en": "Ask the model again, and hear what differs.", "zh": "再问一遍模型，只听不同的地方。"},
    ),
    Command("repeat", "Super+Alt+G", {"en": "Say the last thing again.", "zh": "再说一遍。"}),
    Command("stop", "Super+Alt+Q", {"en": "Stop speaking.", "zh": "停止说话。"}),
    Command("style", "Super+Alt+V", {"en": "Change to the next style.", "zh": "换一种说话方式。"}),
    Command("copy", "Super+Alt+T", {"en": "Copy the last text to the clipboard.", "zh": "复制刚才说的话。"}),
    Command("pause", "Super+Alt+Z", {"en": "Pause Sightline, or go on.", "zh": "暂停或继续。"}),
    Command(
        "learn",
        "Super+Alt+X",
        {"en": "Learn mode: press a command key to hear what it does.", "zh": "学习模式：按命令键听它的作用。"},
    ),
)

BY_ID: dict[str, Command] = {command.id: command for command in COMMANDS}
