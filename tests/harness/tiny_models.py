"""Tiny models of the real classes with random weights: their words mean nothing, their mechanics are the real ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from assistant.engine.lfm2_pictures import Lfm2VlPictures
from assistant.engine.processors import without_video

T: Any = transformers

_CORPUS = [
    "Describe this screenshot. What is in the image? Which button is focused?",
    "button link text field dialog window close save cancel open",
    "the quick brown fox jumps over the lazy dog 0123456789 . , : ; ! ? ( ) [ ]",
] * 20

_PARTS = (
    "{% if m.content is string %}{{ m.content }}{% else %}{% for c in m.content %}"
    "{% if c.type == 'image' %}PICTURE{% elif c.type == 'text' %}{{ c.text }}{% endif %}{% endfor %}{% endif %}"
)
_GLM_TEMPLATE = (
    "[gMASK]<sop>{% for m in messages %}<|{{ m.role }}|>\n"
    + _PARTS.replace("PICTURE", "<|begin_of_image|><|image|><|end_of_image|>")
    + "{% if m.role == 'user' and enable_thinking is defined and not enable_thinking %}/nothink{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n"
    "{% if enable_thinking is defined and not enable_thinking %}<think></think>\n{% endif %}{% endif %}"
)
_CHATML_TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n"
    + _PARTS
    + "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_QWEN_TEMPLATE = _CHATML_TEMPLATE.replace("PICTURE", "<|vision_start|><|image_pad|><|vision_end|>")
_LFM2_TEMPLATE = "<|startoftext|>" + _CHATML_TEMPLATE.replace("PICTURE", "<image>")
_GEMMA_TEMPLATE = (
    "<bos>{% for m in messages %}<start_of_turn>{{ 'model' if m.role == 'assistant' else 'user' }}\n"
    + _PARTS.replace("PICTURE", "<start_of_image>")
    + "<end_of_turn>\n{% endfor %}{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)
_SMOL_TEMPLATE = (
    "<|im_start|>{% for m in messages %}{{ m.role | capitalize }}: "
    + _PARTS.replace("PICTURE", "<image>")
    + "<end_of_utterance>\n{% endfor %}{% if add_generation_prompt %}Assistant:{% endif %}"
)

_GLM_TOKENS = [
    "<|endoftext|>",
    "[MASK]",
    "[gMASK]",
    "[sMASK]",
    "<sop>",
    "<eop>",
    "<|system|>",
    "<|user|>",
    "<|assistant|>",
    "<|observation|>",
    "<|begin_of_image|>",
    "<|end_of_image|>",
    "<|begin_of_video|>",
    "<|end_of_video|>",
    "<|image|>",
    "<|video|>",
    "<|begin_of_box|>",
    "<|end_of_box|>",
]
_GLM_MARKERS = ["<think>", "</think>", "<answer>", "</answer>", "/nothink"]
_QWEN_TOKENS = [
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|vision_pad|>",
    "<|image_pad|>",
    "<|video_pad|>",
]
_SMOL_TOKENS = [
    *[
        "<|endoftext|>",
        "<|im_start|>",
        "<|im_end|>",
        "<fake_token_around_image>",
        "<image>",
        "<global-img>",
        "<end_of_utterance>",
    ],
    *(f"<row_{row}_col_{column}>" for row in range(1, 7) for column in range(1, 7)),
]
_GEMMA_TOKENS = [
    "<pad>",
    "<eos>",
    "<bos>",
    "<unk>",
    "<start_of_turn>",
    "<end_of_turn>",
    "<start_of_image>",
    "<end_of_image>",
    "<image_soft_token>",
]
_LFM2_TOKENS = [
    "<|pad|>",
    "<|startoftext|>",
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<image>",
    "<|image_start|>",
    "<|image_end|>",
    "<|img_thumbnail|>",
]

_TEXT: dict[str, Any] = {
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 8192,
    "initializer_range": 0.2,  # so that answers vary: at 0.02 a random model says one word for ever
}


class _Built(NamedTuple):
    """What one family is made of."""

    network: Any
    processor: Any
    ends: list[str]
    """The tokens that end an answer."""


def build(family: str, folder: Path) -> Path:
    """Build a family's tiny model in a folder, as `save_pretrained` leaves it, and return the folder."""
    torch.manual_seed(0)
    built = FAMILIES[family]()
    tokenizer = built.processor.tokenizer
    ends = tokenizer.convert_tokens_to_ids(built.ends)
    network = built.network.eval()
    network.generation_config = T.GenerationConfig(
        eos_token_id=ends, pad_token_id=tokenizer.pad_token_id, do_sample=False
    )
    network.save_pretrained(folder)
    built.processor.save_pretrained(folder)
    return folder


