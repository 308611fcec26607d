import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.jsonata.errors import JSONataError
from placet.jsonata.functions import BUILTINS
from placet.jsonata.runtime.state import Limits, State
from placet.jsonata.runtime.values import UNDEFINED

TEXT = st.text(st.characters(), max_size=30)


def call(name: str, *arguments: Any, size: int = 1000) -> Any:
    return State(Limits(size=size)).apply(BUILTINS[name], list(arguments))


def test_call_answers_as_the_table_says(call_case: Any) -> None:
    call_case.check()


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("pad", ("a", 1001)),
        ("pad", ("a", -1e9, "xy")),
        ("pad", ("a", 1e300)),
        ("join", (["x" * 600, "y" * 600],)),
        ("join", ([""] * 3, "-" * 600)),
        ("string", (["x" * 999],)),
    ],
)
def test_text_above_the_size_limit_is_refused_before_it_is_built(
    name: str, arguments: tuple[Any, ...]
) -> None:
    with pytest.raises(JSONataError, match="U1001"):
        call(name, *arguments)


def test_string_of_a_value_that_shares_its_parts_ends_at_the_limit() -> None:
    value: list[Any] = [1]
    for _ in range(64):
        value = [value, value]
    with pytest.raises(JSONataError, match="U1001"):
        call("string", value, size=10_000)


@given(TEXT, st.integers(-40, 40))
def test_pad_gives_the_width_and_keeps_the_text(text: str, width: int) -> None:
    padded = call("pad", text, width, "é")
    assert len(padded) == max(len(text), abs(width))
    assert padded.startswith(text) if width > 0 else padded.endswith(text)


@given(TEXT, st.integers(-40, 40))
def test_substring_from_a_place_and_its_first_part_make_the_text(text: str, start: int) -> None:
    place = max(start + len(text), 0) if start < 0 else start
    head = call("substring", text, 0, place)
    assert head + call("substring", text, start) == text


@given(TEXT, st.text(min_size=1, max_size=2))
def test_before_mark_and_after_make_the_text(text: str, mark: str) -> None:
    whole = text + mark + text
    before = call("substringBefore", whole, mark)
    assert before + mark + call("substringAfter", whole, mark) == whole


@given(st.lists(st.text("abc,", max_size=5)))
def test_join_is_what_python_joins(texts: list[str]) -> None:
    assert call("join", texts, ", ") == ", ".join(texts)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_string_of_data_reads_back_as_the_same_data(value: Any) -> None:
    for pretty in (False, True):
        written = call("string", [value], pretty, size=100_000)
        assert json.loads(written) == [value]


def test_missing_argument_gives_undefined() -> None:
    for name in ("string", "length", "lowercase", "uppercase", "trim"):
        assert call(name, UNDEFINED) is UNDEFINED
