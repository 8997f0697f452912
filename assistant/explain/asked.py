"""What a window asks, in the form that knowledge is matched against: title, message, labels, roles.

Text is normalised (case, mnemonics, quotes, ellipses, traditional characters), and what stands in quotation
marks is taken out: a file called “Save changes.txt” must not make a window ask whether to save.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, cast

from assistant.scene import Element, Scene

Place = Literal["dialog", "window", "page", "notification"]
"""dialog: a dialog or alert of a program, also one drawn inside a window. page: what a web page shows, a dialog
drawn by it included, because a page can imitate anything. window: the rest of an ordinary window."""

CHOICE_ROLES = frozenset({"push button", "button", "link", "radio button", "menu item"})
TEXT_ROLES = frozenset(
    {"label", "static", "heading", "paragraph", "text", "section", "caption", "alert", "notification", "info bar"}
    | {"block quote", "article", "status bar", "description value", "list item", "comment", "link"}
)
_DIALOG_ROLES = frozenset({"dialog", "alert", "info bar", "notification", "color chooser", "file chooser"})
_CONTROL_ROLES = frozenset(
    {"push button", "button", "toggle button", "check box", "radio button", "combo box", "entry", "password text"}
    | {"spin button", "slider", "switch", "list item", "table cell", "tree item", "page tab", "menu item", "link"}
)
_PAGE_ROLE = "document web"
_LABEL_CHARACTERS = 80
"""A link or button with more to say is a text."""
_MESSAGE_CHARACTERS = 8_000
"""Past this a text is a document, not a question; matching it would only cost time."""


@dataclass(frozen=True)
class Asked:
    """One part of a scene as knowledge sees it. `message` and `title` are exact; `text` is for matching."""

    place: Place
    title: str
    message: str
    choices: tuple[Element, ...]
    roles: frozenset[str]
    controls: int
    application: str
    labels: Mapping[int, str] = field(default_factory=dict)
    """Normalised labels of the choices by element id."""

    @property
    def said(self) -> str:
        """Title and message, exact."""
        return f"{self.title}\n{self.message}".strip()

    def __repr__(self) -> str:
        return f"Asked({self.place!r}, choices={len(self.choices)}, controls={self.controls})"


def asked_by(scene: Scene) -> tuple[Asked, ...]:
    """Return the parts of a scene that may ask something, the one to be matched first in front."""
    window = scene.window
    page = next((element for element in scene.elements if element.role == _PAGE_ROLE), None)
    inner = _inner_dialog(scene)
    if inner is not None:
        is_drawn_by_page = any(element.role == _PAGE_ROLE for element in scene.ancestors(inner))
        return (_part(scene, "page" if is_drawn_by_page else "dialog", inner),)
    if window.kind in ("dialog", "alert") or window.is_modal:
        return (_part(scene, "page" if _says_a_page(window.title) else "dialog", None),)
    if window.kind == "notification":
        return (_part(scene, "notification", None),)
    if page is not None:
        return (_part(scene, "page", page),)
    return (_part(scene, "window", None),)


def _inner_dialog(scene: Scene) -> Element | None:
    """The dialog drawn inside an ordinary window that holds the focus, as GTK 4 and browsers draw them."""
    if scene.window.kind != "window" or scene.focused is None:
        return None
    around = (scene.focused, *scene.ancestors(scene.focused))
    return next((element for element in around if element.role in _DIALOG_ROLES), None)


def _says_a_page(title: str) -> bool:
    """Whether a browser says by the title of its dialog that a page wrote the text ("example.org says")."""
    return re.search(r"\bsays:?$|显示[:：]?$|网页消息$|^\[javascript", normalised(title)) is not None


def _part(scene: Scene, place: Place, root: Element | None) -> Asked:
    elements = scene.elements if root is None else tuple(_below(scene, root))
    own = (root.name, root.description) if root is not None else ("", "")
    title = scene.window.title if root is None or place == "page" else own[0]
    description = scene.window.description if root is None else own[1]
    choices = tuple(
        element for element in elements if element.role in CHOICE_ROLES and 0 < len(element.name) <= _LABEL_CHARACTERS
    )
    return Asked(
        place=place,
        title=" ".join(title.split()),
        message=_message(elements, title, description, has_links=place == "page"),
        choices=choices,
        roles=frozenset(_role(element) for element in elements),
        controls=sum(_role(element) in _CONTROL_ROLES for element in elements),
        application=scene.window.application,
        labels={element.id: label(element.name) for element in choices},
    )


def _role(element: Element) -> str:
    """GTK 3 and Qt call a line to write in "text", which labels can be too; knowledge calls it "entry"."""
    return "entry" if element.role == "text" and element.has("editable") else element.role


def _below(scene: Scene, root: Element) -> Iterator[Element]:
    """Yield what is inside an element, in reading order."""
    waiting = list(reversed(scene.children.get(root.id, ())))
    while waiting:
        element = waiting.pop()
        yield element
        waiting += reversed(scene.children.get(element.id, ()))


def _message(elements: Sequence[Element], title: str, description: str, *, has_links: bool) -> str:
    lines, length = [description], 0
    for element in elements:
        if length > _MESSAGE_CHARACTERS:
            break
        if element.role not in TEXT_ROLES or element.labels:
            continue
        if element.role == "link" and not has_links:
            continue
        if element.role == "text" and element.has("editable"):  # what the person wrote is not the window's word
            continue
        lines += [element.name, element.text]
        length += len(element.name) + len(element.text)
    unique = dict.fromkeys(line.strip() for line in lines)
    return "\n".join(line for line in unique if line and line != title)[:_MESSAGE_CHARACTERS]


# ---- normalising ----------------------------------------------------------------------------------------------

_SAME = cast(
    "Mapping[int, str]",
    str.maketrans(
        {
            **dict.fromkeys("‘’‛′", "'"),
            **dict.fromkeys("“”„‟″「」『』«»《》", '"'),
            "？": "?", "！": "!", "：": ":", "，": ",", "（": "(", "）": ")", "；": ";",
            "\u00a0": " ", "\u202f": " ", "‑": "-", "–": "-", "—": "-", "…": "",
            **dict.fromkeys("\u200b\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069"),
        }
    ),
)  # fmt: skip
_TRADITIONAL = str.maketrans(
    "儲檔刪關閉確認變覆蓋棄離開應用嗎這個會將遺移動無還後啟資夾選擇請輸碼證憑鑰網絡頁訊設備裝驅間電腦軟體權許麥風攝機錄聽響強"
    "結執錯誤導連線斷們載傳複製貼類點擊號處運輯護鎖滿餘與從為過對說問題統級範圍預覽項員隱寫義買賣費務單貨幣獎騙話聯繫標籤視圖"
    "頻藍區輕鬆進階條約協議聲稱閱讀則繼續優額捨驗檢測產壓縮併來訪隊歡試當現邊專案帳戶匯嘗圈識別險環憶暫幾張幫擴雲龍腳縱誰讓願"
    "該詢總顯臺專業實際發佈",
    "储档删关闭确认变覆盖弃离开应用吗这个会将遗移动无还后启资夹选择请输码证凭钥网络页讯设备装驱间电脑软体权许麦风摄机录听响强"
    "结执错误导连线断们载传复制贴类点击号处运辑护锁满余与从为过对说问题统级范围预览项员隐写义买卖费务单货币奖骗话联系标签视图"
    "频蓝区轻松进阶条约协议声称阅读则继续优额舍验检测产压缩并来访队欢试当现边专案帐户汇尝圈识别险环忆暂几张帮扩云龙脚纵谁让愿"
    "该询总显台专业实际发布",
)
_QUOTED = re.compile(r'"[^"\n]{1,200}"' + r"|(?<![\w])'[^'\n]{1,200}'(?![\w])")
_CHINESE_MNEMONIC = re.compile(r"\s*\([_&]?[a-z0-9]\)")
_SPACES = re.compile(r"[ \t]+")


def normalised(text: str) -> str:
    """Return text for matching: one case, plain quotes, simplified characters, no mnemonics or ellipses."""
    return _SPACES.sub(" ", text.translate(_SAME).translate(_TRADITIONAL).casefold().replace("...", ""))


def without_quotes(text: str) -> str:
    """Return normalised text with what it quotes taken out: 'save changes to ""?'."""
    return _QUOTED.sub('""', text)


def quoted(text: str) -> str:
    """Return what a text quotes, exactly, if it quotes one thing only; else ""."""
    found = {match[1] or match[2] for match in _QUOTATION.finditer(text)}
    return found.pop() if len(found) == 1 else ""


_QUOTATION = re.compile(
    r"[“\"„「『«《]([^”\"“「」』»》\n]{1,200})[”\"“」』»》]" + r"|(?<!\w)[‘']([^’'\n]{1,200})[’'](?!\w)"
)


def label(name: str) -> str:
    """Return a button's label for matching: normalised, without mnemonic, colon or full stop."""
    text = _CHINESE_MNEMONIC.sub("", normalised(name)).replace("_", "").replace("&", "")
    return " ".join(text.split()).strip(" :.!。")


