"""Which entries hold a secret, told without reading them. What is one here is never read, spoken or shown.

A toolkit says `password text` of a password entry. That is not enough: a "show password" switch turns the role
into plain `text` (GTK 3, web pages), and GTK 4 says `text` of every entry that hides what is typed unless it is a
GtkPasswordEntry. So what an entry is called counts as well, and an entry that was a password once remains one.
"""

from __future__ import annotations

import re

from assistant.look.node import Node, Toolkit
from assistant.look.roles import SECRET

_WORDS = re.compile(
    r"""
    pass-?\s?(word|phrase|code|wd) | \b(pin|pin\s?(code|number)|cvv2?|cvc2?|otp|puk|tan)\b | \bsecret
    | \b(api|access|private|encryption|recovery|security|one-?time|verification|2fa)[\s-](key|token|code|pin)
    | pass(wor|w[oö])rd | kennwort | mot\s+de\s+passe | contrase[nñ]a | \bsenha | \bclave\b | parol | пароль | hasło
    | wachtwoord | l[oö]senord | salasana | şifre | heslo | jelsz[oó]
    | 密\s?[码碼钥鑰] | 口令 | 通行碼 | 验证码 | 驗證碼 | 动态码 | パスワード | 暗証 | 비밀번호 | 암호
    """,
    re.IGNORECASE | re.VERBOSE,
)
_BULLETS = frozenset("•●∙·*◦⬤")


def is_secret(node: Node, labels: str = "") -> bool:
    """Whether an entry holds a secret, by its role, attributes, and what it and its labels are called."""
    if node.role == SECRET or node.attributes.get("text-input-type") == "password":
        return True
    called = " ".join((node.name, node.description, labels, node.placeholder, *node.attributes.values()))
    return bool(_WORDS.search(called))


def may_be_read(node: Node, toolkit: Toolkit) -> bool:
    """Whether the text of an entry that is no known secret can be trusted not to be one.

    GTK 4 hands out what is typed into a GtkEntry with `visibility` off in plain text, under the role `text`, with
    nothing that tells it from another entry (seen in 4.8.3; no version is known to have mended it). So single lines
    are not read there.
    """
    return toolkit != "gtk4" or "multi-line" in node.states or node.role == "spin button"


def is_hidden_text(text: str) -> bool:
    """Whether a text is nothing but the dots that stand for a secret."""
    return bool(text) and set(text) <= _BULLETS
