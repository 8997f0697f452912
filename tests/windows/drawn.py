"""Windows whose program draws every control itself: `drawn.py game [--language zh] [--dark] [--truth]`.

"game" is SDL (pygame), "plain" X11's own lines and letters. Neither is on the accessibility bus. With `--truth` the
window tells on its output, in one line of JSON, what it shows.
"""

from __future__ import annotations

import argparse
import json
import os
from typing import Any

Shown = dict[str, Any]
FONTS = {
    "en": ("DejaVu Sans", "dejavusans"),
    "zh": ("Noto Sans CJK SC", "notosanscjksc", "WenQuanYi Zen Hei", "wenquanyizenhei"),
}
WORDS = {
    "title": ("Star Miner", "星际矿工"),
    "message": ("The game is paused.", "游戏已暂停。"),
    "buttons": (("Resume", "Options", "Quit"), ("继续", "选项", "退出")),
}


def game(language: str, *, is_dark: bool, tells: bool) -> None:
    """Show a game's menu in an SDL window until it is closed."""
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    os.environ.setdefault("SDL_AUDIODRIVER", "dummy")
    os.environ.setdefault("SDL_FRAMEBUFFER_ACCELERATION", "0")  # else SDL makes a window twice
    import pygame  # noqa: PLC0415 - only this window needs it

    index = language == "zh"
    pygame.init()
    pygame.display.set_caption(str(WORDS["title"][index]))
    screen = pygame.display.set_mode((480, 360))
    font = pygame.font.SysFont(",".join(FONTS[language]), 22)
    back, ink, face = (
        ((24, 26, 40), (235, 235, 245), (62, 70, 110)) if is_dark else ((236, 238, 242), (20, 20, 30), (204, 212, 228))
    )
    shown: list[Shown] = []
    screen.fill(back)

    def write(text: str, role: str, centre: tuple[int, int]) -> None:
        drawn = font.render(text, True, ink)
        place = drawn.get_rect(center=centre)
        box = place.inflate(120, 22) if role == "push button" else place
        if role == "push button":
            pygame.draw.rect(screen, face, box, border_radius=6)
            pygame.draw.rect(screen, ink, box, width=1, border_radius=6)
        screen.blit(drawn, place)
        shown.append({"role": role, "name": text, "text": "", "states": [], "box": tuple(box)})

    write(str(WORDS["message"][index]), "label", (240, 70))
    for number, label in enumerate(WORDS["buttons"][index]):
        write(str(label), "push button", (240, 150 + 70 * number))
    pygame.display.flip()
    if tells:
        print(json.dumps(shown), flush=True)
    while not any(event.type == pygame.QUIT for event in [pygame.event.wait()]):
        screen.blit(screen, (0, 0))
        pygame.display.flip()


def plain(*, tells: bool) -> None:
    """Show a window that is drawn with X11's requests alone, in its oldest font, until it is closed."""
    from Xlib import X, display  # noqa: PLC0415 - only this window needs it

    shown_on = display.Display()
    screen = shown_on.screen()
    window = screen.root.create_window(
        0, 0, 420, 160, 0, screen.root_depth, background_pixel=screen.white_pixel, event_mask=X.ExposureMask
    )
    window.set_wm_name("xconfirm")
    window.map()
    font = shown_on.open_font("fixed")
    pen = window.create_gc(foreground=screen.black_pixel, background=screen.white_pixel, font=font)
    texts = [
        ("label", "Erase the tape?", (20, 40)),
        ("push button", "Erase", (40, 110)),
        ("push button", "Keep", (200, 110)),
    ]
    shown: list[Shown] = []
    for role, text, (x, y) in texts:
        box = (x, y - 11, 6 * len(text), 13)
        if role == "push button":
            box = (x - 18, y - 22, 6 * len(text) + 36, 34)
        shown.append({"role": role, "name": text, "text": "", "states": [], "box": box})
    told = not tells
    while True:
        event = shown_on.next_event()
        if event.type == X.Expose:
            for item, (_, text, (x, y)) in zip(shown, texts, strict=True):
                window.draw_text(pen, x, y, text)
                if item["role"] == "push button":
                    window.rectangle(pen, *item["box"])
            shown_on.flush()
            if not told:
                told = True
                print(json.dumps(shown), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("window", choices=("game", "plain"))
    parser.add_argument("--language", choices=("en", "zh"), default="en")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--truth", action="store_true")
    chosen = parser.parse_args()
    if chosen.window == "game":
        game(chosen.language, is_dark=chosen.dark, tells=chosen.truth)
    else:
        plain(tells=chosen.truth)


if __name__ == "__main__":
    main()
