"""The icon reader names icons of a set that its training never saw, and says so where it does not know."""

from __future__ import annotations

from pathlib import Path

import pytest

np = pytest.importorskip("numpy", reason="pip install 'sightline[ocr]'")
pytest.importorskip("onnxruntime", reason="pip install 'sightline[ocr]'")
image = pytest.importorskip("PIL.Image", reason="pip install pillow")
drawing = pytest.importorskip("PIL.ImageDraw", reason="pip install pillow")

from assistant.errors import SomethingMissing  # noqa: E402
from assistant.explain.language import words  # noqa: E402
from assistant.host.seeing import UNKNOWN  # noqa: E402
from assistant.sight import weights  # noqa: E402
from assistant.sight.icons import WEIGHTS, IconReader  # noqa: E402
from assistant.sight.parts import Guess, Pixels  # noqa: E402

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def reader() -> IconReader:
    return IconReader()


def unseen() -> list[tuple[Pixels, str]]:
    """Return the crops of a sheet of icons that training never saw, and what each means."""
    sheet: Pixels = np.asarray(image.open(HERE / "unseen_icons.png").convert("RGB"))
    rows = [line.split() for line in (HERE / "unseen_icons.txt").read_text(encoding="ascii").splitlines()]
    return [(cut(sheet, *map(int, row[:4])), row[4]) for row in rows]


def cut(sheet: Pixels, left: int, top: int, width: int, height: int) -> Pixels:
    return sheet[top : top + height, left : left + width]


def on_button(*, width: int = 34, height: int = 34, colour: int = 240) -> Pixels:
    button: Pixels = np.full((height, width, 3), colour, np.uint8)
    return button


def written(text: str) -> Pixels:
    canvas = image.fromarray(on_button(width=90, height=24))
    drawing.Draw(canvas).text((6, 6), text, fill=(20, 20, 20))
    drawn: Pixels = np.asarray(canvas)
    return drawn


def test_common_icons_of_an_unseen_set_are_named_rightly(reader: IconReader) -> None:
    known = [(crop, meaning) for crop, meaning in unseen() if meaning != "unknown"]

    guesses = reader.read([crop for crop, _ in known])

    named = [(guess.meaning, meaning) for guess, (_, meaning) in zip(guesses, known, strict=True) if guess.meaning]
    assert len(named) >= 0.85 * len(known)
    assert sum(said == meant for said, meant in named) >= 0.9 * len(named)


def test_most_icons_of_no_known_meaning_are_not_named(reader: IconReader) -> None:
    strange = [crop for crop, meaning in unseen() if meaning == "unknown"]

    guesses = reader.read(strange)

    assert sum(guess.meaning == UNKNOWN for guess in guesses) >= 0.7 * len(strange)


@pytest.mark.parametrize("text", ["Cancel", "Save as", "Options", "12:30", "Untitled"])
def test_words_are_no_icon(reader: IconReader, text: str) -> None:
    assert reader.read([written(text)])[0].meaning == UNKNOWN


@pytest.mark.parametrize("seed", range(5))
def test_noise_is_no_icon(reader: IconReader, seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 255, (30, 30, 3)).astype(np.uint8)

    assert reader.read([noise])[0].meaning == UNKNOWN


@pytest.mark.parametrize(
    "crop",
    [on_button(), on_button(width=1, height=1), on_button(width=400, height=3), np.zeros((0, 5, 3), np.uint8)],
    ids=["empty", "a pixel", "a line", "nothing"],
)
def test_what_shows_nothing_is_unknown(reader: IconReader, crop: Pixels) -> None:
    assert reader.read([crop]) == [Guess(UNKNOWN, 0.0)]


def test_each_crop_has_its_guess_in_its_place(reader: IconReader) -> None:
    crops = [crop for crop, _ in unseen()[:6]]

    together = reader.read([crops[0], on_button(), *crops[1:]])

    alone = [reader.read([crop])[0] for crop in crops]
    assert [guess.meaning for guess in together] == [alone[0].meaning, UNKNOWN, *(guess.meaning for guess in alone[1:])]


def test_nothing_asked_is_nothing_answered(reader: IconReader) -> None:
    assert reader.read([]) == []


def test_every_meaning_can_be_said(reader: IconReader) -> None:
    assert set(reader.meanings) == set(words("en").data["icons"])


def test_changed_weights_are_refused(tmp_path: Path) -> None:
    (tmp_path / WEIGHTS).write_bytes((weights.FOLDER / WEIGHTS).read_bytes() + b"\0")
    (tmp_path / weights.SUMS).write_text((weights.FOLDER / weights.SUMS).read_text(encoding="ascii"), encoding="ascii")

    with pytest.raises(SomethingMissing, match="damaged or was changed"):
        IconReader(tmp_path)


def test_missing_weights_are_told(tmp_path: Path) -> None:
    with pytest.raises(SomethingMissing, match="Install Sightline again"):
        IconReader(tmp_path)