def _glm(name: str, config: str) -> _Built:
    tokenizer = _tokenizer(_GLM_TOKENS, _GLM_MARKERS, "<|endoftext|>", "<|endoftext|>")
    ids = tokenizer.convert_tokens_to_ids
    rope = {"rope_type": "default", "rope_theta": 5e5, "partial_rotary_factor": 0.5, "mrope_section": [2, 1, 1]}
    text = _TEXT | {
        "model_type": "glm4v_text",
        "vocab_size": len(tokenizer),
        "pad_token_id": 0,
        "rope_parameters": rope,
        "eos_token_id": ids(["<|endoftext|>", "<|user|>"]),
    }
    vision = {"model_type": "glm4v_vision", "depth": 2, "hidden_size": 32, "num_heads": 2, "out_hidden_size": 64}
    vision |= {"intermediate_size": 64, "image_size": 336, "patch_size": 14}
    marks = {f"{kind}_token_id": ids(f"<|{kind}|>") for kind in ("image", "video")}
    for kind in ("image", "video"):
        marks |= {
            f"{kind}_start_token_id": ids(f"<|begin_of_{kind}|>"),
            f"{kind}_end_token_id": ids(f"<|end_of_{kind}|>"),
        }
    network = getattr(T, f"{config}ForConditionalGeneration")(
        getattr(T, f"{config}Config")(text_config=text, vision_config=vision, **marks)
    )
    pictures = getattr(T, f"{name}ImageProcessorPil")(size={"shortest_edge": 112 * 112, "longest_edge": 2 * 784 * 6144})
    processor = _processor(f"{name}Processor", pictures, tokenizer, _GLM_TEMPLATE)
    return _Built(network, processor, ["<|endoftext|>", "<|user|>", "<|observation|>"])


def _qwen() -> _Built:
    tokenizer = _tokenizer(_QWEN_TOKENS, ["<think>", "</think>"], "<|im_end|>", "<|endoftext|>")
    ids = tokenizer.convert_tokens_to_ids
    marks = {f"{kind}_token_id": ids(f"<|{kind}_pad|>") for kind in ("image", "video")}
    marks |= {f"vision_{edge}_token_id": ids(f"<|vision_{edge}|>") for edge in ("start", "end")}
    text = _TEXT | {
        "vocab_size": len(tokenizer),
        "head_dim": 16,
        "rope_parameters": {"rope_type": "default", "rope_theta": 1e6, "mrope_section": [2, 3, 3]},
        "pad_token_id": 0,
        "bos_token_id": None,
        "eos_token_id": ids("<|im_end|>"),
    }
    vision: dict[str, Any] = {
        "depth": 2,
        "hidden_size": 32,
        "num_heads": 2,
        "out_hidden_size": 64,
        "intermediate_size": 64,
    }
    vision |= {"num_position_embeddings": 2304, "patch_size": 16, "deepstack_visual_indexes": [0]}
    network = T.Qwen3VLForConditionalGeneration(T.Qwen3VLConfig(text_config=text, vision_config=vision, **marks))
    pictures = T.Qwen2VLImageProcessorPil(
        size={"shortest_edge": 64 * 64, "longest_edge": 1024 * 1024},
        patch_size=16,
        image_mean=[0.5] * 3,
        image_std=[0.5] * 3,
    )
    return _Built(network, _processor("Qwen3VLProcessor", pictures, tokenizer, _QWEN_TEMPLATE), ["<|im_end|>"])


