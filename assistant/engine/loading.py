"""Load a model from a folder: offline, from safetensors alone, after its checksums, and never any code from it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.engine.devices import Choice, Wish, choose, examine_machine
from assistant.engine.manifest import check_manifest
from assistant.errors import SightlineError, SomethingMissing, WrongSettings

OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
KEPT_IN_16_BIT = ("lm_head", "visual", "vision_tower", "vision_model", "multi_modal_projector", "connector")


@dataclass(frozen=True, slots=True)
class Model:
    """A loaded model, its processor, and where it computes. For one thread at a time."""

    name: str
    network: Any
    processor: Any
    choice: Choice

    @property
    def family(self) -> str:
        """What its configuration calls its architecture: "glm4v", "qwen3_vl"."""
        return str(self.network.config.model_type)


def load_model(folder: Path, wish: Wish = Wish()) -> Model:  # noqa: B008 - frozen
    """Return the model in a folder, ready to compute; WrongSettings or SomethingMissing say what is wrong with it."""
    check_manifest(folder, trusts_memory=True)
    os.environ.update(OFFLINE)
    try:
        return _load(folder.absolute(), wish)
    except SightlineError:
        raise
    except ImportError as error:
        raise SomethingMissing(
            f"The model needs the library “{error.name or 'transformers'}”. Run: pip install 'sightline[vlm]'"
        ) from error
    except Exception as error:
        raise WrongSettings(
            f"The model cannot be loaded ({type(error).__name__}). Choose another one: sightline model list",
            file=folder,
        ) from error


def _load(folder: Path, wish: Wish) -> Model:
    import torch  # noqa: PLC0415 - a wrong folder is told without waiting seconds for it
    from transformers import AutoModelForImageTextToText  # noqa: PLC0415
    from transformers.utils import logging as transformers_log  # noqa: PLC0415

    from assistant.engine.processors import LOCAL, load_processor  # noqa: PLC0415

    transformers_log.disable_progress_bar()  # type: ignore[no-untyped-call]
    processor = load_processor(folder)
    choice = choose(examine_machine(), weights_bytes(folder), wish)
    torch.set_num_threads(choice.threads)
    network: Any = AutoModelForImageTextToText.from_pretrained(
        folder,
        use_safetensors=True,
        dtype=getattr(torch, choice.precision),
        attn_implementation="sdpa",
        device_map=None if choice.device == "cpu" else {"": choice.device},
        **_quantisation(choice),
        **LOCAL,
    )
    return Model(folder.name, network.eval().requires_grad_(requires_grad=False), processor, choice)


def weights_bytes(folder: Path) -> int:
    """Return how large a model's weights are on disk."""
    return sum(path.stat().st_size for path in folder.glob("*.safetensors"))


def _quantisation(choice: Choice) -> dict[str, Any]:
    if choice.weights == "full":
        return {}
    from transformers import BitsAndBytesConfig  # noqa: PLC0415

    make: Any = BitsAndBytesConfig
    skipped = {"llm_int8_skip_modules": list(KEPT_IN_16_BIT)}
    if choice.weights == "8bit":
        return {"quantization_config": make(load_in_8bit=True, **skipped)}
    four = {"bnb_4bit_quant_type": "nf4", "bnb_4bit_use_double_quant": True, "bnb_4bit_compute_dtype": choice.precision}
    return {"quantization_config": make(load_in_4bit=True, **four, **skipped)}
