"""Amounts in and out."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.errors import Conflict, InvalidRequest
from placet.kit.money import MAX_AMOUNT, amount_number, amount_text, check_balance, parse_amount

amounts = st.integers(min_value=-MAX_AMOUNT, max_value=MAX_AMOUNT)


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        (0, 0),
        (12, 120_000),
        ("12.50", 125_000),
        (" -0.0001 ", -1),
        (Decimal("1E2"), 1_000_000),
        (Decimal("528.00000000"), 5_280_000),
        (0.1, 1_000),
        (657.3, 6_573_000),
        ("100000000000000", MAX_AMOUNT),
    ],
)
def test_decimal_numbers_are_read_exactly(value: Any, amount: int) -> None:
    assert parse_amount(value) == amount


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("1.23456", "more than four decimals"),
        (Decimal("0.00001"), "more than four decimals"),
        ("100000000000000.0001", "out of range"),
        ("1e30", "out of range"),
        ("1e999999999", "too many digits"),
        ("9" * 100, "too many digits"),
        ("NaN", "finite"),
        (float("inf"), "finite"),
        ("twelve", "must be a number"),
        ("", "must be a number"),
        (True, "must be a number"),
        (None, "must be a number"),
        ([], "must be a number"),
    ],
)
def test_anything_else_is_refused_with_its_field(value: Any, message: str) -> None:
    with pytest.raises(InvalidRequest, match=message) as caught:
        parse_amount(value, "total")
    assert caught.value.details[0].field == "total"


@given(amounts)
def test_text_is_exact(amount: int) -> None:
    assert parse_amount(amount_text(amount)) == amount


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_json_is_exact_up_to_fifteen_digits(amount: int) -> None:
    text = json.dumps(amount_number(amount))
    assert parse_amount(json.loads(text, parse_float=Decimal)) == amount


def test_whole_amounts_are_whole_numbers() -> None:
    assert repr(amount_number(6_570_000)) == "657"
    assert repr(amount_number(-125_000)) == "-12.5"


def test_balances_stay_in_their_range() -> None:
    assert check_balance(-MAX_AMOUNT) == -MAX_AMOUNT
    with pytest.raises(Conflict):
        check_balance(MAX_AMOUNT + 1)
