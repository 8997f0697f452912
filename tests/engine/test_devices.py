from __future__ import annotations

import pytest

from assistant.config import EngineConfig
from assistant.engine.devices import Accelerator, Machine, Weights, Wish, choose, examine_machine
from assistant.errors import SomethingMissing, WrongSettings

GLM_FLASH = 20_600_000_000
RTX_3060 = Accelerator("cuda", "RTX 3060", 8 << 30, has_bfloat16=True)
V100 = Accelerator("cuda", "V100", 32 << 30, has_bfloat16=False)
RADEON = Accelerator("rocm", "Radeon", 24 << 30, has_bfloat16=True)
ARC = Accelerator("xpu", "Arc", 16 << 30, has_bfloat16=True)
LAPTOP = Machine(cpu_ms=(("float32", 3.0), ("bfloat16", 9.0)), threads=4)
SERVER = Machine(cpu_ms=(("float32", 3.0), ("bfloat16", 1.0)), threads=32)


@pytest.mark.parametrize(
    ("machine", "wish", "wanted"),
    [
        (LAPTOP, Wish(), ("cpu", "float32", "full")),
        (SERVER, Wish(), ("cpu", "bfloat16", "full")),
        (SERVER, Wish(precision="float32"), ("cpu", "float32", "full")),
        (Machine((RTX_3060,), has_bitsandbytes=True), Wish(), ("cpu", "float32", "full")),
        (Machine((V100,)), Wish(), ("cuda", "float16", "full")),
        (Machine((RADEON, RTX_3060), has_bitsandbytes=True), Wish(), ("rocm", "bfloat16", "full")),
        (Machine((ARC,), has_bitsandbytes=True), Wish(), ("xpu", "bfloat16", "8bit")),
        (Machine((RTX_3060,), has_bitsandbytes=True), Wish(weights="4bit"), ("cuda", "bfloat16", "4bit")),
        (Machine((V100,)), Wish(device="cpu", precision="float32"), ("cpu", "float32", "full")),
    ],
)
def test_the_model_computes_where_it_fits_as_precisely_as_it_can(
    machine: Machine, wish: Wish, wanted: tuple[str, str, str]
) -> None:
    choice = choose(machine, GLM_FLASH if machine.accelerators else 1000, wish)

    assert (choice.kind, choice.precision, choice.weights) == wanted
    assert all(reason.endswith(".") for reason in choice.why)


@pytest.mark.parametrize(
    ("machine", "wish", "error"),
    [
        (LAPTOP, Wish(device="gpu"), SomethingMissing),
        (LAPTOP, Wish(weights="4bit"), WrongSettings),
        (Machine((V100,)), Wish(weights="8bit"), SomethingMissing),
        (Machine((RTX_3060,)), Wish(device="gpu"), WrongSettings),
    ],
)
def test_a_wish_that_cannot_be_met_is_told(machine: Machine, wish: Wish, error: type[Exception]) -> None:
    with pytest.raises(error):
        choose(machine, GLM_FLASH, wish)


@pytest.mark.parametrize(
    "wish",
    [Wish(), Wish(device="cpu", threads=3), Wish("gpu", "float16", "4bit", 1), Wish(kv_cache="int8", compile=True)],
)
def test_wishes_survive_being_arguments(wish: Wish) -> None:
    assert Wish.from_arguments(wish.as_arguments()) == wish


@pytest.mark.parametrize(
    ("written", "wish"),
    [
        (EngineConfig(), Wish()),
        (EngineConfig(device="cpu", precision="bfloat16", threads=2), Wish("cpu", "bfloat16", None, 2)),
        (EngineConfig(weights="4bit", kv_cache="int8", compile=True), Wish(None, None, "4bit", None, "int8", True)),
    ],
)
def test_what_the_settings_say_is_wished(written: EngineConfig, wish: Wish) -> None:
    assert Wish.of(written) == wish


@pytest.mark.parametrize(
    ("machine", "weights", "compiles"),
    [
        (Machine((V100,)), None, True),
        (Machine((RTX_3060,), has_bitsandbytes=True), "4bit", False),
        (LAPTOP, None, False),
    ],
)
def test_what_is_compiled_and_kept_in_8_bit_is_told(machine: Machine, weights: Weights | None, compiles: bool) -> None:
    choice = choose(machine, 1000, Wish(weights=weights, kv_cache="int8", compile=True))

    assert (choice.kv_cache, choice.compile) == ("int8", compiles)
    assert "What it has read is kept in 8 bit, as the settings say." in choice.why
    assert any("compiled" in reason for reason in choice.why)


def test_this_machine_can_be_examined() -> None:
    machine = examine_machine()

    assert machine.accelerators or machine.cpu_ms
    assert machine.threads >= 1
