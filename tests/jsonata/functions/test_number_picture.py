"""Numbers written by a picture, and what holds for every picture."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.jsonata.errors import JSONataError
from placet.jsonata.runtime.numbers import decimal_of
from placet.jsonata.runtime.values import UNDEFINED
from support.jsonata.calls import NOW, call, check


def test_a_call_gives_what_its_table_says(table_row: dict[str, Any]) -> None:
    check(table_row)


SYMBOLS = (
    "decimal-separator",
    "digit",
    "exponent-separator",
    "grouping-separator",
    "minus-sign",
    "pattern-separator",
    "per-mille",
    "percent",
    "zero-digit",
)


@given(st.floats(-1e12, 1e12), st.integers(0, 8))
def test_a_formatted_number_is_the_nearest_one_with_so_many_decimals(
    number: float, places: int
) -> None:
    text = call("formatNumber", number, "#,##0" + ("." + "0" * places if places else ""))
    exact = decimal_of(number)
    assert abs(Decimal(text.replace(",", "")) - exact) <= Decimal(5).scaleb(-places - 1)


@given(
    st.text("0#.,e%‰;- a", max_size=10),
    st.text("[]YMDdFWwXxHhPmsfZzCE019#Nniawo,-* :t", max_size=20),
    st.text(max_size=10),
)
def test_any_picture_gives_a_value_or_a_coded_error(number: str, date: str, text: str) -> None:
    for name, *arguments in (
        ("formatNumber", 1234.5, number),
        ("formatInteger", 1234, number),
        ("formatInteger", 1234, text),
        ("parseInteger", text, number),
        ("fromMillis", NOW, date),
        ("toMillis", text, date),
        ("toMillis", text),
        ("fromMillis", NOW, UNDEFINED, text),
        ("fromMillis", NOW, text),
        ("toMillis", text, text),
        ("formatNumber", 1.5, text),
        ("formatBase", 1.5, len(text)),
        ("number", text),
    ):
        try:
            call(name, *arguments)
        except JSONataError as error:
            assert error.message != error.code


@given(
    st.text("0#.,e%‰;-1", max_size=8),
    st.dictionaries(
        st.sampled_from(SYMBOLS),
        st.text("0#.,e%-1\U0010ffff", max_size=2),
    ),
    st.floats(allow_nan=False, allow_infinity=False),
)
def test_any_symbols_give_a_text_or_a_coded_error(
    picture: str, options: dict[str, str], number: float
) -> None:
    try:
        text = call("formatNumber", number, picture, options)
    except JSONataError as error:
        assert error.message != error.code
    else:
        assert isinstance(text, str)


@pytest.mark.parametrize(
    "arguments",
    [
        ("formatInteger", 1e300, "I"),
        ("formatInteger", 1, "0" * 501),
        ("formatNumber", 1, "0" * 501),
        ("fromMillis", 0, "[Y,999999999]"),
        ("fromMillis", 0, "[Y999,99999]" * 40),
        ("fromMillis", 0, "x" * 501),
        ("toMillis", "x", "x" * 501),
        ("toMillis", "x", "[Yw]" * 41),
    ],
    ids=lambda arguments: str(arguments)[:40],
)
def test_what_would_grow_without_bound_is_refused(arguments: tuple[Any, ...]) -> None:
    with pytest.raises(JSONataError) as raised:
        call(*arguments)
    assert raised.value.code == "U1001"
