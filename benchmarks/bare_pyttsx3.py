"""pyttsx3 as its own documentation uses it, in a process of its own: the rival of `voices`.

It reads `say TEXT` and `stop`, one a line. `stop` is called from another thread, there being no other place.
"""

from __future__ import annotations

import queue
import sys
import threading

import pyttsx3  # type: ignore[import-untyped] # it has no types


def main() -> None:
    engine = pyttsx3.init()
    texts: queue.SimpleQueue[str] = queue.SimpleQueue()

    def obey() -> None:
        for line in sys.stdin:
            command, _, text = line.strip().partition(" ")
            if command == "say":
                texts.put(text)
            else:
                engine.stop()

    threading.Thread(target=obey, daemon=True).start()
    print("ready", flush=True)
    while True:
        engine.say(texts.get())
        engine.runAndWait()


if __name__ == "__main__":
    main()
