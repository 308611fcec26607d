"""What is no expression is refused in its place."""

from __future__ import annotations

import pytest

from placet.jsonata.errors import JSONataError
from placet.jsonata.parser.parse import parse
from support.jsonata.trees import cases, outcome


@pytest.mark.parametrize(("source", "code", "position", "token"), cases("parser_errors.yaml"))
def test_a_syntax_error_has_code_position_and_token(
    source: str, code: str, position: int, token: str | None
) -> None:
    with pytest.raises(JSONataError) as caught:
        parse(source)
    error = caught.value
    assert (error.code, error.position, error.token) == (code, position, token)
    assert "{" not in error.message.replace("`{`", "")


def test_positions_count_characters_not_code_units() -> None:
    error = outcome("'\N{PILE OF POO}' )")
    assert error is not None
    assert error.position == 5


@pytest.mark.parametrize(
    "source",
    [
        "(" * 5000 + "1" + ")" * 5000,
        "[" * 5000 + "]" * 5000,
        "a[" * 5000 + "0" + "]" * 5000,
        "- " * 5000 + "a",
        "a ? " * 5000 + "1",
        "$x := " * 5000 + "1",
        "function(){" * 5000 + "1" + "}" * 5000,
        "f" + "()" * 5000,
        " + ".join(["1"] * 5000),
        ".".join(["%"] * 5000),
    ],
)
def test_what_is_nested_too_deeply_is_refused(source: str) -> None:
    error = outcome(source)
    assert error is not None
    assert error.code == "U1003"
