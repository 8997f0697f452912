"""What the demo keeps of one dialog, and the page that shows them all."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from assistant.demo.drawing import outlined
from assistant.host.png import png
from assistant.scene import Scene
from assistant.scene_json import scene_to_json
from assistant.sentence import Sentence

_HEARS = {"technician": "A technician hears", "plain-language": "In plain language", "child": "A child hears"}
_LANGUAGES = {"en": "", "zh": ", in Chinese"}
_STYLE = """
body { font: 1.1em/1.5 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color-scheme: light dark }
img { max-width: 100%; border: 1px solid gray } audio { display: block }
"""

Said = dict[str, dict[str, tuple[Sentence, ...]]]
"""What was said: by language, then by style."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A dialog that was shown: its scene and what was said of it."""

    scene: Scene
    said: Said
    milliseconds: float
    """To read the dialog and to find the words for one style."""


@dataclass(frozen=True, slots=True)
class Story:
    """One dialog and the folder where everything about it is kept."""

    title: str
    folder: Path
    shown: Shown

    @property
    def transcript(self) -> str:
        """What was said, a paragraph for each style."""
        return "\n\n".join(f"{who}: {words}" for who, words, _, _ in self.tellings())

    def tellings(self) -> Iterator[tuple[str, str, str, Path]]:
        """Yield who hears it, the words, their language, and the sound file, which need not be there."""
        for language, styles in self.shown.said.items():
            for style, sentences in styles.items():
                words = ("" if language == "zh" else " ").join(sentence.text for sentence in sentences)
                yield f"{_HEARS[style]}{_LANGUAGES[language]}", words, language, self.sound(style, language)

    def sound(self, style: str, language: str) -> Path:
        """Return where the sound of one telling is kept."""
        suffix = f".{language}" if len(self.shown.said) > 1 else ""
        return self.folder / f"{style}{suffix}.wav"

    def keep(self) -> None:
        """Write the picture, the scene and the transcript."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "transcript.txt").write_text(f"{self.title}\n\n{self.transcript}\n", encoding="utf-8")
        scene = json.dumps(scene_to_json(self.shown.scene), ensure_ascii=False, indent=1)
        (self.folder / "scene.json").write_text(scene + "\n", encoding="utf-8")
        if self.shown.scene.picture:
            picture = outlined(self.shown.scene.picture, self.shown.scene)
            (self.folder / "screen.png").write_bytes(png(picture.width, picture.height, picture.rgb))


def write_page(output: Path, stories: Sequence[Story], beginning: str) -> None:
    """Write a page that shows all dialogs, with what was said to read and to hear."""
    output.mkdir(parents=True, exist_ok=True)
    body = "".join(_section(output, story) for story in stories)
    page = (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>Sightline: the demo</title><style>{_STYLE}</style>"
        f"<h1>Sightline: the demo</h1><p>{escape(beginning)}</p>{body}</html>\n"
    )
    (output / "index.html").write_text(page, encoding="utf-8")


def _section(output: Path, story: Story) -> str:
    folder = story.folder.relative_to(output)
    image = ""
    if story.shown.scene.picture:
        image = f'<img src="{folder}/screen.png" alt="The dialog, its elements outlined and numbered">'
    tellings = "".join(
        f"<h3>{escape(who)}</h3><p lang={language}>{escape(words)}</p>{_player(output, sound)}"
        for who, words, language, sound in story.tellings()
    )
    return f'<h2>{escape(story.title)}</h2>{image}{tellings}<p><a href="{folder}/scene.json">The scene as read</a></p>'


def _player(output: Path, sound: Path) -> str:
    return f'<audio controls src="{sound.relative_to(output)}"></audio>' if sound.exists() else ""
