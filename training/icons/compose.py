"""Put icons on buttons as screens show them, light and dark, sharp and blurred, framed, disabled, off the centre."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from assistant.sight.icon_crop import SIDE, prepare

TILED = 0.18  # of icons in one colour: on a filled button or tile
RGBA = np.ndarray  # uint8 (height, width, 4)
FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSerif.ttf", "DejaVuSansMono.ttf")
WORDS = [
    "OK",
    "Cancel",
    "Save",
    "Open",
    "File",
    "Edit",
    "View",
    "Help",
    "Yes",
    "No",
    "Apply",
    "Next",
    "Back",
    "12",
    "100%",
    "A1",
    "文件",
    "编辑",
    "确定",
    "取消",
    "Aa",
    "3:45",
    "px",
    "Arial",
]


def composite(icon: RGBA, rng: np.random.Generator) -> np.ndarray:
    """Return an icon on a button or toolbar, uint8 (height, width, 3)."""
    colours = icon[..., :3].astype(np.float32)
    alpha = icon[..., 3:].astype(np.float32) / 255
    if rng.random() < 0.45:
        colours, alpha = _resized(colours, alpha, rng)
    back = _background(rng)
    if _is_one_colour(colours, alpha):
        if rng.random() < TILED:
            colours, alpha = _on_tile(alpha, back, rng)
        else:
            colours = np.broadcast_to(_ink(back, rng), colours.shape)
    elif _contrast(colours, alpha, back) < 50:
        back = 255 - back if rng.random() < 0.7 else _background(rng)
    if rng.random() < 0.15:
        alpha = alpha * rng.uniform(0.35, 0.65)  # disabled
        if rng.random() < 0.5:
            colours = np.broadcast_to(colours.mean(axis=2, keepdims=True), colours.shape)
    return _on_button(colours, alpha, back, rng)


def _resized(colours: np.ndarray, alpha: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return an icon drawn at another size and between pixels, as scaled desktops and web pages do."""
    height, width = alpha.shape[:2]
    factor = rng.uniform(max(0.6, 13 / max(height, width)), 1.5)
    shift = rng.uniform(0, 1, 2)
    new = max(4, round(width * factor)), max(4, round(height * factor))
    box = (-shift[0], -shift[1], width - shift[0], height - shift[1])
    stacked = np.concatenate((colours * alpha, alpha * 255), axis=2).clip(0, 255).astype(np.uint8)
    method = rng.choice([Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.BOX])
    padded = np.pad(stacked, ((1, 1), (1, 1), (0, 0)))
    moved = tuple(np.array(box) + 1)
    image = Image.fromarray(padded, "RGBA").resize(new, Image.Resampling(int(method)), box=moved)
    pixels = np.asarray(image).astype(np.float32)
    alpha = pixels[..., 3:] / 255
    return pixels[..., :3] / np.maximum(alpha, 0.02), alpha


