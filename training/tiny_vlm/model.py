"""The test model before it has learnt anything: GLM-4.6V's network, tokenizer and processor, all small."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from assistant.engine.processors import without_video

VOCABULARY = 1_500
END, USER = "<|endoftext|>", "<|user|>"
_MARKS = (
    *(END, "[MASK]", "[gMASK]", "[sMASK]", "<sop>", "<eop>", "<|system|>", USER, "<|assistant|>", "<|observation|>"),
    *("<|begin_of_image|>", "<|end_of_image|>", "<|begin_of_video|>", "<|end_of_video|>", "<|image|>", "<|video|>"),
    *("<|begin_of_box|>", "<|end_of_box|>"),
)
_MARKERS = ("<think>", "</think>", "<answer>", "</answer>", "/nothink")
_CONTENT = (
    "{% if m.content is string %}{{ m.content }}{% else %}{% for c in m.content %}{% if c.type == 'image' %}"
    "<|begin_of_image|><|image|><|end_of_image|>"
    "{% elif c.type == 'text' %}{{ c.text }}{% endif %}{% endfor %}{% endif %}"
)
TEMPLATE = (  # GLM-4.6's own, as far as it concerns a talk without tools, its thinking switched off or not
    "[gMASK]<sop>{% for m in messages %}<|{{ m.role }}|>\n"
    "{% if m.role == 'assistant' %}<think></think>\n{% endif %}"
    + _CONTENT
    + "{% if m.role == 'user' and enable_thinking is defined and not enable_thinking %}/nothink{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n"
    "{% if enable_thinking is defined and not enable_thinking %}<think></think>\n{% endif %}{% endif %}"
)

T: Any = transformers


def make_processor(texts: Iterable[str]) -> Any:
    """Return a processor whose tokenizer has learnt its vocabulary from these texts."""
    pictures = T.Glm46VImageProcessorPil(size={"shortest_edge": 112 * 112, "longest_edge": 2 * 784 * 512})
    return without_video(T.Glm46VProcessor)(pictures, _tokenizer(texts), chat_template=TEMPLATE)


@dataclass(frozen=True, slots=True)
class Size:
    """How large a network is. Keys and values have two heads, as in GLM-4.6V-Flash."""

    layers: int = 3
    width: int = 128
    heads: int = 4
    feed_forward: int = 256
    vision_layers: int = 3
    vision_width: int = 96
    vision_heads: int = 4
    vision_merger: int = 192
    spread: float = 0.06
    """The standard deviation of the first weights."""


def make_network(tokenizer: Any, size: Size = Size()) -> Any:
    """Return a network with random weights, the same ones for the same seed of torch."""
    ids = tokenizer.convert_tokens_to_ids
    turned = size.width // size.heads // 4  # half of a head is turned, two by two
    rope = {"rope_type": "default", "rope_theta": 1e4, "partial_rotary_factor": 0.5}
    text = {
        "model_type": "glm4v_text",
        "vocab_size": len(tokenizer),
        "hidden_size": size.width,
        "intermediate_size": size.feed_forward,
        "num_hidden_layers": size.layers,
        "num_attention_heads": size.heads,
        "num_key_value_heads": 2,
        "max_position_embeddings": 8192,
        "initializer_range": size.spread,
        "rope_parameters": rope | {"mrope_section": [turned - 2 * (turned // 4), turned // 4, turned // 4]},
        "pad_token_id": ids(END),
        "eos_token_id": ids([END, USER]),
    }
    vision = {
        "model_type": "glm4v_vision",
        "depth": size.vision_layers,
        "hidden_size": size.vision_width,
        "num_heads": size.vision_heads,
        "out_hidden_size": size.width,
        "intermediate_size": size.vision_merger,
        "image_size": 336,
        "patch_size": 14,
        "initializer_range": size.spread,
    }
    marks = {f"{kind}_token_id": ids(f"<|{kind}|>") for kind in ("image", "video")}
    for kind in ("image", "video"):
        marks |= {f"{kind}_{edge}_token_id": ids(f"<|{word}_of_{kind}|>") for edge, word in _EDGES}
    network = T.Glm46VForConditionalGeneration(T.Glm46VConfig(text_config=text, vision_config=vision, **marks))
    network.generation_config = T.GenerationConfig(
        eos_token_id=ids([END, USER, "<|observation|>"]), pad_token_id=ids(END), do_sample=False
    )
    return network


_EDGES = (("start", "begin"), ("end", "end"))


def save_model(network: Any, processor: Any, folder: Path, precision: torch.dtype = torch.float16) -> None:
    """Write a model's folder, its weights in 16 bit."""
    network.to(precision).save_pretrained(folder)
    processor.save_pretrained(folder)
    for path in folder.iterdir():
        path.chmod(0o644)


def _tokenizer(texts: Iterable[str]) -> Any:
    tokenizer: Any = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[*_MARKS, *_MARKERS],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return T.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=END,
        pad_token=END,
        padding_side="left",
        additional_special_tokens=list(_MARKS),
        model_max_length=8192,
        clean_up_tokenization_spaces=False,
    )
