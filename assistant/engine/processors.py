"""Load a model's processor without torchvision.

transformers reads videos only through torchvision, and a processor that knows videos refuses to load without it
(https://github.com/huggingface/transformers/issues/43986, 5.23). We show it pictures only, so its video part is
left out. The two methods that are overridden are transformers' own affair: tests/engine load every family.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from transformers import AutoConfig, ProcessorMixin
from transformers.models.auto.processing_auto import PROCESSOR_MAPPING, processor_class_from_name

from assistant.engine.lfm2_pictures import Lfm2VlPictures

VIDEO = "video_processor"
LOCAL: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
_OWN_PICTURES = {"lfm2_vl": Lfm2VlPictures, "lfm3_vl": Lfm2VlPictures}  # theirs needs torchvision


def load_processor(folder: Path) -> ProcessorMixin:
    """Return the processor of a model's folder, for text and pictures."""
    config = AutoConfig.from_pretrained(folder, **LOCAL)
    own = _OWN_PICTURES.get(config.model_type)
    processor: ProcessorMixin = without_video(_processor_class(folder, config), own).from_pretrained(folder, **LOCAL)
    return processor


def without_video(base: Any, own_pictures: Any = None) -> Any:
    """Return the same processor class, its video part left out, its picture part ours where one is given."""

    class PicturesOnly(base):  # type: ignore[misc]  # a class made at run time
        # No __init__ here: from_pretrained drops what base.__init__ names (chat_template) if it is hidden.
        video_processor = SimpleNamespace(num_frames=64, fps=1, size={"longest_edge": 512})  # SmolVLM's template asks

        @classmethod
        def get_attributes(cls) -> list[str]:
            return [name for name in base.get_attributes() if name != VIDEO]

        @classmethod
        def _get_arguments_from_pretrained(cls, folder: Path, processor_dict: Any = None, **options: Any) -> list[Any]:
            if own_pictures is None:
                parts = super()._get_arguments_from_pretrained(folder, processor_dict, **options)
            else:
                parts = [_part(cls, name, folder, own_pictures, options) for name in cls.get_attributes()]
            names = base.get_attributes()
            if VIDEO in names:  # SmolVLM's has it as a positional argument
                parts.insert(names.index(VIDEO), None)
            return list(parts)

    PicturesOnly.__name__, PicturesOnly.__qualname__ = base.__name__, base.__qualname__
    return PicturesOnly


def _part(cls: Any, name: str, folder: Path, own_pictures: Any, options: dict[str, Any]) -> Any:
    if name == "image_processor":
        return own_pictures(**_picture_settings(folder))
    return cls._load_tokenizer_from_pretrained(name, folder, **options)


def _picture_settings(folder: Path) -> dict[str, Any]:
    for name, key in (("processor_config.json", "image_processor"), ("preprocessor_config.json", None)):
        if (settings := _read(folder / name)) and (own := settings.get(key) if key else settings):
            return dict(own)
    return {}


def _processor_class(folder: Path, config: Any) -> Any:
    for name in ("processor_config.json", "preprocessor_config.json", "tokenizer_config.json"):
        if (named := _read(folder / name).get("processor_class")) and (found := processor_class_from_name(named)):
            return found
    return PROCESSOR_MAPPING[type(config)]


def _read(path: Path) -> dict[str, Any]:
    try:
        settings = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    return settings if isinstance(settings, dict) else {}
