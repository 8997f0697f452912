"""What lines of text that were read from pixels say. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.host.seeing import TextLine
from assistant.scene import Box

MOST_SURE = 0.99  # what pixels show is never as sure as what an application says
STARS = "•●∙*·⬤⚫"
"""What a password is shown as."""

_SHOWN_AS_MARKS = "•●○◯◉◎□■☐☑☒✓✔×✗口回日囗·.。, "


def ends_in_han(text: str) -> bool:
    """Say whether a text ends in a Chinese character, after which no space stands."""
    return "\u3400" <= text.rstrip()[-1:] <= "\u9fff"


def letters_of(text: str) -> str:
    """Return the letters and digits of a text in lower case, to compare it with another."""
    return "".join(character for character in text.casefold() if character.isalnum())


def without_mark(line: TextLine, mark: Box) -> TextLine:
    """Return a line without the sign that its check box or radio button was taken for."""
    if line.box.x >= mark.right - 2:
        return line
    bare = re.sub(r"^[OoQ0]\s+", "", line.text).lstrip(_SHOWN_AS_MARKS)
    return replace(line, text=bare.lstrip()) if bare.strip() else line
