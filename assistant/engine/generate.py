"""Write answers with a model: one at a time, in one thread, streamed, and stopped within one step.

A step is one layer of the network, in the picture's encoder too: a hook before each looks whether to go on.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import torch
from transformers import GenerationConfig, LogitsProcessorList
from transformers.cache_utils import Cache
from transformers.generation.streamers import BaseStreamer

from assistant.engine.answer import AnswerText
from assistant.engine.caches import fork, new_cache
from assistant.engine.compiled import Compiled, can_be_compiled
from assistant.engine.errors import BadRequest
from assistant.engine.loading import Model
from assistant.engine.lookup import let_lookup_work
from assistant.engine.prefix import Prefix, Prefixes
from assistant.engine.prompt import TYPES, Prompt, Prompter, Turn
from assistant.engine.references import OnlyThese, Rule, Vocabulary
from assistant.engine.repetition import is_circling

Finish = Literal["stop", "length", "cancelled"]
LOOKUP_TOKENS = 5
_READ_ONCE = ("input_ids", "attention_mask", *TYPES)


@dataclass(frozen=True, slots=True, repr=False)
class Question:
    """What to answer, and how."""

    turns: tuple[Turn, ...]
    window: str = ""
    """What is read of it is kept under this name for the next question."""
    most_tokens: int = 256
    """0 reads the prompt and answers nothing: the next question is then quick."""
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int | None = None
    stop: tuple[str, ...] = ()
    cut_circles: bool = True
    references: frozenset[int] | None = None
    """The answer refers to no other `[n]` than these; None: to any."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an answer went."""

    finish: Finish
    prompt_tokens: int
    cached_tokens: int
    answer_tokens: int
    first_token_ms: float


class _Stopped(Exception):
    """Raised inside the network to leave it."""


class _Done(Exception):
    """Raised between tokens: the answer is long enough, or goes in circles."""


