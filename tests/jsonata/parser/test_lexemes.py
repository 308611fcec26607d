"""White space, comments and tokens."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.jsonata.parser.parse import parse
from support.jsonata.meaning import check_meaning, meanings
from support.jsonata.trees import dump, outcome

# fmt: off
TOKENS = [
    "a", "b", "and", "or", "in", "true", "false", "null", "1", "2.5", "'x'", '"\\u00e9"', "`q r`",
    "$", "$$", "$v", "*", "**", "%", "-", "+", "/", "&", "=", "!=", "<", "<=", ">", ">=", "~>",
    ".", "..", "[", "]", "[]", "{", "}", "(", ")", ",", ";", ":", "?", "?:", "??", ":=", "@$v",
    "#$i", "@", "#", "^", "^(", "|", "function", "λ", "function($x){", "λ($x)<n:n>{", "/re/i",
    "!", "~", "'open", "`open", "/*c*/", "/*",
]


@given(st.lists(st.sampled_from(TOKENS), max_size=14), st.sampled_from(["", " ", "\n"]))
def test_any_row_of_tokens_is_read_or_refused(tokens: list[str], separator: str) -> None:
    error = outcome(separator.join(tokens))
    assert error is None or str(error)


operands = st.sampled_from(["a", "1", "'s'", "$v", "*", "(a)", "[a]", "f(a)", "a[0]", "-a", "a.b"])


operators = st.sampled_from(["+", "-", "*", "/", "%", "&", "=", "<", "in", "and", "or", "~>", "."])


@given(operands, st.lists(st.tuples(operators, operands), max_size=6))
def test_white_space_and_comments_change_nothing(first: str, rest: list[tuple[str, str]]) -> None:
    parts = [first, *(part for pair in rest for part in pair)]
    plain, spaced = " ".join(parts), " /* note */\n".join(parts)
    if outcome(plain) is None:
        assert dump(parse(plain)) == dump(parse(spaced))
    else:
        assert outcome(spaced) is not None


@pytest.mark.parametrize("case", meanings(__file__))
def test_it_means_what_its_table_says(case: dict[str, Any]) -> None:
    check_meaning(case)
