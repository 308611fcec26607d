"""Any text is a regular expression that is read, or refused with a code."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.jsonata.errors import JSONataError
from placet.jsonata.runtime.regexes import compile_regex
from placet.jsonata.runtime.state import Limits, State
from support.jsonata.meaning import check_meaning, meanings


@pytest.mark.parametrize(
    "source",
    [
        "a{1000000000}",
        "a{99999999999999999999}",
        "(?:((a{100}){100}){100}){100}",
        "(" * 2000 + ")" * 2000,
        "a" * 5000,
    ],
)
def test_pattern_that_would_cost_too_much_is_refused(source: str) -> None:
    with pytest.raises(JSONataError, match="S0303"):
        compile_regex(source)


@given(st.text("ab01(|)[]{},?*+^$.\\-dwsbkuxc<>=!é:", max_size=12), st.sampled_from(["", "i", "m"]))
def test_any_text_is_a_regex_or_a_coded_error(source: str, flags: str) -> None:
    try:
        matcher = compile_regex(source, flags)
        matcher.test("aab01é-{", State(Limits()))
    except JSONataError as error:
        assert error.code in {"S0303", "U1001"}


@pytest.mark.parametrize("case", meanings(__file__))
def test_it_means_what_its_table_says(case: dict[str, Any]) -> None:
    check_meaning(case)
