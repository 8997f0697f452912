"""A Chromium without a screen, told what to do through two pipes; used by web.py."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Self

Node = dict[str, Any]
MOST = 1100  # pixels: no window is larger
READ = """(() => {
  const told = [];
  const cut = (box, element) => {
    let {left, top, right, bottom} = box;
    for (let one = element.parentElement; one; one = one.parentElement) {
      if (getComputedStyle(one).overflow === 'visible') continue;
      const limit = one.getBoundingClientRect();
      left = Math.max(left, limit.left); top = Math.max(top, limit.top);
      right = Math.min(right, limit.right); bottom = Math.min(bottom, limit.bottom);
    }
    return [left, top, right - left, bottom - top];
  };
  const focus = document.querySelector('[data-focus]');
  if (focus) focus.focus({focusVisible: true});
  for (const one of document.querySelectorAll('[data-role]')) {
    const role = one.dataset.role;
    let box = one.getBoundingClientRect();
    if (role === 'label' || role === 'link') {
      const range = document.createRange(); range.selectNodeContents(one); box = range.getBoundingClientRect();
    }
    const states = one.dataset.states.split(' ').filter(state => state && state !== 'focused');
    const held = document.activeElement;
    if (held !== document.body && (held === one || one.contains(held))) states.push('focused');
    const node = {role, name: one.dataset.name, states, box: cut(box, one)};
    if (role === 'check box' || role === 'radio button') node.mark = node.box;
    if (one.closest('#popup')) node.above = true;
    told.push(node);
  }
  const popup = document.getElementById('popup');
  const over = popup && popup.getBoundingClientRect();
  const root = document.documentElement;
  return {found: told, over: over && [over.left, over.top, over.width, over.height],
          size: [root.scrollWidth, Math.max(document.body.getBoundingClientRect().bottom, over ? over.bottom : 0)]};
})()"""


class Browser:
    """Shows one page after another."""

    def __init__(self, scale: float) -> None:
        self.scale, self.number = scale, 0

    def __enter__(self) -> Self:
        self.folder = tempfile.TemporaryDirectory()
        to_read, self.output = os.pipe()
        self.input, to_write = os.pipe()
        # It talks on descriptors 3 and 4; the shell puts the pipes there, whatever their numbers are here.
        command = (
            f"exec chromium --headless --remote-debugging-pipe --no-sandbox --disable-gpu --disable-quic --no-first-run"
            f" --disable-background-networking --disable-component-update --disable-sync --hide-scrollbars"
            f" --user-data-dir={self.folder.name} 3<&{to_read} 4>&{to_write}"
        )
        self.process = subprocess.Popen(
            ["bash", "-c", command], pass_fds=(to_read, to_write), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(to_read)
        os.close(to_write)
        self.waiting = b""
        self.session = ""
        target = self.tell("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.tell("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.frame = self.tell("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self.tell("Emulation.setFocusEmulationEnabled", enabled=True)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self.folder.cleanup()

    def tell(self, method: str, **parameters: Any) -> Node:
        """Send a command and return its answer."""
        self.number += 1
        message: Node = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.output, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(answer["error"]["message"])
                result: Node = answer["result"]
                return result

    def _next(self) -> Node:
        while b"\0" not in self.waiting:
            more = os.read(self.input, 1 << 20)
            if not more:
                raise RuntimeError("Chromium ended")
            self.waiting += more
        message, _, self.waiting = self.waiting.partition(b"\0")
        answer: Node = json.loads(message)
        return answer

    def show(self, page: str, told: Node, file: Path) -> Node:
        """Show a page, save its picture, and return what is in it."""
        wide = 360 + told["seed"] * 37 % 560
        self._size(wide, 700)
        self.tell("Page.setDocumentContent", frameId=self.frame, html=page)
        found: Node = self.tell("Runtime.evaluate", expression=READ, returnByValue=True)["result"]["value"]
        size = [min(max(round(part), 60), MOST) for part in found["size"]]
        self._size(size[0], size[1])
        found = self.tell("Runtime.evaluate", expression=READ, returnByValue=True)["result"]["value"]
        clip = {"x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1}
        taken = self.tell("Page.captureScreenshot", format="png", clip=clip, optimizeForSpeed=True)["data"]
        file.write_bytes(base64.b64decode(taken))
        for part in found["found"]:
            for key in ("box", "mark"):
                if key in part:
                    part[key] = self._pixels(part[key])
        over = found["over"] and self._pixels(found["over"])
        return {"size": [round(part * self.scale) for part in size], "found": found["found"], "over": over}

    def _size(self, wide: int, high: int) -> None:
        self.tell(
            "Emulation.setDeviceMetricsOverride", width=wide, height=high, deviceScaleFactor=self.scale, mobile=False
        )

    def _pixels(self, box: list[float]) -> list[int]:
        return [round(part * self.scale) for part in box]
