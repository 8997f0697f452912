"""Make tone.onnx, a Piper voice that plays a tone for each phoneme, and its settings. Needs `pip install onnx`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

SAMPLES = 1100  # for each phoneme, at 22,050 a second
HERTZ = 2 * np.pi / 22_050


def main() -> None:
    """Write the model beside this file."""
    constants: dict[str, NDArray[Any]] = {
        "time": np.arange(SAMPLES, dtype=np.float32).reshape(1, 1, SAMPLES),
        "hertz_per_id": np.array([37 * HERTZ], np.float32),
        "loudness": np.array([0.5], np.float32),
        "last": np.array([2], np.int64),
        "shape": np.array([1, 1, 1, -1], np.int64),
    }
    nodes = [
        helper.make_node("Cast", ["input"], ["ids"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["ids", "last"], ["column"]),
        helper.make_node("Mul", ["column", "hertz_per_id"], ["frequency"]),
        helper.make_node("Mul", ["frequency", "time"], ["phase"]),
        helper.make_node("Sin", ["phase"], ["tone"]),
        helper.make_node("Mul", ["tone", "loudness"], ["softer"]),
        helper.make_node("Reshape", ["softer", "shape"], ["output"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tone",
        [
            helper.make_tensor_value_info("input", TensorProto.INT64, [1, "phonemes"]),
            helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
            helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
        ],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, 1, "samples"])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    file = Path(__file__).with_name("tone.onnx")
    onnx.save(model, file)
    config = {
        "audio": {"sample_rate": 22_050},
        "espeak": {"voice": "en-us"},
        "num_symbols": 256,
        "num_speakers": 1,
        "phoneme_id_map": DEFAULT_PHONEME_ID_MAP,
    }
    Path(f"{file}.json").write_text(json.dumps(config) + "\n")


if __name__ == "__main__":
    main()
