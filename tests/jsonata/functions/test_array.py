from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.jsonata.errors import JSONataError
from placet.jsonata.functions import BUILTINS
from placet.jsonata.runtime.conversions import equal
from placet.jsonata.runtime.state import Limits, State
from placet.jsonata.runtime.values import Function, Sequence


def test_call_answers_as_the_table_says(call_case: Any) -> None:
    call_case.check()


def call(name: str, *arguments: Any, limits: Limits | None = None) -> Any:
    return State(limits or Limits()).apply(BUILTINS[name], list(arguments))


class LaterWhenGreater(Function):
    """A comparator on the first item of pairs."""

    def call(self, state: State, arguments: list[Any], context: Any) -> bool:
        left, right = arguments
        return bool(left[0] > right[0])


@given(st.lists(st.tuples(st.integers(0, 3), st.integers()).map(list)))
def test_sort_with_a_comparator_keeps_equal_items_in_their_order(items: list[list[int]]) -> None:
    ordered = call("sort", items, LaterWhenGreater("", 2))
    assert ordered == sorted(items, key=lambda item: item[0])


@given(st.lists(st.text(), min_size=2))
def test_sort_orders_strings_by_utf16_units(texts: list[str]) -> None:
    assert call("sort", texts) == sorted(texts, key=lambda text: text.encode("utf-16-be"))


@given(st.lists(st.integers(0, 5)))
def test_shuffle_keeps_the_items(items: list[int]) -> None:
    assert sorted(call("shuffle", items)) == sorted(items)


@given(st.lists(st.sampled_from([0, 1, 1.0, True, False, None, "1", [1], [True], {"a": 1}])))
def test_distinct_keeps_the_first_of_equal_items(items: list[Any]) -> None:
    kept: list[Any] = []
    for item in items:
        if not any(equal(item, other) for other in kept):
            kept.append(item)
    found = call("distinct", items)
    assert list(map(repr, found)) == list(map(repr, kept))


def test_distinct_of_a_sequence_collapses_and_of_an_array_does_not() -> None:
    assert type(call("distinct", Sequence([1, 1]))) is Sequence
    assert type(call("distinct", [1, 1])) is list


def test_arguments_are_never_changed() -> None:
    items = [3, 1, 2, 3]
    for name in ("append", "reverse", "shuffle", "sort", "distinct", "zip"):
        call(name, *([items, items] if name in {"append", "zip"} else [items]))
        assert items == [3, 1, 2, 3]


@pytest.mark.parametrize(("name", "count"), [("append", 2), ("zip", 2)])
def test_array_above_the_size_limit_is_refused_before_it_is_built(name: str, count: int) -> None:
    with pytest.raises(JSONataError, match="U1001"):
        call(name, *[[1] * 60] * count, limits=Limits(size=100))


def test_comparator_that_loops_ends_at_the_step_limit() -> None:
    with pytest.raises(JSONataError, match="U1001"):
        call("sort", [[1]] * 1000, LaterWhenGreater("", 2), limits=Limits(steps=2000))