# ---- questions ------------------------------------------------------------------------------------------------

_SENTENCE = re.compile(r"[^\n]+?(?:[?!。]+|\.(?=\s|$)|(?=\n)|$)")
_IS_QUESTION = re.compile(r"\?|(吗|么)\W*$")
_A_OR_NOT_A = re.compile(r"要不要|是不是|能不能|可不可以|想不想")
_NEGATION = re.compile(
    r"\b(not|don't|doesn't|didn't|cannot|can't|won't|without|instead|keep|cancel|stop|never|longer|undo)\b"
    r"|不|别|勿|取消|保留|而非|撤销"
)


def question_in(text: str) -> str:
    """Return the last question in a normalised text: the one that its buttons answer."""
    questions = (match[0].strip() for match in _SENTENCE.finditer(text) if _IS_QUESTION.search(match[0].strip()))
    *_, last = ("", *questions)
    return last


def asks_for(what: re.Pattern[str], question: str) -> bool:
    """Whether a question asks for something: every negation in it must be part of that.

    So “Quit without saving?” does not ask whether to save, nor “Keep it instead of deleting it?” whether to delete.
    """
    asked = _A_OR_NOT_A.sub("是否", question)
    found = what.search(asked)
    if not found:
        return False
    return all(found.start() <= no.start() and no.end() <= found.end() for no in _NEGATION.finditer(asked))