def _smol() -> _Built:
    tokenizer = _tokenizer(_SMOL_TOKENS, [], "<end_of_utterance>", "<|im_end|>")
    text = _TEXT | {"model_type": "llama", "vocab_size": len(tokenizer), "pad_token_id": 2}
    vision = {"model_type": "smolvlm_vision", "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2}
    vision |= {"num_attention_heads": 2, "image_size": 128, "patch_size": 16}
    image = tokenizer.convert_tokens_to_ids("<image>")
    config = T.SmolVLMConfig(
        text_config=text, vision_config=vision, image_token_id=image, scale_factor=2, pad_token_id=2
    )
    pictures = T.SmolVLMImageProcessorPil(size={"longest_edge": 512}, max_image_size={"longest_edge": 128})
    processor = _processor("SmolVLMProcessor", pictures, tokenizer, _SMOL_TEMPLATE, image_seq_len=16)
    return _Built(T.SmolVLMForConditionalGeneration(config), processor, ["<end_of_utterance>"])


def _gemma() -> _Built:
    named: dict[str, str] = {
        "image_token": "<image_soft_token>",
        "boi_token": "<start_of_image>",
        "eoi_token": "<end_of_image>",
    }
    tokenizer = _tokenizer(_GEMMA_TOKENS, [], "<eos>", "<pad>", bos_token="<bos>", extra_special_tokens=named)
    ids = tokenizer.convert_tokens_to_ids
    text = _TEXT | {"vocab_size": len(tokenizer), "head_dim": 16, "sliding_window": 32, "pad_token_id": 0}
    text |= {"layer_types": ["sliding_attention", "full_attention"], "bos_token_id": 2, "eos_token_id": 1}
    vision: dict[str, Any] = {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
    }
    vision |= {"image_size": 64, "patch_size": 8}
    marks = {"image_token_index": ids("<image_soft_token>"), "boi_token_index": ids("<start_of_image>")}
    config = T.Gemma3Config(
        text_config=text, vision_config=vision, mm_tokens_per_image=16, eoi_token_index=ids("<end_of_image>"), **marks
    )
    pictures = T.Gemma3ImageProcessorPil(size={"height": 64, "width": 64}, image_seq_length=16)
    processor = _processor("Gemma3Processor", pictures, tokenizer, _GEMMA_TEMPLATE, image_seq_length=16)
    return _Built(T.Gemma3ForConditionalGeneration(config), processor, ["<eos>", "<end_of_turn>"])


def _lfm2() -> _Built:
    tokenizer = _tokenizer(_LFM2_TOKENS, [], "<|im_end|>", "<|pad|>", bos_token="<|startoftext|>")
    text = _TEXT | {"vocab_size": len(tokenizer), "layer_types": ["conv", "full_attention"], "pad_token_id": 0}
    vision: dict[str, Any] = {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
    }
    vision |= {"num_patches": 256, "patch_size": 16, "vision_use_head": False}
    image = tokenizer.convert_tokens_to_ids("<image>")
    config = T.Lfm2VlConfig(
        text_config=text, vision_config=vision, image_token_id=image, projector_hidden_size=64, downsample_factor=2
    )
    processor = without_video(T.Lfm2VlProcessor)(Lfm2VlPictures(), tokenizer, chat_template=_LFM2_TEMPLATE)
    return _Built(T.Lfm2VlForConditionalGeneration(config), processor, ["<|im_end|>"])


FAMILIES: Mapping[str, Callable[[], _Built]] = {
    "glm46v": lambda: _glm("Glm46V", "Glm46V"),
    "glm4v": lambda: _glm("Glm46V", "Glm4v"),  # as GLM-4.6V-Flash's own folder pairs them
    "qwen3_vl": _qwen,
    "gemma3": _gemma,
    "smolvlm": _smol,
    "lfm2_vl": _lfm2,
}


def _processor(name: str, pictures: Any, tokenizer: Any, template: str, **options: Any) -> Any:
    base = getattr(T, name)
    video = [None] if "video_processor" in base.get_attributes() else []
    return without_video(base)(pictures, tokenizer, *video, chat_template=template, **options)


def _tokenizer(special: list[str], markers: list[str], end: str, padding: str, **named: Any) -> Any:
    tokenizer: Any = Tokenizer(models.BPE(byte_fallback=False))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=700,
        special_tokens=special + markers,
        initial_alphabet=[*map(chr, range(33, 127)), "Ġ", "Ċ"],  # a random model shall not write half characters
        show_progress=False,
    )
    tokenizer.train_from_iterator(_CORPUS, trainer)
    return T.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=end,
        pad_token=padding,
        padding_side="left",
        additional_special_tokens=special,
        model_max_length=65536,
        clean_up_tokenization_spaces=False,
        **named,
    )


def settings_of(folder: Path, name: str = "config.json") -> dict[str, Any]:
    """Return one of a model's settings files."""
    settings: dict[str, Any] = json.loads((folder / name).read_bytes())
    return settings
