"""The text of a window that exposes nothing: read from its pixels, for the first time and after a small change.

The rivals read the whole window, as they come: RapidOCR, whose networks ours are, and Tesseract.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from assistant.desktop.x11 import X11Connection
from assistant.errors import SomethingMissing
from assistant.host.living import living_in
from assistant.host.seeing import Seen, Wanted
from assistant.host.virtual_desktop import VirtualDesktop
from assistant.look.pixels import Pixels
from assistant.look.sight import Sight
from assistant.scene import Picture
from benchmarks.figures import Comparison, Series, Target, percent
from benchmarks.readers import SYSTEM_PYTHON
from benchmarks.turns import share_of

PROGRAM = Path(__file__).with_name("text_windows.py")
PAINT_SECONDS, WAIT_SECONDS = 0.3, 30.0
KINDS = tuple(product(("tk", "gtk3", "qt"), ("en", "zh"), (False, True), (13, 11)))
BLANK = Picture(64, 64, bytes(64 * 64 * 3))
SLACK = 0.5  # percent of the words: recall within 0.005 of RapidOCR's

Words = Counter[str]
Rival = Callable[[Picture, str], list[str]]


@dataclass(frozen=True)
class Shown:
    """A window before and after a small change, and what it says each time."""

    language: str
    before: Picture
    after: Picture
    words_before: Words
    words_after: Words


@dataclass
class Tally:
    """What one reader took and found."""

    cpu_ms: list[float] = field(default_factory=list)
    shown: int = 0
    missed: int = 0
    read: int = 0
    invented: int = 0

    def add(self, cpu_ms: float, truth: Words, found: Words) -> None:
        self.cpu_ms.append(cpu_ms)
        self.shown += truth.total()
        self.read += found.total()
        self.missed += (truth - found).total()
        self.invented += (found - truth).total()

    @property
    def missed_percent(self) -> float:
        return 100 * self.missed / max(1, self.shown)

    @property
    def invented_percent(self) -> float:
        return 100 * self.invented / max(1, self.read)


async def measured(share: float = 1.0) -> tuple[Comparison, ...]:
    """Read windows of three toolkits, in two languages, light and dark, in two sizes."""
    rapid, tesseract = _rapidocr(), _tesseract()
    kinds = KINDS[:: max(1, len(KINDS) // share_of(len(KINDS), share))]
    first, again, blank = Tally(), Tally(), Tally()
    whole, light = Tally(), Tally()
    async for shown in _windows(kinds):
        async with Sight() as sight:
            await sight.seen(BLANK)
            for tally, picture, words in (
                (first, shown.before, shown.words_before),
                (again, shown.after, shown.words_after),
                (blank, shown.after, shown.words_after),
            ):
                taken, seen = await _ours(sight, picture)
                tally.add(taken, words, words_of(line.text for line in seen.lines))
        for tally, rival in ((whole, rapid), (light, tesseract)):
            began = _own_cpu_ms()
            read = rival(shown.before, shown.language)
            tally.add(_own_cpu_ms() - began, shown.words_before, words_of(read))
    return _comparisons(first, again, blank, whole, light)


def _comparisons(first: Tally, again: Tally, same: Tally, whole: Tally, light: Tally) -> tuple[Comparison, ...]:
    rapidocr, tesseract = "RapidOCR, whole window", "Tesseract, whole window"
    times = [Series(tuple(tally.cpu_ms)) for tally in (first, again, same, whole, light)]
    missed = Target(round(whole.missed_percent + SLACK, 2), is_ratio=False)
    return (
        Comparison("text of a window, first time: processor time", times[0], rapidocr, times[3], target=Target(0.3)),
        Comparison("text of a window, first time: processor time", times[0], tesseract, times[4]),
        Comparison("again after one word has changed", times[1], rapidocr, times[3], target=Target(0.03)),
        Comparison("again, nothing has changed", times[2], rapidocr, times[3]),
        percent("words missed, first time", first.missed_percent, rapidocr, whole.missed_percent, missed),
        percent("words missed, first time", first.missed_percent, tesseract, light.missed_percent),
        percent("words missed, after the change", again.missed_percent, rapidocr, whole.missed_percent, missed),
        percent("words read that are not there", first.invented_percent, rapidocr, whole.invented_percent),
        percent("words read that are not there", first.invented_percent, tesseract, light.invented_percent),
    )


async def _windows(kinds: Sequence[tuple[str, str, bool, int]]) -> AsyncIterator[Shown]:
    """Open one window after another; yield what each showed before and after a change."""
    async with AsyncExitStack() as stack:
        desktop = await stack.enter_async_context(VirtualDesktop())
        stack.enter_context(living_in(desktop.environment))
        x11 = await stack.enter_async_context(X11Connection())
        pixels = await stack.enter_async_context(Pixels(x11))
        for kind in kinds:
            yield await _shown(desktop, x11, pixels, kind)


async def _shown(
    desktop: VirtualDesktop, x11: X11Connection, pixels: Pixels, kind: tuple[str, str, bool, int]
) -> Shown:
    toolkit, language, dark, size = kind
    python = sys.executable if toolkit == "qt" else SYSTEM_PYTHON
    arguments = [
        python,
        str(PROGRAM),
        toolkit,
        "--language",
        language,
        "--size",
        str(size),
        *(["--dark"] if dark else []),
    ]
    known = frozenset(desktop.screen.windows())
    process = await desktop.start(*arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            words_before = await _told(process.stdout)
            window = await desktop.screen.new_window(known)
            await desktop.screen.drawn(window.xid)
            before = await _picture(x11, pixels, window.xid)
            process.stdin.write(b"\n")
            words_after = await _told(process.stdout)
            after = await _picture(x11, pixels, window.xid, other_than=before)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    await desktop.screen.gone(window)
    return Shown(language, before, after, words_before, words_after)


async def _told(output: asyncio.StreamReader) -> Words:
    return words_of(json.loads(await output.readline()))


async def _picture(x11: X11Connection, pixels: Pixels, xid: int, other_than: Picture | None = None) -> Picture:
    """Return a window's picture once it stays the same, and, if given, is another than that one."""
    last = None
    while True:
        await asyncio.sleep(PAINT_SECONDS)
        shown = x11.window(xid)
        shot = await pixels.shot(shown) if shown else None
        now = Picture(shot.width, shot.height, bytes(shot.rgb)) if shot else None
        if now is not None and now == last and now != other_than:
            return now
        last = now