def _on_tile(alpha: np.ndarray, back: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return a filled button, square, round or between, with the icon on it: its colours and where it is."""
    height, width = alpha.shape[:2]
    side = round(max(height, width) * rng.uniform(1.15, 1.9))
    colour = _ink(back, rng)
    mask = Image.new("L", (side * 4, side * 4))
    ImageDraw.Draw(mask).rounded_rectangle(
        (0, 0, side * 4 - 1, side * 4 - 1), radius=side * rng.uniform(0, 2), fill=255
    )
    tile_alpha = np.asarray(mask.resize((side, side), Image.Resampling.BOX)).astype(np.float32)[..., None] / 255
    tile = np.broadcast_to(colour, (side, side, 3)).copy()
    if rng.random() < 0.4:
        shade = rng.uniform(5, 35)
        tile += np.linspace(shade, -shade, side, dtype=np.float32)[:, None, None]
    top, left = (side - height) // 2, (side - width) // 2
    place = tile[top : top + height, left : left + width]
    place[...] = place * (1 - alpha) + _ink(colour, rng) * alpha
    return tile.clip(0, 255), tile_alpha


def _background(rng: np.random.Generator) -> np.ndarray:
    kind = rng.random()
    if kind < 0.5:
        grey = rng.uniform(215, 255)
    elif kind < 0.85:
        grey = rng.uniform(15, 75)
    else:
        return rng.uniform(20, 250, 3).astype(np.float32)
    return np.clip(grey + rng.normal(0, 3, 3), 0, 255).astype(np.float32)


def _ink(back: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a colour that can be seen on a background."""
    for _ in range(8):
        ink = np.full(3, rng.uniform(0, 255)) if rng.random() < 0.65 else rng.uniform(0, 255, 3)
        if np.abs(ink - back).max() > 70:
            return ink.astype(np.float32)
    return np.full(3, 0.0 if back.mean() > 127 else 255.0, dtype=np.float32)


def _is_one_colour(colours: np.ndarray, alpha: np.ndarray) -> bool:
    solid = colours[alpha[..., 0] > 0.6]
    return len(solid) == 0 or float(solid.std(axis=0).max()) < 14


def _contrast(colours: np.ndarray, alpha: np.ndarray, back: np.ndarray) -> float:
    difference = np.abs(colours - back).max(axis=2) * alpha[..., 0]
    return float(np.percentile(difference, 92))


def _on_button(colours: np.ndarray, alpha: np.ndarray, back: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    height, width = alpha.shape[:2]
    most = 14 if rng.random() < 0.6 else 4
    left, top, right, bottom = (int(n) for n in rng.integers(1, most, 4))
    if rng.random() < 0.5:
        right, bottom = left, top
    tall, wide = height + top + bottom, width + left + right
    canvas = np.broadcast_to(back, (tall, wide, 3)).copy()
    if rng.random() < 0.2:
        upper, lower = (float(n) for n in rng.uniform(-9, 9, 2))
        canvas += np.linspace(upper, lower, tall, dtype=np.float32)[:, None, None]
    if rng.random() < 0.35 and min(left, top, right, bottom) >= 3:
        _draw_frame(canvas, back, rng)
    place = canvas[top : top + height, left : left + width]
    place[...] = place * (1 - alpha) + colours * alpha
    if rng.random() < 0.1:
        canvas += rng.normal(0, rng.uniform(1, 5), canvas.shape)
    return canvas.clip(0, 255).astype(np.uint8)


def _draw_frame(canvas: np.ndarray, back: np.ndarray, rng: np.random.Generator) -> None:
    """Draw a button's edge, with round corners and another colour around it."""
    tall, wide = canvas.shape[:2]
    edge = tuple(int(n) for n in np.clip(back + rng.uniform(20, 90) * (-1 if back.mean() > 60 else 1), 0, 255))
    outside = tuple(int(n) for n in np.clip(back + rng.uniform(-14, 14), 0, 255))
    inside = tuple(int(n) for n in back)
    image = Image.new("RGB", (wide, tall), outside)
    box = (0, 0, wide - 1, tall - 1) if rng.random() < 0.6 else (1, 1, wide - 2, tall - 2)
    ImageDraw.Draw(image).rounded_rectangle(box, radius=int(rng.integers(0, 7)), fill=inside, outline=edge)
    canvas[...] = np.asarray(image)


# What is no icon


def nothing(rng: np.random.Generator) -> np.ndarray:
    """Return a crop that shows no icon: words, shapes, noise, a piece of a picture."""
    kind = rng.integers(0, 5)
    if kind <= 1:
        return _words(rng)
    tall, wide = (int(n) for n in rng.integers(14, 48, 2))
    back = _background(rng)
    canvas = np.broadcast_to(back, (tall, wide, 3)).copy()
    if kind == 2:
        canvas += rng.normal(0, rng.uniform(20, 90), (tall, wide, 3 if rng.random() < 0.5 else 1))
    elif kind == 3:
        small = rng.uniform(0, 255, (int(rng.integers(2, 6)), int(rng.integers(2, 6)), 3)).astype(np.uint8)
        canvas = np.asarray(Image.fromarray(small).resize((wide, tall), Image.Resampling.BICUBIC)).astype(np.float32)
    else:
        image = Image.fromarray(canvas.astype(np.uint8))
        draw = ImageDraw.Draw(image)
        for _ in range(int(rng.integers(2, 7))):
            points = [(int(rng.integers(0, wide)), int(rng.integers(0, tall))) for _ in range(int(rng.integers(2, 5)))]
            ink = tuple(int(n) for n in _ink(back, rng))
            draw.line(points, fill=ink, width=int(rng.integers(1, 4)))
        canvas = np.asarray(image).astype(np.float32)
    return canvas.clip(0, 255).astype(np.uint8)


def _words(rng: np.random.Generator) -> np.ndarray:
    back = _background(rng)
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%.,"
    random = "".join(rng.choice(list(letters), int(rng.integers(2, 8))))
    text = str(rng.choice(WORDS)) if rng.random() < 0.3 else random
    font = ImageFont.truetype(str(rng.choice(FONTS)), int(rng.integers(9, 20)))
    left, top, right, bottom = (int(n) for n in font.getbbox(text))
    pad = int(rng.integers(1, 8))
    image = Image.new("RGB", (right - left + 2 * pad, bottom - top + 2 * pad), tuple(int(n) for n in back))
    ink = tuple(int(n) for n in _ink(back, rng))
    ImageDraw.Draw(image).text((pad - left, pad - top), text, font=font, fill=ink)
    return np.asarray(image)


def as_sample(crop: np.ndarray) -> np.ndarray | None:
    """Return a crop as the classifier takes it, int8 (3, SIDE, SIDE) of 1/127; None if it shows nothing."""
    prepared = prepare(crop)
    if prepared is None:
        return None
    assert prepared.shape == (3, SIDE, SIDE)
    return np.round(prepared * 127).astype(np.int8)