class Author:
    """Writes answers with one model. Its methods are for one thread, but for `is_stuck`."""

    def __init__(self, model: Model, *, lookup_tokens: int = LOOKUP_TOKENS, compiler: str = "inductor") -> None:
        self.model = model
        self._compiled: Compiled | None = None
        if model.choice.compile and can_be_compiled(model.network):
            self._compiled = Compiled(model.network, backend=compiler)
        self.prefixes = Prefixes()
        self._prompter = Prompter(model)
        self._network = model.network
        self._rope_owner = _rope_owner(self._network)
        self._ends = _ends(self._network, model.processor.tokenizer)
        make: Any = GenerationConfig
        self._network.generation_config = make(  # the folder's own may sample, penalise, or be odd
            eos_token_id=sorted(self._ends), pad_token_id=_padding(model.processor.tokenizer), do_sample=False
        )
        self._vocabulary = Vocabulary(model.processor.tokenizer, self._prompter.marks)
        self._rule = Rule(self._vocabulary, ())
        self._lookup_tokens = 0 if self._network._is_stateful else lookup_tokens  # noqa: SLF001 - nowhere else to ask
        self._longest = int(getattr(self._network.config.get_text_config(), "max_position_embeddings", 0)) or 1 << 30
        let_lookup_work(self._network)
        self._cancelled: threading.Event | None = None
        self._last_step: float | None = None
        self._watch_layers()

    def is_stuck(self, seconds: float) -> bool:
        """Whether it is at work and has not finished one step for so long."""
        last = self._last_step
        return last is not None and time.monotonic() - last > seconds

    def answer(self, question: Question, say: Callable[[str], None], cancelled: threading.Event) -> Outcome:
        """Answer a question piece by piece; returns soon after `cancelled` is set. BadRequest if it cannot be asked."""
        self._cancelled, self._last_step = cancelled, time.monotonic()
        try:
            with torch.inference_mode():
                return self._answer(question, say)
        except torch.OutOfMemoryError:
            self.prefixes.drop()  # so that the next question has a chance
            raise
        finally:
            self._cancelled = self._last_step = None

    def _answer(self, question: Question, say: Callable[[str], None]) -> Outcome:
        started = time.monotonic()
        outcome = Outcome("cancelled", 0, 0, 0, 0.0)
        try:
            prompt = self._prompter.write(question.turns, self.prefixes.of(question.window))
            if prompt.tokens + question.most_tokens > self._longest:
                raise BadRequest(f"The model reads at most {self._longest} tokens.", parameter="messages")
            outcome = replace(outcome, prompt_tokens=prompt.tokens)
            prefix, cached = self._prefix(question, prompt)
            outcome = replace(outcome, cached_tokens=cached)
            if not question.most_tokens:
                return replace(outcome, finish="length")
            writing = _Writing(self, question, prompt, say, started)
            finish = self._write(question, prompt, prefix, writing)
            return replace(outcome, finish=finish, answer_tokens=len(writing.ids), first_token_ms=writing.first_ms)
        except _Stopped:
            return outcome

    def _write(self, question: Question, prompt: Prompt, prefix: Prefix | None, writing: _Writing) -> Finish:
        inputs = dict(prompt.inputs)
        compiled = self._compiled_for(question, prompt)
        if prefix:
            inputs = {name: tensor for name, tensor in inputs.items() if name in _READ_ONCE}
            self._set_rope_deltas(prefix.rope_deltas)
        if compiled:
            inputs["past_key_values"] = compiled.going_on_from(prefix.cache if prefix else None)
        else:
            inputs["past_key_values"] = fork(prefix.cache) if prefix else self._new_cache()
        finish: Finish = "length"
        try:
            self._network.generate(**inputs, streamer=writing, **self._options(question, prompt, compiled))
        except _Done:
            finish = writing.finish
        except _Stopped:
            finish = "cancelled"
        else:
            finish = "stop" if writing.ids and writing.ids[-1] in self._ends else "length"
        if finish != "cancelled":
            writing.say_rest()
        return finish

    def _prefix(self, question: Question, prompt: Prompt) -> tuple[Prefix | None, int]:
        """Return what of the prompt was read before, or read it now and keep it; and how many tokens were kept."""
        length = prompt.prefix_tokens
        if not length:
            return None, 0
        if found := self.prefixes.find(question.window, prompt):
            return found, found.ids.shape[1]
        prefix = self._read_prefix(prompt, length)
        self.prefixes.keep(question.window, prefix)
        return prefix, 0

    def _read_prefix(self, prompt: Prompt, length: int) -> Prefix:
        inputs = {name: one[:, :length] if name in _READ_ONCE else one for name, one in prompt.inputs.items()}
        self.read_nothing()
        cache = self._new_cache()
        self._network(**inputs, past_key_values=cache, use_cache=True, logits_to_keep=1)
        deltas = self._rope_owner.rope_deltas if self._rope_owner is not None else None
        types = {name: inputs[name] for name in TYPES if name in inputs}
        return Prefix(prompt.before, prompt.pictures, inputs["input_ids"], types, cache, deltas)

    def _new_cache(self) -> Cache:
        return new_cache(self._network, self.model.choice.kv_cache)

    def _compiled_for(self, question: Question, prompt: Prompt) -> Compiled | None:
        fits = self._compiled is not None and prompt.tokens + question.most_tokens <= self._compiled.tokens
        return self._compiled if fits else None

    def _set_rope_deltas(self, deltas: torch.Tensor | None) -> None:
        if self._rope_owner is not None:
            self._rope_owner.rope_deltas = deltas

    def _options(self, question: Question, prompt: Prompt, compiled: Compiled | None) -> dict[str, Any]:
        options: dict[str, Any] = {"max_new_tokens": question.most_tokens, "do_sample": question.temperature > 0}
        if question.references is not None:
            options["logits_processor"] = LogitsProcessorList([self._only_these(question.references, prompt.tokens)])
        if question.temperature > 0:
            torch.manual_seed(question.seed if question.seed is not None else time.monotonic_ns())
            options |= {"temperature": question.temperature, "top_p": question.top_p, "top_k": 0}
        elif self._lookup_tokens and not compiled:
            options |= {"prompt_lookup_num_tokens": self._lookup_tokens}
        return options | (compiled.options if compiled else {})

    def _only_these(self, numbers: frozenset[int], prompt_tokens: int) -> OnlyThese:
        if self._rule.numbers != numbers:  # the next question is mostly about the same window
            self._rule = Rule(self._vocabulary, numbers)
        return OnlyThese(self._rule, prompt_tokens)

    def _watch_layers(self) -> None:
        layers = [
            one for module in self._network.modules() if isinstance(module, torch.nn.ModuleList) for one in module
        ]
        for layer in layers:
            layer.register_forward_pre_hook(self._step)

    def _step(self, *_: Any) -> None:
        if torch.compiler.is_compiling():  # a compiled step is stopped as a whole
            return
        self._last_step = time.monotonic()
        if self._cancelled is not None and self._cancelled.is_set():
            raise _Stopped

    def prompt(self, question: Question) -> Prompt:
        """Return what the model reads for a question."""
        return self._prompter.write(question.turns)

    def read_nothing(self) -> None:
        """Have the model remember nothing of the last picture."""
        self._set_rope_deltas(None)

    def writing_for(self, prompt: Prompt) -> AnswerText:
        """Return what makes text of the answer to a prompt."""
        tokenizer, marks = self.model.processor.tokenizer, self._prompter.marks
        return AnswerText(tokenizer, marks, thinks=prompt.thinks, may_think=prompt.may_think)

    def step(self) -> None:
        """Note that the work goes on; leave it if it is to end."""
        self._step()


