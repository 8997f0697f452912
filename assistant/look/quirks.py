"""Where toolkits say something else than they mean: each quirk in one small function, with the version that needs it.

All were seen on Debian 12 with GTK 3.24.38, GTK 4.8.3, Qt 6.12.0 and Chromium 156; none has a bug report known to us.

What cannot be mended, because nothing on the bus tells: GTK 4.8 says `check box` of the radio buttons of a group
(GtkCheckButton with a group), with no relation, attribute or state that differs; and it never says which button is
the default one, so scenes of GTK 4 have no default.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from assistant.look.node import Application, Node
from assistant.look.roles import BUTTONS, FIELDS, NAMED_INSIDE

_CLASS_NAME = re.compile(r"(Gtk|Adw|Hdy|Gd)[A-Z]\w*")
_ANY_CLASS_NAME = re.compile(r"[A-Z][a-z0-9]+([A-Z][A-Za-z0-9]*)+")  # an application's own: "EditorSourceView"
_MNEMONIC_AT_WORD = re.compile(r"(^|(?<=[\s(（]))[_&](?=\w)")
_MNEMONIC_IN_BRACKETS = re.compile(r"\s*[(（][_&]?([A-Za-z0-9])[)）]")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_MODIFIERS = {
    "primary": "Ctrl",
    "control": "Ctrl",
    "ctrl": "Ctrl",
    "ctl": "Ctrl",
    "alt": "Alt",
    "mod1": "Alt",
    "shift": "Shift",
    "super": "Super",
    "meta": "Super",
    "mod4": "Super",
}
_SWITCHES = frozenset({"Toggle", "开关", "切換"})  # what GTK 3 calls the action of a GtkSwitch, in its own language
_NOT_SHORTCUTS = frozenset({"Space", "Return", "Enter", "VoidSymbol", "KP_Enter"})
_HAVE_MNEMONICS = (
    BUTTONS | FIELDS | {"label", "menu item", "menu", "check menu item", "radio menu item", "page tab", "link"}
)


def mend(node: Node, application: Application) -> None:
    """Put right what a node says of itself, as far as that needs no other node."""
    mend_states(node, application)
    if application.toolkit == "gtk4":
        _mend_gtk4(node)
    if application.toolkit == "gtk3" and node.role == "toggle button" and not _SWITCHES.isdisjoint(node.actions):
        node.role = "switch"  # GTK 3 calls a GtkSwitch a toggle button; the action of a real one is "Click"
    if node.role in _HAVE_MNEMONICS:
        _strip_mnemonic(node)
    mend_value(node, application)
    if node.role in FIELDS:
        node.name = node.name.rstrip(":： ")
    if node.role == "page tab list" and any(child.name == node.name for child in node.children):
        node.name = ""  # Qt names a row of tabs after the current one
    node.name = node.name.strip()


def mend_states(node: Node, application: Application) -> None:
    """GTK 4.8 says `showing` of windows alone, and `enabled` of nothing."""
    if application.toolkit == "gtk4":
        node.states |= {"showing"} | ({"enabled"} if "sensitive" in node.states else set())


def mend_value(node: Node, application: Application) -> None:
    """GTK 3 gives the value, as it is written beside a scale, as its description."""
    if application.toolkit == "gtk3" and node.role == "slider" and node.value is not None and node.description:
        node.value, node.description = replace(node.value, text=node.description), ""


def _mend_gtk4(node: Node) -> None:
    if node.name == "GtkSwitch":
        node.role = "switch"  # 4.8 calls it a check box
    pattern = _CLASS_NAME if node.role in NAMED_INSIDE else _ANY_CLASS_NAME
    if pattern.fullmatch(node.name):  # 4.8: what has no name is called after its class
        node.name = ""
    bare = undoubled(node.name)  # 4.8: "_Yes Yes", the text with and without its mnemonic
    for child in node.children:  # 4.8: a check button is "S_mall", the label in it "Small"
        if child.role == "label" and "_" in node.name and child.name == node.name.replace("_", "", 1):
            bare = child.name
    if bare is not None:
        letter = node.name[node.name.index("_") + 1]
        node.name, node.keys = bare, (f"Alt+{letter.upper()}",)


def is_plain_name(name: str) -> bool:
    """Whether a name that GTK 4 gives needs no mending: it is no class's, and no key is marked in it."""
    return bool(name) and "_" not in name and not _CLASS_NAME.fullmatch(name)


