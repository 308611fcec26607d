from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.jsonata.errors import JSONataError
from placet.jsonata.runtime.numbers import js_number, normalize, number_text, parse_number

finite = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (5, "5"),
        (5.0, "5"),
        (0.1 + 0.2, "0.3"),
        (22 / 7, "3.14285714285714"),
        (1e20, "100000000000000000000"),
        (123456789012345678, "123456789012345680"),
        (9007199254740993, "9007199254740992"),
        (9690785185888314.0, "9690785185888314"),
        (1e21, "1e+21"),
        (1.5e300, "1.5e+300"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (0.000001, "0.000001"),
        (1e-7, "1e-7"),
        (1.23456789012345678e-7, "1.23456789012346e-7"),
        (5e-324, "5e-324"),
        (999999999999999.9, "1000000000000000"),
        (-1234567.12345678912, "-1234567.12345679"),
    ],
)
def test_a_number_is_written_as_javascript_does_after_rounding_to_15_digits(
    number: int | float, text: str
) -> None:
    assert number_text(number) == text


def test_a_tie_at_the_fifteenth_digit_is_rounded_away_from_zero() -> None:
    assert number_text(100000000000000.5) == "100000000000001"
    assert number_text(-100000000000000.5) == "-100000000000001"


@given(finite)
def test_the_shortest_text_reads_back_as_the_same_double(number: float) -> None:
    assert float(js_number(number)) == number


@given(finite)
def test_a_text_uses_an_exponent_only_outside_the_plain_range(number: float) -> None:
    plain = number == 0 or 1e-6 <= abs(number) < 1e21
    assert ("e" not in js_number(number)) == plain


@given(finite.filter(lambda number: abs(number) < 1e300))
def test_fifteen_digits_are_kept(number: float) -> None:
    assert math.isclose(float(number_text(number)), number, rel_tol=1e-14)


@given(st.one_of(finite, st.integers(-(10**300), 10**300)))
def test_whole_numbers_are_ints_exactly_as_far_as_doubles_are_exact(number: int | float) -> None:
    result = normalize(number)
    assert result == float(number)
    assert isinstance(result, int) == (float(number).is_integer() and abs(number) <= 2**53)


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan, 10**400])
def test_what_no_double_can_hold_is_an_error(number: int | float) -> None:
    with pytest.raises(JSONataError) as raised:
        normalize(number)
    assert raised.value.code == "D1001"


@given(finite)
def test_a_number_reads_back_from_its_own_text(number: float) -> None:
    assert parse_number(js_number(number)) == number
