"""Durations in rules: what they are, and what is refused with which words."""

from __future__ import annotations

import re
from typing import Any

import pytest

from placet.errors import InvalidRequest
from placet.kit.durations import MAX_DURATION, PATTERN, milliseconds_of
from placet.kit.reading import read
from placet.policies.core.model import AccountSettings, RuleDraft
from placet.policies.core.rule_file import load_rule_file

RULE = {
    "name": "Ask",
    "priority": 1,
    "trigger": {"condition": {"expression": "true"}, "effect": {"effectType": 2}},
    "scoreInterval": {"accept": 10, "deny": 5},
}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT1S", 1),
        ("PT90M", 5_400),
        ("PT36H", 129_600),
        ("P2D", 172_800),
        ("P1W", 604_800),
        ("P1W1DT1H1M1S", 604_800 + 86_400 + 3_600 + 60 + 1),
        ("P3660D", MAX_DURATION // 1000),
    ],
)
def test_a_duration_has_one_length(text: str, seconds: int) -> None:
    assert milliseconds_of(text) == seconds * 1000
    assert re.search(PATTERN, text)


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "P1DT", "1D", "P1M", "P1Y", "P1.5D", "-P1D", "P-1D", "PT1D", "P1D\n", "P١D"],
)
def test_what_has_no_fixed_length_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="such as `P2D` or `PT36H`"):
        milliseconds_of(text)


@pytest.mark.parametrize("text", ["PT0S", "P0W", "P3661D", "P3660DT1S", "PT999999999S"])
def test_a_duration_is_more_than_nothing_and_at_most_ten_years(text: str) -> None:
    with pytest.raises(ValueError, match="at most ten years"):
        milliseconds_of(text)


@pytest.mark.parametrize("field", ["remindAfter", "escalateAfter"])
@pytest.mark.parametrize("value", ["two days", 2, True, ["P2D"]])
def test_a_rule_with_an_unusable_duration_is_refused_by_field(field: str, value: Any) -> None:
    with pytest.raises(InvalidRequest, match=rf"^`{field}` must be"):
        read(RuleDraft, RULE | {field: value})


def test_a_rule_keeps_its_durations_as_they_were_written() -> None:
    rule = read(RuleDraft, RULE | {"remindAfter": "PT24H", "escalateAfter": "P2D"})
    assert rule.to_document()["remindAfter"] == "PT24H"
    assert "remindAfter" not in read(RuleDraft, RULE).to_document()


def test_settings_with_an_unusable_duration_are_refused() -> None:
    with pytest.raises(
        InvalidRequest, match=r"^`pendingExpiresAfter` must be an ISO 8601 duration"
    ):
        read(AccountSettings, {"pendingExpiresAfter": "P1M"})


def test_a_rule_file_shows_where_a_duration_is_wrong() -> None:
    text = (
        "account: acme\nsettings: {pendingExpiresAfter: P30D}\ndimensions:\n"
        "  - name: Acme\n    priority: 1\n    requireAllRulesAcceptance: false\n"
        "    ruleCollection:\n      - name: Ask\n        priority: 1\n"
        "        remindAfter: soon\n        escalateAfter: P2D\n"
        "        trigger: {condition: {expression: 'true'}, effect: {effectType: workflow}}\n"
        "        scoreInterval: {accept: 10, deny: 5}\n"
    )
    rule_file, problems = load_rule_file(text, "rules.yaml")
    problem = problems[-1]
    assert rule_file is None
    assert (problem.line, problem.code) == (10, "value")
    assert problem.message.startswith("`remindAfter` must be an ISO 8601 duration")