async def _ours(sight: Sight, picture: Picture) -> tuple[float, Seen]:
    """Return the processor time of the worker and of whoever asks it, in ms, and what was seen."""
    wanted = Wanted(picture.width, picture.height, window="1", controls=False)
    assert sight.pid is not None
    before = _own_cpu_ms() + _cpu_ms(sight.pid)
    seen = await sight.seen(picture, wanted)
    return _own_cpu_ms() + _cpu_ms(sight.pid) - before, seen


def _own_cpu_ms() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return (used.ru_utime + used.ru_stime) * 1000


def _cpu_ms(pid: int) -> float:
    """Return the processor time of a process' living threads, to the microsecond."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e6


def words_of(texts: Iterable[str]) -> Words:
    """Return words and how often each is there; a Chinese character is a word. Full-width signs count as narrow."""
    found: Words = Counter()
    for text in texts:
        spaced = "".join(f" {letter} " if "\u3400" <= letter <= "\u9fff" else letter for letter in text)
        found.update(spaced.translate(_NARROW).split())
    return found


_NARROW = str.maketrans("，。：；（）“”", ',.:;()""')


def _rapidocr() -> Rival:
    try:
        from rapidocr import RapidOCR  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise SomethingMissing("RapidOCR is what we compare with. Run: pip install 'sightline[ocr]'") from error
    engine: Any = RapidOCR(params={"Global.log_level": "critical"})
    engine(np.full((100, 300, 3), 255, np.uint8))

    def read(picture: Picture, _: str) -> list[str]:
        return list(engine(_pixels(picture)[:, :, ::-1]).txts or ())

    return read


def _tesseract() -> Rival:
    try:
        import tesserocr  # noqa: PLC0415 - an extra
        from PIL import Image  # noqa: PLC0415 - comes with RapidOCR
    except ImportError as error:
        raise SomethingMissing("Tesseract is what we compare with. Run: pip install 'sightline[tesseract]'") from error
    from assistant.sight.tesseract import language_data  # noqa: PLC0415 - numpy

    folder, _ = language_data()
    engines = {
        language: tesserocr.PyTessBaseAPI(path=str(folder), lang=data, psm=tesserocr.PSM.SPARSE_TEXT)
        for language, data in (("en", "eng"), ("zh", "eng+chi_sim"))
    }

    def read(picture: Picture, language: str) -> list[str]:
        engine = engines[language]
        engine.SetImage(Image.fromarray(_pixels(picture)))
        return str(engine.GetUTF8Text()).split("\n")

    return read


def _pixels(picture: Picture) -> Any:
    return np.frombuffer(picture.rgb, np.uint8).reshape(picture.height, picture.width, 3)


NOTES = (
    f"""Windows of 53 texts, 800×600, opened by the run itself: Tk, GTK 3 and Qt 6, English and Chinese, light and dark,
letters of 13 and 11 pixels ({len(KINDS)} windows). Each is read by a worker that has read nothing before.""",
    """Processor time is of all threads, and for ours of the worker and of whoever asks it. The rivals have loaded their
networks before.""",
    f"""A word that is read wrong is missed, and not there as well. A Chinese character is a word. The target for missed
words is RapidOCR's share and {SLACK} more.""",
)
