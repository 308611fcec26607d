from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.jsonata.errors import JSONataError
from placet.jsonata.functions import BUILTINS
from placet.jsonata.runtime.state import Limits, State


def test_call_answers_as_the_table_says(call_case: Any) -> None:
    call_case.check()


@given(st.lists(st.integers(-(2**60), 2**60) | st.floats(-1e15, 1e15)))
def test_sum_adds_doubles_from_left_to_right(values: list[int | float]) -> None:
    total = 0.0
    for value in values:
        total += float(value)
    result = State(Limits()).apply(BUILTINS["sum"], [values])
    assert result == total
    assert isinstance(result, int) == (total.is_integer() and abs(total) <= 2**53)


def test_total_without_end_is_an_error() -> None:
    with pytest.raises(JSONataError, match="D1001"):
        State(Limits()).apply(BUILTINS["sum"], [[1e308, 1e308]])


def test_aggregates_count_their_items_as_work() -> None:
    for name in ("sum", "average", "max", "min"):
        with pytest.raises(JSONataError, match="U1001"):
            State(Limits(steps=10)).apply(BUILTINS[name], [[1] * 11])
