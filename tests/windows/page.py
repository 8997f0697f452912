"""Web pages in Chromium for the tests: `page.py sign-in [--language zh] [--dark]`."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

Text = Callable[[str, str], str]
"""Chooses between English and Chinese."""


def sign_in(t: Text) -> str:
    """A form with relations, a required field, a wrong one and what is wrong with it."""
    return f"""<title>{t("Sign in", "登录")}</title><h1>{t("Sign in", "登录")}</h1>
<form><p><label>{t("E-mail", "电子邮件")}
<input type=email value="ada@" aria-invalid=true aria-describedby=wrong></label>
<span id=wrong>{t("This is not an e-mail address.", "这不是电子邮件地址。")}</span>
<p><label>{t("Password", "密码")} <input type=password required></label>
<p><label><input type=checkbox> {t("Stay signed in", "保持登录")}</label>
<p><button accesskey=s>{t("Sign in", "登录")}</button> <a href="#help">{t("Forgot it?", "忘记了？")}</a></form>"""


def scam(t: Text) -> str:
    """An alarm as frauds draw it."""
    title = t("Security warning", "安全警告")
    text = t(
        "Your computer is infected with 5 viruses! Call Windows Support now: 1-800-555-0199.",
        "您的电脑感染了 5 个病毒！请立即致电 Windows 支持：1-800-555-0199。",
    )
    return f"<title>{title}</title><h1>{title}</h1><p>{text}<p><button autofocus>{t('Call now', '立即致电')}</button>"


def article(t: Text) -> str:
    """Headings, links, a table with headers, a list."""
    title = t("The tea shop", "茶馆")
    heads = "".join(f"<th scope=col>{head}</th>" for head in (t("Tea", "茶"), t("Price", "价格")))
    rows = "".join(
        f"<tr><th scope=row>{name}</th><td>{price}</td></tr>"
        for name, price in ((t("Green", "绿茶"), "3.40"), (t("Black", "红茶"), "2.90"))
    )
    return f"""<title>{title}</title><h1>{title}</h1><h2>{t("Prices", "价格")}</h2>
<table><tr>{heads}</tr>{rows}</table><h2>{t("Open", "营业时间")}</h2>
<ul><li>{t("Monday", "星期一")}<li>{t("Friday", "星期五")}</ul><p><a href="#more">{t("Read more", "了解更多")}</a>"""


PAGES: dict[str, Callable[[Text], str]] = {made.__name__.replace("_", "-"): made for made in (sign_in, scam, article)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("page", choices=PAGES)
    parser.add_argument("--language", choices=("en", "zh"), default="en")
    parser.add_argument("--dark", action="store_true")
    chosen = parser.parse_args()
    is_chinese = chosen.language == "zh"
    content = PAGES[chosen.page](lambda english, chinese: chinese if is_chinese else english)
    colours = ":root { color-scheme: dark; }" if chosen.dark else ""
    folder = Path(tempfile.mkdtemp())
    page = folder / "page.html"
    language = "zh-CN" if is_chinese else "en"
    page.write_text(f"<!doctype html><html lang={language}><meta charset=utf-8><style>{colours}</style>{content}")
    settings = folder / "profile" / "Default" / "Preferences"
    settings.parent.mkdir(parents=True)
    settings.write_text('{"translate": {"enabled": false}}')  # else it offers to translate Chinese
    arguments = [
        "chromium",
        f"--app={page.as_uri()}",
        f"--user-data-dir={folder / 'profile'}",
        "--no-sandbox",  # it refuses to run as root with one, and the page is ours
        "--test-type",  # else it warns of --no-sandbox in the page
        "--no-first-run",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--password-store=basic",
        "--window-size=900,650",
    ]
    os.execvp(arguments[0], arguments)


if __name__ == "__main__":
    main()
