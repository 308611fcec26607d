from typing import Any

import pytest

import placet.jsonata as jsonata


def test_call_answers_as_the_table_says(call_case: Any) -> None:
    call_case.check()


@pytest.mark.parametrize(
    ("expression", "code", "message"),
    [
        ('$error("out of stock")', "D3137", "out of stock"),
        ('$error("{braces}")', "D3137", "{braces}"),
        ("$error()", "D3137", "the expression called `$error`"),
        ('$assert(false, "must hold")', "D3141", "must hold"),
        ("$assert(false)", "D3141", "an `$assert` does not hold"),
    ],
)
def test_message_of_the_expression_becomes_that_of_the_error(
    expression: str, code: str, message: str
) -> None:
    with pytest.raises(jsonata.JSONataError) as raised:
        jsonata.compile(expression).evaluate({})
    assert (raised.value.code, raised.value.message) == (code, message)
