"""Our own cases cover what the official suite does, which is no part of the project."""

from __future__ import annotations

from collections import Counter
from typing import Final

import pytest
import yaml

from support.jsonata import suite
from support.jsonata.meaning import LANGUAGE, tables

# The suite's groups (version 2.2.2 of the language, 2026), by their own names.
GROUPS: Final = tuple((LANGUAGE / "cases" / "groups.txt").read_text("utf-8").split())
FEWEST: Final = 3
# Groups of one function's calls; these are not called as their function is.
NAMES: Final = {
    "encoding": "base64encode", "function-tomillis": "toMillis", "function-typeOf": "type",
}  # fmt: skip
FUNCTIONS: Final = NAMES | {
    group: name
    for group in GROUPS
    if group not in NAMES and (name := group.removeprefix("function-")) != group
}


def constructs() -> Counter[str]:
    """How many cases the tables have for each group of constructs."""
    found: Counter[str] = Counter()
    for path in tables():
        for group, cases in yaml.safe_load(path.read_text("utf-8")).items():
            found[group] += len(cases)
    return found


def calls() -> Counter[str]:
    """How many cases the tables of calls have for each group of a function."""
    found: Counter[str] = Counter()
    for path in (LANGUAGE / "functions" / "cases").glob("*.yaml"):
        for row in yaml.safe_load(path.read_text("utf-8")):
            text = f"${row['call'][0]}(" if "call" in row else row["expr"]
            found.update(group for group, name in FUNCTIONS.items() if f"${name}(" in text)
    return found


COVERED: Final = constructs() + calls()


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_has_cases_of_our_own(group: str) -> None:
    assert COVERED[group] >= FEWEST


@pytest.mark.skipif(not suite.SUITE.exists(), reason="the official cases are not here")
def test_the_groups_are_those_of_the_suite() -> None:
    assert {path.name for path in (suite.SUITE / "groups").iterdir()} == {*GROUPS}
