"""Set the thresholds, write assistant/sight/weights/icons.onnx, and report on families that were never seen."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
import torch

from assistant.sight import weights
from assistant.sight.icon_crop import SIDE
from assistant.sight.icons import WEIGHTS
from training.icons.model import IconNet
from training.icons.names import meanings
from training.icons.report import Scored, report

COVERAGE = 0.87  # of the known icons of the calibration families are to be named: unseen themes lose some of it
HALF = 128 * 1024  # bytes: tensors smaller than this stay in full precision


def export(cache: Path) -> None:
    """Write the weights and print the figures."""
    data = np.load(cache / "calibrate.npz")
    model = IconNet(len(data["meaning_names"]))
    model.load_state_dict(torch.load(cache / "icons.pt", weights_only=True))
    model.eval()
    logits = score(model, data["pictures"])
    truth = data["meanings"]
    known = truth < len(meanings())
    temperature = _temperature(logits[known], truth[known])
    least = _least(Scored.of(logits, truth, temperature))
    print(f"temperature {temperature:.3f}, least {least:.3f}")
    file = weights.FOLDER / WEIGHTS
    write(model, file, temperature=temperature, least=least)
    weights.note(WEIGHTS)
    print(f"{file.name}: {file.stat().st_size / 1e6:.2f} MB, {sum(p.numel() for p in model.parameters())} parameters")
    for use in ("calibrate", "test"):
        data = np.load(cache / f"{use}.npz")
        print(report(use, data, Scored.of(score(model, data["pictures"]), data["meanings"], temperature), least))


def score(model: IconNet, pictures: np.ndarray) -> np.ndarray:
    """Return the logits of int8 samples."""
    with torch.inference_mode():
        parts = [
            model(torch.from_numpy(part).float() / 127) for part in np.array_split(pictures, len(pictures) // 500 + 1)
        ]
        return torch.cat(parts).numpy()


def _temperature(logits: np.ndarray, truth: np.ndarray) -> float:
    """Return by what to divide the logits so that confidence is the share that is right."""
    rows = np.arange(len(truth))
    best, found = float("inf"), 1.0
    for temperature in np.geomspace(0.3, 3, 60):
        scaled = logits.astype(np.float64) / temperature
        scaled -= scaled.max(axis=1, keepdims=True)
        loss = -(scaled[rows, truth] - np.log(np.exp(scaled).sum(axis=1))).mean()
        if loss < best:
            best, found = loss, float(temperature)
    return found


def _least(scored: Scored) -> float:
    """Return the confidence from which this share of the known icons is named."""
    known = scored.truth < len(meanings())
    return float(np.quantile(scored.sure[known], 1 - COVERAGE))


def write(model: IconNet, file: Path, *, temperature: float, least: float) -> None:
    """Write an ONNX file with the meanings and thresholds in it, weights as 16-bit floats."""
    icons = torch.zeros(2, 3, SIDE, SIDE)
    torch.onnx.export(
        model, (icons,), str(file), input_names=["icons"], output_names=["logits"],
        dynamic_axes={"icons": {0: "count"}, "logits": {0: "count"}}, opset_version=17, dynamo=False,
    )  # fmt: skip
    made = onnx.load(file)
    stated = {"meanings": " ".join(meanings()), "temperature": f"{temperature:.4f}", "least": f"{least:.4f}"}
    onnx.helper.set_model_props(made, stated)
    _halve(made)
    onnx.checker.check_model(made)
    onnx.save(made, file)


def _halve(made: onnx.ModelProto) -> None:
    """Keep the large weights as 16-bit floats, cast back when loaded: half the file, the same speed."""
    graph = made.graph
    casts = []
    for tensor in graph.initializer:
        values = onnx.numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.nbytes >= HALF:
            name = tensor.name
            tensor.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16), name + "_16"))
            casts.append(onnx.helper.make_node("Cast", [name + "_16"], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cache", type=Path)
    export(parser.parse_args().cache)