class _Writing(BaseStreamer):
    """Takes tokens from `generate` as they come and says their text."""

    def __init__(
        self, author: Author, question: Question, prompt: Prompt, say: Callable[[str], None], started: float
    ) -> None:
        self.ids: list[int] = []
        self.finish: Finish = "length"
        self.first_ms = 0.0
        self._author, self._question, self._say, self._started = author, question, say, started
        self._text = author.writing_for(prompt)
        self._said = ""
        self._has_prompt = False

    def put(self, value: torch.Tensor) -> None:
        """Take the prompt's tokens once, then each token or few of the answer."""
        if not self._has_prompt:
            self._has_prompt = True
            return
        self._author.step()
        if not self.ids:
            self.first_ms = (time.monotonic() - self._started) * 1000
        new = value.flatten().tolist()
        self.ids += new
        self._pass_on(self._text.feed(new))
        if self._question.cut_circles and is_circling(self.ids):
            raise _Done

    def end(self) -> None:
        """Nothing: the rest is said by whoever knows how it ended."""

    def say_rest(self) -> None:
        """Say what was held back."""
        with contextlib.suppress(_Done):
            self._pass_on(self._text.finish())

    def _pass_on(self, text: str) -> None:
        if not text:
            return
        if self._question.stop and (cut := self._stop_at(text)) is not None:
            self._say(text[:cut])
            self.finish = "stop"
            raise _Done
        self._said += text
        self._say(text)

    def _stop_at(self, text: str) -> int | None:
        whole = self._said + text
        places = [whole.find(stop, max(0, len(self._said) - len(stop) + 1)) for stop in self._question.stop]
        found = [place for place in places if place >= 0]
        return max(0, min(found) - len(self._said)) if found else None


def _rope_owner(network: Any) -> Any:
    return next((module for module in network.modules() if hasattr(module, "rope_deltas")), None)


def _ends(network: Any, tokenizer: Any) -> frozenset[int]:
    configs = (network.generation_config, network.config.get_text_config())
    found = [getattr(config, "eos_token_id", None) for config in configs] + [tokenizer.eos_token_id]
    lists = [one if isinstance(one, list) else [one] for one in found]
    return frozenset(one for some in lists for one in some if one is not None)


def _padding(tokenizer: Any) -> int:
    return int(tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id)
