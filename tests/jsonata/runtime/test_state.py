"""Whatever works, recurses or grows in an evaluation meets its limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.jsonata.errors import JSONataError
from placet.jsonata.runtime.state import Limits, State


@given(steps=st.integers(1, 1_000), parts=st.lists(st.integers(1, 50), max_size=60))
def test_work_is_counted_however_it_is_cut(steps: int, parts: list[int]) -> None:
    state = State(Limits(steps=steps))
    done = 0
    try:
        for part in parts:
            state.tick(part)
            done += part
    except JSONataError as error:
        assert error.code == "U1001"
        assert done <= steps < sum(parts)
    else:
        assert done <= steps


@pytest.mark.parametrize(("size", "refused"), [(10, False), (11, True)])
def test_a_text_or_list_is_as_long_as_the_limit_at_most(size: int, *, refused: bool) -> None:
    state = State(Limits(size=10))
    if not refused:
        state.check_size(size)
        return
    with pytest.raises(JSONataError) as caught:
        state.check_size(size)
    assert caught.value.code == "U1001"


def test_a_state_without_a_time_has_none_to_tell() -> None:
    assert State(Limits(), 5).now == 5
    with pytest.raises(AssertionError, match="no evaluation whose time"):
        _ = State(Limits()).now
