from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from assistant.engine.lookup import Lookup, guess


@pytest.mark.parametrize(
    ("tokens", "most", "wanted"),
    [
        ([1, 2, 3, 4, 1, 2], 3, [3, 4, 1]),
        ([1, 2, 3, 4, 1, 2], 1, [3]),
        ([1, 2, 3, 1, 2, 4, 1, 2], 2, [4, 1]),  # the last time
        ([9, 1, 2, 3, 5, 1, 2, 4, 9, 1, 2], 1, [3]),  # three that stood together are the better sign
        ([1, 2, 3, 4, 5, 2], 3, []),  # one alone is none
        ([7, 7, 7], 3, [7]),
        ([1, 2, 1, 2], 0, []),
        ([1], 3, []),
        ([], 3, []),
    ],
)
def test_what_followed_the_same_words_before_is_guessed(tokens: list[int], most: int, wanted: list[int]) -> None:
    assert guess(tokens, most) == wanted


@given(tokens=st.lists(st.integers(0, 3), max_size=30), most=st.integers(1, 6))
def test_a_guess_is_what_stands_in_the_tokens_after_their_last_two(tokens: list[int], most: int) -> None:
    guessed = guess(tokens, most)

    places = [n for n in range(2, len(tokens)) if tokens[n - 2 : n] == tokens[-2:]]
    assert bool(guessed) == bool(places)
    assert not guessed or any(tokens[place : place + most] == guessed for place in places)


@pytest.mark.parametrize(
    ("longest", "ends", "wanted"), [(100, [9], [3, 4]), (100, [4], [3]), (100, [3], []), (8, [9], [3]), (7, [9], [])]
)
def test_no_guess_goes_past_an_end_or_past_what_fits(longest: int, ends: list[int], wanted: list[int]) -> None:
    tokens = [1, 2, 3, 4, 1, 2]

    guessed, _ = Lookup(2, longest, ends).get_candidates(torch.tensor([tokens]))

    assert guessed[0].tolist() == [*tokens, *wanted]