def undoubled(name: str) -> str | None:
    """Return "Yes" for "_Yes Yes", None for a name that is not doubled like this."""
    half = len(name) // 2
    if len(name) % 2 or name[half : half + 1] != " ":
        return None
    with_mnemonic, bare = name[:half], name[half + 1 :]
    return bare if with_mnemonic.replace("_", "", 1) == bare else None


def _strip_mnemonic(node: Node) -> None:
    """Take a mnemonic's mark away: "_Yes", "Save &As", and "保存(_S)" or "保存(S)" where Alt+S is a key."""
    marked = _MNEMONIC_IN_BRACKETS.search(node.name)
    if marked and _CJK.search(node.name):
        key = f"Alt+{marked[1].upper()}"
        if key in node.keys or "_" in marked[0] or "&" in marked[0] or node.role in FIELDS | {"label"}:
            node.name = node.name[: marked.start()] + node.name[marked.end() :]
            return
    node.name = _MNEMONIC_AT_WORD.sub("", node.name, count=1)


def keys_of(bindings: Iterable[str]) -> tuple[str, ...]:
    """Return AT-SPI's key bindings as "Alt+Y": GTK's "<Alt>y" and "n;<Alt>f:n;<Control>n", Qt's "Alt+Y"."""
    found: dict[str, None] = {}
    for binding in bindings:
        # three parts: the letter in its menu, the way through the menus, the shortcut
        parts = binding.split(";") if ";" in binding and binding != ";" else [binding]
        for part in (parts[-1], *parts[:1]) if len(parts) > 1 else parts:
            key = _key(part)
            if key:
                found[key] = None
    return tuple(found)


def _key(binding: str) -> str:
    if ":" in binding.rstrip(":"):  # a way through menus is no key to press at once
        return ""
    modifiers = re.findall(r"<(\w+)>", binding)
    rest = re.sub(r"<\w+>", "", binding)
    if not modifiers and len(rest) > 1:
        *modifiers, rest = rest.split("+") if "+" in rest.rstrip("+") else [rest]
        if rest in _MODIFIERS.values():
            return ""
    if modifiers and not rest and modifiers[-1].lower() not in _MODIFIERS:
        rest = modifiers.pop()  # GTK 4: "<Space>"
    if not rest or (not modifiers and (len(rest) == 1 or rest in _NOT_SHORTCUTS)):
        return ""
    words = [_MODIFIERS.get(modifier.lower(), modifier.capitalize()) for modifier in modifiers]
    return "+".join([*words, rest.upper() if len(rest) == 1 else rest])


def keys_of_page(attributes: dict[str, str]) -> tuple[str, ...]:
    """Return the keys that a web page's `accesskey` or `aria-keyshortcuts` gives."""
    return tuple(key for key in (_key(part) for part in attributes.get("keyshortcuts", "").split()) if key)


def title_is_a_kind(role: str, application: Application) -> bool:
    """GTK 3 names a message dialog after its kind ("Warning"), not after its title."""
    return role == "alert" and application.toolkit == "gtk3"


def has_wrong_window_coordinates(application: Application) -> bool:
    """Qt 5.15 moves the upper left corner alone when asked for coordinates in the window; mended in Qt 6."""
    return application.toolkit == "qt" and application.toolkit_version.startswith("5")


def application_name(stated: str, pid: int) -> str:
    """GTK 4 programs that do not set a name are "Unnamed": their process has one."""
    if stated not in {"", "Unnamed"}:
        return stated
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        return stated


def locale_of(stated: str) -> str:
    """Return "zh_CN" for "zh_CN.UTF-8"; nothing for C and POSIX, which are no language."""
    name = re.split(r"[.@]", stated)[0].replace("-", "_")
    return "" if name in {"C", "POSIX"} else name
