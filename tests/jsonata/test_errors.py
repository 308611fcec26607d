"""Errors of expressions: place, sentence and picture."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.jsonata import UNDEFINED, JSONataError, compile
from placet.jsonata.codes import CODES
from placet.jsonata.functions import BUILTINS


def _error(source: str, data: object = UNDEFINED) -> JSONataError:
    with pytest.raises(JSONataError) as raised:
        compile(source).evaluate(data)
    return raised.value.attach(source)


@pytest.mark.parametrize(
    ("source", "line", "column", "text"),
    [
        ("value 5", 1, 7, "5"),
        ("value\n  > 5\n  AND x", 3, 3, "AND"),
        ("(value > 5", 1, 11, ""),
        ("$cuont(items)", 1, 1, "$cuont"),
        ("1 +\n$cuont (items)", 2, 1, "$cuont"),
        ("'a' + 1", 1, 5, "+"),
        ("value > 1e309", 1, 9, "1e309"),
        ("a = 'b' 'c'", 1, 9, "'c'"),
        ("value /* over", 1, 7, "/"),
        ("", 1, 1, ""),
        ("a =\r\n= b", 2, 1, "="),
    ],
)
def test_place_is_where_the_token_starts(source: str, line: int, column: int, text: str) -> None:
    error = _error(source)
    span = error.span
    assert span is not None
    assert (error.line, error.column) == (line, column)
    assert source[span[0] : span[1]] == text


def test_without_source_there_is_no_place() -> None:
    error = JSONataError("S0211", position=3, token="=")
    assert (error.span, error.line, error.column) == (None, None, None)
    assert error.render() == "S0211: expected a value, found `=`"


def test_first_source_stays() -> None:
    error = JSONataError("S0211", position=3, token="=")
    assert error.attach("inner").attach("outer").source == "inner"


def test_rendering_shows_message_source_caret_and_hint() -> None:
    assert _error("status = 'a'\n  AND value > 5").render() == (
        "2:3: S0201: `AND` is not expected here: an operator before it is missing, or it is too"
        " much\n"
        "  AND value > 5\n"
        "  ^^^\n"
        "hint: operators are in lower case: `and`"
    )


@pytest.mark.parametrize(
    ("value", "described"),
    [
        ("x", 'the string `"x"`'),
        (True, "`true`"),
        (None, "`null`"),
        (5, "`5`"),
        (5.0, "`5`"),
        (0.5, "`0.5`"),
        ([1, 2], "an array of 2"),
        ({"a": 1}, "an object"),
        (UNDEFINED, "no value"),
        (BUILTINS["count"], "a function"),
        ("a" * 200, f'the string `"{"a" * 58}…`'),
    ],
)
def test_found_value_is_described(value: object, described: str) -> None:
    error = JSONataError("D1002", token="-", value=value)
    assert error.message == f"expected a number after the minus sign, found {described}"


@pytest.mark.parametrize("code", CODES)
def test_error_without_details_still_renders(code: str) -> None:
    assert JSONataError(code, position=1).attach("a b").render().startswith("1:")


@given(
    st.sampled_from(sorted(CODES)),
    st.text(max_size=40),
    st.integers(-5, 60),
    st.none() | st.text(max_size=5),
)
def test_any_error_renders(code: str, source: str, position: int, token: str | None) -> None:
    error = JSONataError(code, position=position, token=token).attach(source)
    span = error.span
    assert span is not None
    assert 0 <= span[0] <= span[1]
    assert error.line is not None
    assert error.column is not None
    assert 1 <= error.line <= source.count("\n") + 1
    assert error.render().encode("utf-8")


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("$endsWith(a, 'x')", "$endsWith"),
        ("a.endsWith('x')", "endsWith"),
        ("endsWith(a, 'x')", "endsWith"),
        ("($f := 5; $f(a))", "$f"),
        ("a.endsWith(?)", "endsWith"),
        ("a.endsWith ('x')", "endsWith"),
    ],
)
def test_what_is_no_function_is_named_as_it_is_written(source: str, name: str) -> None:
    error = _error(source, {"a": "x"})
    assert error.message.startswith(f"`{name}` is ")
