"""What fits which machine, how progress is told, and what the machine has."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.control.catalogue import catalogue, entry_of, fit_of, folder_name
from assistant.control.machine import graphics_cards, memory_bytes
from assistant.control.progress import Progress, spoken_size
from assistant.engine.devices import Accelerator

GIB = 1 << 30


def card(gibibytes: int) -> tuple[Accelerator, ...]:
    return (Accelerator("cuda", "a card", gibibytes * GIB, has_bfloat16=True),)


@pytest.mark.parametrize(
    ("gigabytes", "card_gib", "memory_gib", "text"),
    [
        (4.3, 8, 16, "Fits the graphics card in 16 bit."),
        (8.9, 8, 16, "Fits the graphics card in 8 bit."),
        (20.6, 12, 32, "Fits the graphics card in 4 bit."),
        (20.6, 24, 32, "Fits the graphics card in 16 bit."),
        (20.6, 4, 16, "Too large for this computer."),
        (4.3, 2, 16, "Fits the memory, and is slow without a graphics card."),
        (None, 24, 64, "Its size is not known here."),
    ],
)
def test_what_fits_is_told(gigabytes: float | None, card_gib: int, memory_gib: int, text: str) -> None:
    assert fit_of(gigabytes, card(card_gib), memory_gib * GIB).text == text


def test_without_a_card_the_memory_decides() -> None:
    assert fit_of(0.9, (), 8 * GIB).rank == 2
    assert fit_of(20.6, (), 8 * GIB).rank == 4


def test_every_known_model_has_what_a_person_chooses_by() -> None:
    for name, entry in catalogue().items():
        assert folder_name(entry.repository) == folder_name(name) == name
        assert entry_of(entry.repository.lower()) == entry
        assert entry.licence
        assert entry.about.endswith(".")


def test_memory_and_cards_are_read_from_the_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/meminfo").write_text("MemTotal:       16384 kB\nMemFree: 1 kB\n")
    device = tmp_path / "sys/class/drm/card1/device"
    device.mkdir(parents=True)
    (device / "mem_info_vram_total").write_text(f"{8 * GIB}\n")

    assert memory_bytes(tmp_path) == 16 << 20
    assert [(found.kind, found.free_bytes) for found in graphics_cards(tmp_path)] == [("rocm", 8 * GIB)]


def test_an_nvidia_card_is_learned_from_its_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "nvidia-smi"
    program.write_text('#!/bin/sh\necho "8192, NVIDIA GeForce RTX 3060"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert graphics_cards(tmp_path) == (Accelerator("cuda", "NVIDIA GeForce RTX 3060", 8 * GIB, has_bfloat16=True),)


def test_a_driver_that_does_not_work_is_no_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/sh\nexit 9\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert graphics_cards(tmp_path) == ()


def test_progress_is_told_each_tenth_and_each_minute() -> None:
    lines: list[str] = []
    now = [0.0]
    progress = Progress(1_000_000_000, lines.append, lambda: now[0])
    progress.skip(200_000_000)
    for _ in range(40):
        now[0] += 6
        progress.add(5_000_000)

    assert lines[:2] == [
        "20 percent, 200.0 megabytes of 1.0 gigabytes.",
        "25 percent, 250.0 megabytes of 1.0 gigabytes, about 15 minutes left.",
    ]
    assert [line.split()[0] for line in lines] == ["20", "25", "30", "35", "40"]


@pytest.mark.parametrize(
    ("count", "said"), [(12, "12 bytes"), (3_400_000_000, "3.4 gigabytes"), (5_100_000, "5.1 megabytes")]
)
def test_sizes_are_told_as_people_say_them(count: int, said: str) -> None:
    assert spoken_size(count) == said
