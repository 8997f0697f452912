"""Guess an answer's next words from the prompt, where the answer copies it: several tokens are then checked at once.

Lossless: what the model would not have said next itself is thrown away. A guess that is wrong costs time, so one is
made only where the last two or three tokens stood together before; transformers' own search (5.23) guesses from a
single one too, which stood somewhere nearly always: an answer in the model's own words took 1.2 times as long.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import torch
from transformers.cache_utils import Cache

_ALIKE = (3, 2)  # tokens that must have stood together before, the better sign first


class Lookup:
    """Guesses for `generate`, as its `CandidateGenerator`, of one sequence at a time."""

    requires_model_outputs = False

    def __init__(self, most: int, longest: int, ends: Sequence[int]) -> None:
        """`most` tokens are guessed; prompt and answer have at most `longest`; no guess goes past `ends`."""
        self._most, self._longest, self._ends = most, longest, frozenset(ends)

    def get_candidates(
        self, input_ids: torch.Tensor, *_args: Any, **_options: Any
    ) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Return the tokens, shape (1, tokens), with those guessed after them, if any."""
        tokens = input_ids[0].tolist()
        room = self._longest - len(tokens) - 1  # the model adds one of its own
        found = guess(tokens, min(self._most, room))
        guessed = found[: next((n for n, token in enumerate(found) if token in self._ends), len(found))]
        if not guessed:
            return input_ids, None
        return torch.cat((input_ids, input_ids.new_tensor([guessed])), dim=1), None

    def update_candidate_strategy(self, *_args: Any, **_options: Any) -> None:
        """Nothing: the next guess is as long as this one."""


def guess(tokens: Sequence[int], most: int) -> list[int]:
    """Return what followed when the last few tokens stood together the last time; nothing if they never did."""
    for alike in _ALIKE:
        if most < 1 or len(tokens) <= alike:
            continue
        last = list(tokens[-alike:])
        for end in range(len(tokens) - 1, alike - 1, -1):
            if tokens[end - 1] == last[-1] and tokens[end - alike : end] == last:
                return list(tokens[end : end + most])
    return []


def let_lookup_work(network: Any) -> None:
    """Have a network's assisted decoding use our guesses, and go on from a cache."""
    network._get_candidate_generator = _our_guesses  # noqa: SLF001 - there is no other way in
    _let_it_go_on_from_a_cache(network)


def _our_guesses(*, generation_config: Any, **_options: Any) -> Lookup:
    ends = generation_config._eos_token_tensor.flatten().tolist()  # noqa: SLF001 - what `generate` has prepared
    return Lookup(generation_config.prompt_lookup_num_tokens, generation_config.max_length, ends)


def _let_it_go_on_from_a_cache(network: Any) -> None:
    """Have assisted decoding's first step read only what its cache does not hold yet.

    transformers 5.23 reads the whole prompt again, on top of the cache, and answers wrongly without an error:
    `_assisted_decoding` asks for `next_sequence_length=None` where `_prefill` counts. A test shows when this can go.
    """
    prepare = network.prepare_inputs_for_generation

    @functools.wraps(prepare)  # `generate` asks its signature which inputs there are
    def prepare_the_rest(
        input_ids: torch.Tensor,
        next_sequence_length: int | None = None,
        past_key_values: Cache | None = None,
        **options: Any,
    ) -> Any:
        if next_sequence_length is None and past_key_values is not None and (read := past_key_values.get_seq_length()):
            next_sequence_length = input_ids.shape[1] - read
        return prepare(input_ids, next_sequence_length=next_sequence_length, past_key_values=past_key_values, **options)

    network.prepare_inputs_for_generation = prepare_the_rest
