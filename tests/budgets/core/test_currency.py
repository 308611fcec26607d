"""Currencies: which there are, and how fine an amount in each may be."""

from __future__ import annotations

import pytest

from placet.budgets.core.currency import CURRENCIES, check_decimals, known_currency, parse_currency
from placet.errors import InvalidRequest
from placet.kit.money import parse_amount


def test_there_is_one_table_of_all_codes() -> None:
    assert len(CURRENCIES) > 175
    assert all(len(code) == 3 and code.isupper() and code.isascii() for code in CURRENCIES)
    assert set(CURRENCIES.values()) == {0, 2, 3, 4}


@pytest.mark.parametrize(
    ("code", "decimals"),
    [
        ("EUR", 2), ("USD", 2), ("JPY", 0), ("KRW", 0), ("VND", 0), ("CLP", 0), ("ISK", 0),
        ("UGX", 0), ("XOF", 0), ("KWD", 3), ("BHD", 3), ("TND", 3), ("JOD", 3), ("CLF", 4),
        ("UYW", 4), ("MRU", 2), ("MGA", 2), ("HUF", 2), ("IDR", 2), ("COP", 2), ("XAU", 4),
    ],
)  # fmt: skip
def test_an_amount_is_as_fine_as_its_currency(code: str, decimals: int) -> None:
    for written in (code, code.lower(), f" {code.title()} "):
        assert parse_currency(written) == code
    for places in range(5):
        amount = parse_amount(f"1{'.' if places else ''}{'0' * (places - 1)}{'7' * (places > 0)}")
        if places <= decimals:
            check_decimals(amount, code)
            continue
        with pytest.raises(InvalidRequest) as caught:
            check_decimals(amount, code, "spending[0].amount")
        words = f"at most {decimals}" if decimals else "none"
        assert caught.value.message.startswith("`spending[0].amount`: `1.")
        assert caught.value.message.endswith(f"has too many decimals: {code} has {words}")


@pytest.mark.parametrize("currency", [None, "Euro", "points", ""])
def test_what_is_no_code_is_not_checked(currency: str | None) -> None:
    assert known_currency(currency) is None
    check_decimals(1, currency)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("EURO", "EUR"), ("euros", "EUR"), ("€", "EUR"), ("EUD", "EUR"), ("UDS", "USD"),
        ("JPYY", "JPY"), ("GPB", "GBP"), ("Dollar", "USD"), ("yen", "JPY"), ("RMB", "CNY"),
    ],
)  # fmt: skip
def test_a_slip_is_refused_with_the_code_that_is_meant(written: str, meant: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse_currency(written)
    assert caught.value.message == (
        f"`currency`: `{written}` is no ISO 4217 currency code; did you mean `{meant}`?"
    )


@pytest.mark.parametrize("written", ["", "points", "XYZ", "E U R", "1", "ＥＵＲＯＰＡ"])
def test_what_is_nothing_like_a_code_is_refused(written: str) -> None:
    with pytest.raises(InvalidRequest, match="use one such as `EUR`"):
        parse_currency(written)
