"""What a Scene means, as Sentences. Pure: facts in, sentences out; only word and knowledge files are read, once."""

from assistant.explain.about import explain_question, message, spoken_keys, warm
from assistant.explain.focus import explain_change, explain_focus, explain_likeness, explain_likenesses
from assistant.explain.language import choose_language, languages
from assistant.explain.screen import explain_choices, explain_notification, explain_screen
from assistant.explain.window import explain_return, explain_window

__all__ = [
    "choose_language",
    "explain_change",
    "explain_choices",
    "explain_focus",
    "explain_likeness",
    "explain_likenesses",
    "explain_notification",
    "explain_question",
    "explain_return",
    "explain_screen",
    "explain_window",
    "languages",
    "message",
    "spoken_keys",
    "warm",
]
