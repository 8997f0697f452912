"""Choose where the model computes and how precisely, from what is there; the reason is told, for `sightline doctor`.

Nothing is imported here before `examine_machine` is called: torch takes seconds.
"""

from __future__ import annotations

import importlib.util
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from assistant.config import EngineConfig
from assistant.errors import SomethingMissing, WrongSettings

Kind = Literal["cuda", "rocm", "xpu", "cpu"]
Precision = Literal["float32", "bfloat16", "float16"]
Weights = Literal["full", "8bit", "4bit"]
KvCache = Literal["full", "int8"]

SPARE_BYTES = 3 << 30  # beside the weights: picture, KV cache, work space of a 9 B model at 1,000 tokens
_BYTES_LEFT: dict[Weights, float] = {"full": 1.0, "8bit": 0.55, "4bit": 0.35}  # vision tower and head stay in 16 bit


@dataclass(frozen=True, slots=True)
class Accelerator:
    """A GPU, as torch sees it."""

    kind: Kind
    name: str
    free_bytes: int
    has_bfloat16: bool


@dataclass(frozen=True, slots=True)
class Machine:
    """What there is to compute with."""

    accelerators: tuple[Accelerator, ...] = ()
    cpu_ms: tuple[tuple[Precision, float], ...] = ()
    """How long one and the same matrix product took, by precision."""
    has_bitsandbytes: bool = False
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user's settings say; None lets us choose."""

    device: Literal["gpu", "cpu"] | None = None
    precision: Precision | None = None
    weights: Weights | None = None
    threads: int | None = None
    kv_cache: KvCache | None = None
    compile: bool | None = None

    def as_arguments(self) -> tuple[str, ...]:
        """Return it as a process's arguments: `device=cpu`, `threads=2`."""
        return tuple(f"{name}={value}" for name, value in asdict(self).items() if value is not None)

    @classmethod
    def from_arguments(cls, arguments: Sequence[str]) -> Wish:
        """Return what `as_arguments` wrote."""
        wishes: dict[str, Any] = dict(argument.split("=", 1) for argument in arguments)
        if threads := wishes.get("threads"):
            wishes["threads"] = int(threads)
        if "compile" in wishes:
            wishes["compile"] = wishes["compile"] == "True"
        return cls(**wishes)

    @classmethod
    def of(cls, engine: EngineConfig) -> Wish:
        """Return what the settings wish."""
        return cls(
            device=None if engine.device == "auto" else engine.device,
            precision=None if engine.precision == "auto" else engine.precision,
            weights=None if engine.weights == "auto" else engine.weights,
            threads=engine.threads or None,
            kv_cache=None if engine.kv_cache == "full" else engine.kv_cache,
            compile=engine.compile or None,
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """Where the model computes, how, and why; the `why` are sentences for a person."""

    kind: Kind
    precision: Precision
    weights: Weights
    threads: int
    why: tuple[str, ...]
    kv_cache: KvCache = "full"
    compile: bool = False

    @property
    def device(self) -> str:
        """The name that torch has for it; ROCm's is CUDA's."""
        return {"cuda": "cuda", "rocm": "cuda", "xpu": "xpu", "cpu": "cpu"}[self.kind]


def choose(machine: Machine, weights_bytes: int, wish: Wish = Wish()) -> Choice:
    """Return where a model of this many bytes (16 bit) computes; SomethingMissing if a wish cannot be met."""
    return _with_wishes(_where(machine, weights_bytes, wish), wish)


def _where(machine: Machine, weights_bytes: int, wish: Wish) -> Choice:
    if wish.device == "cpu":
        return _on_cpu(machine, wish, "The settings say CPU.")
    if not machine.accelerators:
        if wish.device == "gpu":
            raise SomethingMissing(
                "No GPU was found that torch can use. Install a torch made for it, or set device: cpu."
            )
        return _on_cpu(machine, wish, "No GPU was found that torch can use.")
    gpu = max(machine.accelerators, key=lambda one: one.free_bytes)
    fitting = _fitting(gpu, machine, weights_bytes, wish)
    if fitting is None:
        reason = f"The model does not fit on {gpu.name}, which has {_gigabytes(gpu.free_bytes)} free."
        if wish.device == "gpu":
            raise WrongSettings(f"{reason} Choose a smaller model, or set device: cpu.")
        return _on_cpu(machine, wish, reason)
    return _on_gpu(gpu, machine, fitting, wish)


def examine_machine() -> Machine:
    """Return what there is to compute with. Imports torch and measures the CPU for some tens of milliseconds."""
    import torch  # noqa: PLC0415 - see the top

    accelerators: list[Accelerator] = []
    if torch.cuda.is_available():
        kind: Kind = "rocm" if torch.version.hip else "cuda"
        free, _ = torch.cuda.mem_get_info()
        name = torch.cuda.get_device_name()
        accelerators.append(Accelerator(kind, name, free, torch.cuda.is_bf16_supported(including_emulation=False)))
    if torch.xpu.is_available():
        properties = torch.xpu.get_device_properties(0)
        accelerators.append(Accelerator("xpu", properties.name, properties.total_memory, has_bfloat16=True))
    speeds = () if accelerators else _measure_cpu(torch)
    threads = len(os.sched_getaffinity(0))
    return Machine(tuple(accelerators), speeds, _is_there("bitsandbytes"), threads)


def _with_wishes(choice: Choice, wish: Wish) -> Choice:
    why = list(choice.why)
    if wish.kv_cache == "int8":
        why.append("What it has read is kept in 8 bit, as the settings say.")
    compiles = bool(wish.compile) and choice.kind != "cpu" and choice.weights == "full"
    if compiles:
        why.append("It is compiled, as the settings say: the first answers are slow.")
    elif wish.compile:
        why.append("It is not compiled: that is for GPUs, with whole weights.")
    return replace(choice, kv_cache=wish.kv_cache or "full", compile=compiles, why=tuple(why))


def _on_cpu(machine: Machine, wish: Wish, reason: str) -> Choice:
    if wish.weights not in {None, "full"}:
        raise WrongSettings("8 and 4 bit weights are for GPUs: on a CPU they were slower. Leave weights out.")
    threads = wish.threads or machine.threads
    if wish.precision:
        return Choice("cpu", wish.precision, "full", threads, (reason, f"The settings say {wish.precision}."))
    if not machine.cpu_ms:
        return Choice("cpu", "float32", "full", threads, (reason, "float32 serves every CPU."))
    precision, _ = min(machine.cpu_ms, key=lambda one: one[1])
    measured = ", ".join(f"{name} {ms:.1f} ms" for name, ms in machine.cpu_ms)
    return Choice("cpu", precision, "full", threads, (reason, f"{precision} was fastest here: {measured}."))


def _on_gpu(gpu: Accelerator, machine: Machine, weights: Weights, wish: Wish) -> Choice:
    precision: Precision = wish.precision or ("bfloat16" if gpu.has_bfloat16 else "float16")
    why = [f"{gpu.name} has {_gigabytes(gpu.free_bytes)} free."]
    why.append(f"The settings say {precision}." if wish.precision else f"It computes {precision}.")
    if wish.weights:
        why.append(f"The settings say {weights} weights.")
    elif weights != "full":
        why.append(f"The model fits only with {weights} weights; its vision tower and head stay in 16 bit.")
    return Choice(gpu.kind, precision, weights, wish.threads or machine.threads, tuple(why))


def _fitting(gpu: Accelerator, machine: Machine, weights_bytes: int, wish: Wish) -> Weights | None:
    if wish.weights:
        if wish.weights != "full" and not machine.has_bitsandbytes:
            raise SomethingMissing(f"{wish.weights} weights need bitsandbytes. Run: pip install bitsandbytes")
        return wish.weights
    possible: tuple[Weights, ...] = ("full", "8bit", "4bit") if machine.has_bitsandbytes else ("full",)
    return next((one for one in possible if weights_bytes * _BYTES_LEFT[one] + SPARE_BYTES <= gpu.free_bytes), None)


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB"


def _measure_cpu(torch: Any) -> tuple[tuple[Precision, float], ...]:
    """Multiply as a prefill does: 256 tokens by a layer of 1,024; the best of three, after one to warm up."""
    found: list[tuple[Precision, float]] = []
    names: tuple[Precision, ...] = ("float32", "bfloat16")
    for name in names:
        tokens = torch.ones(256, 1024, dtype=getattr(torch, name))
        layer = torch.ones(1024, 1024, dtype=tokens.dtype)
        found.append((name, min(_milliseconds(tokens, layer) for _ in range(4))))
    return tuple(found)


def _milliseconds(tokens: Any, layer: Any) -> float:
    started = time.perf_counter()
    _ = tokens @ layer
    return (time.perf_counter() - started) * 1000


def _is_there(library: str) -> bool:
    return importlib.util.find_spec(library) is not None
