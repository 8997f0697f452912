"""Make windows and the truth about them: `python -m training.widgets.generate FOLDER --train 4000 --held-out 300`.

Each toolkit's renderer is one long-lived process that shows window after window on a virtual screen (Qt needs none).
Beside the pictures stands `windows.jsonl`: toolkit, theme, split, and the role, name, states and box of each control.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import IO, Any, Self

import numpy as np
from PIL import Image
from Xlib import X
from Xlib.display import Display

from training.widgets import layouts
from training.widgets.themes import JOBS, Job, Split, trained

Node = dict[str, Any]
HERE = Path(__file__).parent
SYSTEM_PYTHON = "/usr/bin/python3"
"""It alone has gi and, mostly, tkinter."""
SCREENLESS = {"qt.py", "web.py"}
"""Programs that draw without a screen, and save their pictures themselves."""
SCREEN = (2400, 2300)
"""Room for the largest window at twice its size."""
FAINT = 14
"""A control whose grey levels differ by less cannot be seen: it is neither right nor wrong to find it."""
ICON_THEMES = ("Adwaita", "mate", "Papirus", "elementary-xfce", "breeze", "oxygen", "Tango", "gnome", "menta")


class VirtualScreen:
    """An X server of our own, without a window manager: whoever comes gets the keyboard."""

    def __enter__(self) -> Self:
        reading, writing = os.pipe()
        size = f"{SCREEN[0]}x{SCREEN[1]}x24"
        self.process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp", "-noreset"],
            pass_fds=(writing,),
            stderr=subprocess.DEVNULL,
        )
        os.close(writing)
        with os.fdopen(reading) as pipe:
            self.name = ":" + pipe.readline().strip()
        self.display = Display(self.name)
        threading.Thread(target=self._give_focus, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.display.close()
        self.process.terminate()
        self.process.wait()

    def _give_focus(self) -> None:
        with contextlib.suppress(Exception):  # the screen ends, and this with it
            mine = Display(self.name)
            mine.screen().root.change_attributes(event_mask=X.SubstructureNotifyMask)
            while True:
                event = mine.next_event()
                if event.type == X.MapNotify and not event.override:
                    event.window.set_input_focus(X.RevertToPointerRoot, X.CurrentTime, onerror=lambda *_: None)
                    mine.flush()

    def picture(self, box: list[int]) -> Image.Image:
        x, y = max(box[0], 0), max(box[1], 0)
        wide, high = min(box[0] + box[2], SCREEN[0]) - x, min(box[1] + box[3], SCREEN[1]) - y
        image = self.display.screen().root.get_image(x, y, wide, high, X.ZPixmap, 0xFFFFFFFF)
        data = image.data if isinstance(image.data, bytes) else image.data.encode("latin-1")
        return Image.frombytes("RGB", (wide, high), data, "raw", "BGRX")


class Renderer:
    """One toolkit's program; `render` gives a picture and what is in it."""

    def __init__(self, job: Job, folder: Path, screen: VirtualScreen | None) -> None:
        self.job, self.folder, self.screen = job, folder, screen
        self.process = self._start()
        offered = self._answer()["themes"]
        toolkit = {"qt.py": "qt", "web.py": "web"}.get(job.program, job.name)
        self.themes = tuple(name for name in job.themes if name in offered) or trained(toolkit, offered)

    def _start(self) -> subprocess.Popen[str]:
        python = python_of(self.job)
        environment = {**os.environ, **self.job.environment, "PYTHONPATH": str(HERE.parent.parent)}
        environment |= {"GSK_RENDERER": "cairo", "GSETTINGS_BACKEND": "memory", "NO_AT_BRIDGE": "1", "GTK_A11Y": "none"}
        environment |= {"XDG_CONFIG_HOME": str(self._settings()), "GDK_BACKEND": "x11", "LANG": "C.UTF-8"}
        if self.screen:
            environment["DISPLAY"] = self.screen.name
        return subprocess.Popen(
            [python, str(HERE / self.job.program), *self.job.arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )

    def _settings(self) -> Path:
        folder = self.folder / f"settings-{self.job.split}-{self.job.name}"
        (folder / "Kvantum").mkdir(parents=True, exist_ok=True)
        theme = self.job.environment.get("SIGHTLINE_KVANTUM", "Kvantum")
        (folder / "Kvantum" / "kvantum.kvconfig").write_text(f"[General]\ntheme={theme}\n")
        return folder

    def _answer(self) -> Node:
        assert self.process.stdout is not None
        answer: Node = json.loads(self.process.stdout.readline() or "{}")
        return answer

    def render(self, seed: int) -> Node | None:
        """Return one window's record, its picture saved; None if the toolkit has given up."""
        window, dice = layouts.window(seed), Random(seed)
        if self.job.own_look_only:
            window["style"] = None
        icons = dice.choice([name for name in ICON_THEMES if Path("/usr/share/icons", name).is_dir()])
        theme = self.themes[seed % len(self.themes)]
        file = self.folder / f"{self.job.split}-{self.job.name}-{seed}.png"
        asked = {"window": window, "theme": theme, "icons": icons, "picture": str(file)}
        assert self.process.stdin is not None
        try:
            print(json.dumps(asked), file=self.process.stdin, flush=True)
            told = self._answer()
        except (BrokenPipeError, json.JSONDecodeError):
            told = {}
        if not told:
            return None
        if self.screen:
            self.screen.picture(told["screen"]).save(file, compress_level=1)
        toolkit = self.job.program.removesuffix(".py") + (
            "".join(self.job.arguments) if "gtk" in self.job.program else ""
        )
        kept = {"picture": file.name, "split": self.job.split, "toolkit": toolkit, "theme": theme, "seed": seed}
        with Image.open(file) as picture:
            return {**kept, "found": visible(told["found"], told["over"], np.asarray(picture.convert("L")))}

    def close(self) -> None:
        self.process.kill()
        with self.process:  # closes its pipes and waits
            pass


def visible(found: list[Node], over: list[int] | None, grey: np.ndarray[Any, Any]) -> list[Node]:
    """Cut boxes to the picture; mark what cannot be seen well enough as `ignore`, leave out what cannot be seen."""
    kept = []
    for part in found:
        x, y, wide, high = part["box"]
        right, lower = min(x + wide, grey.shape[1]), min(y + high, grey.shape[0])
        x, y = max(x, 0), max(y, 0)
        if right - x < 3 or lower - y < 3:
            continue
        inside = grey[y:lower, x:right]
        share = (right - x) * (lower - y) / max(wide * high, 1)
        hidden = 0.0 if part.pop("above", False) or not over else _overlap([x, y, right - x, lower - y], over)
        if hidden > 0.85:
            continue
        around = grey[max(y - 2, 0) : lower + 2, max(x - 2, 0) : right + 2]
        is_faint = int(around.max()) - int(around.min()) < FAINT or int(inside.max()) == int(inside.min())
        one = {**part, "box": [x, y, right - x, lower - y]}
        if is_faint or hidden > 0.25 or share < 0.5:
            one["ignore"] = True
        kept.append(one)
    return kept


def _overlap(box: list[int], over: list[int]) -> float:
    wide = min(box[0] + box[2], over[0] + over[2]) - max(box[0], over[0])
    high = min(box[1] + box[3], over[1] + over[3]) - max(box[1], over[1])
    return max(wide, 0) * max(high, 0) / (box[2] * box[3])


def python_of(job: Job) -> str:
    """Return the Python that has a job's toolkit."""
    return sys.executable if job.arguments == ("PySide6",) or job.program == "web.py" else SYSTEM_PYTHON


def needs(job: Job) -> str:
    """Return what is missing to run a job, empty if it can run."""
    modules = {"gtk.py": "gi", "tk.py": "tkinter", "qt.py": "".join(job.arguments), "web.py": "json"}
    program = "chromium" if job.program == "web.py" else "bash" if job.program in SCREENLESS else "Xvfb"
    if shutil.which(program) is None:
        return program
    found = subprocess.run([python_of(job), "-c", f"import {modules[job.program]}"], check=False, capture_output=True)
    return "" if found.returncode == 0 else modules[job.program]


def run(job: Job, folder: Path, seeds: Iterable[int]) -> Generator[Node, None, None]:
    """Render a job's windows; a toolkit that ends is started again and goes on with the next one."""
    with contextlib.nullcontext() if job.program in SCREENLESS else VirtualScreen() as screen:
        renderer = Renderer(job, folder, screen)
        try:
            for seed in seeds:
                record = renderer.render(seed)
                if record is None:
                    renderer.close()
                    renderer = Renderer(job, folder, screen)
                else:
                    yield record
        finally:
            renderer.close()


def generate(folder: Path, *, train: int, held_out: int, splits: Sequence[str] = (), threads: int = 2) -> int:
    """Fill a folder with windows, or add these splits to it; return how many."""
    if shutil.which("Xvfb") is None:
        raise SystemExit("The program Xvfb is not installed. Run: scripts/install-system-packages demo test training")
    folder.mkdir(parents=True, exist_ok=True)
    lock, made = threading.Lock(), 0
    counts: dict[Split, int] = {"train": train, "check": held_out, "themes": held_out, "toolkit": held_out}
    counts["hidpi"] = held_out // 4

    def work(number: int, job: Job, file: IO[str]) -> None:
        nonlocal made
        began, before = time.monotonic(), 0
        first = number * 1_000_000
        for record in run(job, folder, range(first, first + round(counts[job.split] * job.share))):
            with lock:
                print(json.dumps(record, ensure_ascii=False), file=file)
                made, before = made + 1, before + 1
        print(f"{job.split:8} {job.name:16} {before:5} windows, {time.monotonic() - began:5.0f} s", flush=True)

    wanted = [(number, job) for number, job in enumerate(JOBS) if not splits or job.split in splits]
    mode = "a" if splits else "w"
    with (folder / "windows.jsonl").open(mode, encoding="utf-8") as file, ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(work, number, job, file) for number, job in wanted]:
            done.result()
    for settings in folder.glob("settings-*"):
        shutil.rmtree(settings)
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--train", type=int, default=4000, help="windows to train with")
    parser.add_argument(
        "--held-out", type=int, default=300, help="windows of held-out themes, and of the held-out toolkit"
    )
    parser.add_argument("--splits", nargs="*", default=[], help="add these alone: train, check, themes, toolkit, hidpi")
    chosen = parser.parse_args()
    print(generate(chosen.folder, train=chosen.train, held_out=chosen.held_out, splits=chosen.splits), "windows")


if __name__ == "__main__":
    main()
