"""What of a model's answer is meant to be heard: no thinking, no markers. For servers that leave both in the text."""

from __future__ import annotations

import re

_OPEN, _CLOSE = "<think>", "</think>"
_LONGEST = 48  # characters of a marker; "<|vision_start|>" has 16
_MARKER = re.compile(
    r"</?think>"
    r"|<\|[A-Za-z0-9_ -]{1,44}\|>"  # <|begin_of_box|>, <|im_end|>
    r"|</?(?:answer|s|eos|bos|pad)>|<(?:start|end)_of_(?:turn|image|utterance)>"
)
_MAY_BECOME_ONE = re.compile(r"<(?:/?[a-z_]{0,20}|\|[A-Za-z0-9_ -]{0,44}\|?)\Z")


class Heard:
    """Takes an answer in pieces and gives back what may be heard of it.

    A server whose template opens the thinking sends only its end. Who has seen that once (`opens_in_thought`) says
    `thinks=True` the next time, and nothing is given back until the thinking has ended.
    """

    def __init__(self, *, thinks: bool = False) -> None:
        self._thinks = thinks
        self._held = ""
        self._has_begun = False
        self.opens_in_thought = False

    def feed(self, text: str) -> str:
        """Return what may be heard now."""
        self._held += text
        heard: list[str] = []
        while found := _MARKER.search(self._held):
            heard.append("" if self._thinks else self._held[: found.start()])
            self._held = self._held[found.end() :]
            if found.group() == _CLOSE and not self._thinks:  # all that was given back was thought
                self.opens_in_thought = True
                self._has_begun = False
                heard.clear()
            self._thinks = (self._thinks and found.group() != _CLOSE) or found.group() == _OPEN
        keep = _MAY_BECOME_ONE.search(self._held, max(0, len(self._held) - _LONGEST))
        end = keep.start() if keep else len(self._held)
        heard.append("" if self._thinks else self._held[:end])
        self._held = self._held[end:]
        return self._begun("".join(heard))

    def finish(self) -> str:
        """Return what was held back; call it once, at the end."""
        rest = "" if self._thinks else self._held
        self._held = ""
        return self._begun(rest)

    def _begun(self, text: str) -> str:
        """Leave out the space before the first word."""
        if not self._has_begun:
            text = text.lstrip()
            self._has_begun = bool(text)
        return text
