"""What holds for every picture: reading undoes writing, and nothing escapes its limits."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.jsonata.errors import JSONataError
from placet.jsonata.functions import BUILTINS
from placet.jsonata.runtime.numbers import decimal_of
from placet.jsonata.runtime.state import Limits, State
from placet.jsonata.runtime.values import UNDEFINED

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
NOW = 1_795_247_041_453
timestamps = st.integers(-30_000_000_000_000, 200_000_000_000_000)


def call(name: str, *arguments: Any, limits: Limits | None = None) -> Any:
    return BUILTINS[name].call(State(limits or Limits(), NOW), list(arguments), UNDEFINED)


@given(
    st.integers(1, 10**15),
    st.sampled_from(
        [
            "0",
            "000",
            "#,##0",
            "##,##,##0",
            "#:###,##0",
            "0;o",
            "٠٠٠",
            "w",
            "W",
            "Ww",
            "w;o",
            "a",
            "A",
        ]
    ),
)
def test_an_integer_reads_back_in_the_notation_it_was_written_in(number: int, picture: str) -> None:
    assert call("parseInteger", call("formatInteger", number, picture), picture) == number


@given(st.integers(1, 200_000), st.sampled_from(["I", "i"]))
def test_a_roman_numeral_reads_back(number: int, picture: str) -> None:
    assert call("parseInteger", call("formatInteger", number, picture), picture) == number


@given(timestamps)
def test_a_timestamp_reads_back_from_its_default_text(milliseconds: int) -> None:
    year = call("fromMillis", milliseconds, "[Y]")
    if 0 <= int(year) <= 9999:
        assert call("toMillis", call("fromMillis", milliseconds)) == milliseconds


@given(
    st.integers(-30_000_000_000_000, 200_000_000_000_000),
    st.sampled_from(
        ["[Y]-[M]-[D]", "[D1o] [MNn,*-3], [Yw]", "[FNn], [DWwo] of [MN] [YI]", "[Y] [d]"]
    ),
    st.sampled_from(["[H01]:[m]:[s].[f001]", "[h] [m] [s] [f001][PN]", "[H01][m01][s01][f001]"]),
    st.sampled_from(["[Z]", "[z]", "[Z0]", "[Z0101]", "[Z01:01t]"]),
    st.integers(-12 * 60, 14 * 60),
)
def test_a_timestamp_reads_back_from_the_picture_it_was_written_by(
    milliseconds: int, date: str, time: str, zone: str, offset: int
) -> None:
    sign = "-" if offset < 0 else "+"
    timezone = f"{sign}{abs(offset) // 60:02d}{abs(offset) % 60:02d}"
    picture = f"{date}T{time} {zone}"
    text = call("fromMillis", milliseconds, picture, timezone)
    assert call("toMillis", text, picture) == milliseconds


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
    ("text", "picture"),
    [
        ("x", "[Y,999999999][M]"),
        ("x", "[Y,0-0][M]"),
        ("x", "[Y0^0]-[M0]0]"),
        ("AUGU\u017fT 2018", "[MNn] [Y]"),
        ("\u017fix", "[Dw]"),
    ],
)
def test_odd_widths_and_letters_are_no_match(text: str, picture: str) -> None:
    assert call("toMillis", text, picture) is UNDEFINED


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


def test_matching_a_date_ends_with_the_evaluations_time() -> None:
    with pytest.raises(JSONataError) as raised:
        call("toMillis", "1" * 3000, "[Y]1" * 40 + "x", limits=Limits(time_ms=20))
    assert raised.value.code == "U1001"


@pytest.mark.parametrize("name", ["formatNumber", "formatInteger"])
def test_a_missing_picture_is_a_type_error(name: str) -> None:
    with pytest.raises(JSONataError) as raised:
        call(name, 1, UNDEFINED)
    assert raised.value.code == "T0410"


def test_now_and_millis_are_the_evaluations_own_time() -> None:
    assert call("millis") == NOW
    assert call("now") == "2026-11-21T07:44:01.453Z"
    assert call("now", UNDEFINED, "-0530") == "2026-11-21T02:14:01.453-05:30"
    assert call("now", "[Y] [FNn]") == "2026 Saturday"


def test_what_a_text_leaves_open_comes_from_the_evaluations_time() -> None:
    assert call("fromMillis", call("toMillis", "13:45", "[H]:[m]")) == "2026-11-21T13:45:00.000Z"
    assert call("fromMillis", call("toMillis", "10", "[M]")) == "2026-10-01T00:00:00.000Z"
    assert call("fromMillis", call("toMillis", "12:30", "[h]:[m]")) == "2026-11-21T00:30:00.000Z"


def test_random_is_at_least_zero_and_below_one() -> None:
    assert all(0 <= call("random") < 1 for _ in range(100))
