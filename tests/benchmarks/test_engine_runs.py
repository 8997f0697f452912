"""The benchmarks of the model's process run, in small. How fast is for them to say."""

# ruff: noqa: PLC0415 - nothing of the extra `vlm` is imported where it is not installed
from __future__ import annotations

from importlib.util import find_spec

import pytest

pytestmark = [
    pytest.mark.skipif(not (find_spec("transformers") and find_spec("uvicorn")), reason="needs the extras vlm, serve"),
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),  # transformers 5.23 with numpy
]


async def test_the_engine_is_timed_beside_transformers_serve_and_generate() -> None:
    from benchmarks import engine
    from benchmarks.engine_servers import TINY

    result = await engine.run(0.01, sizes={"1 M": TINY})

    taken = [(line.ours.count, line.rival.count) for line in result.comparisons if line.rival]
    assert taken == [(1, 1)] * 10


def test_without_a_gpu_the_full_size_is_not_measured(capsys: pytest.CaptureFixture[str]) -> None:
    import torch

    if torch.cuda.is_available() or torch.xpu.is_available():
        pytest.skip("there is a GPU")
    from benchmarks import gpu_full_size

    status = gpu_full_size.main([])

    assert status == 4
    assert "There is no GPU" in capsys.readouterr().err


def test_the_full_size_benchmark_runs_with_a_tiny_model(capsys: pytest.CaptureFixture[str]) -> None:
    from benchmarks import gpu_full_size

    status = gpu_full_size.main(["--tiny", "--rounds", "1"])

    assert status == 0
    assert capsys.readouterr().out.count(" ms | ") >= 3


def test_the_full_size_is_glm_flashs() -> None:
    import torch

    from benchmarks import gpu_full_size
    from training.tiny_vlm.model import make_processor

    tokenizer = make_processor(["a few words"]).tokenizer
    with torch.device("meta"):
        network = gpu_full_size.full_size(tokenizer)

    assert sum(one.numel() for one in network.parameters()) == 10_292_777_472
