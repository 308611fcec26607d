"""Whom an order waits for, entry by entry, is the same as whose turn it is, person by person."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.orders.core.levels import is_authorized, turn_of
from placet.orders.core.model import Authorization
from placet.orders.core.pending import (
    ApproverKind,
    PendingApproval,
    asked_rules,
    pending_approvals,
    waiting_for,
)
from placet.orders.core.reach import NO_REACH, Reach
from placet.orders.core.record import Escalation
from placet.people.core.actor import Actor, ActorKind
from support.orders.scene import NOW, Scene

UNITS = ["acme", "sales", "north", "other"]
PEOPLE = [
    Actor(ActorKind.USER, name, frozenset({"ApproveOrders"}), frozenset(units))
    for name in ("ana", "bob")
    for units in ([], *([unit] for unit in UNITS))
]
authorizers = st.lists(
    st.sampled_from([*(f"unit {unit}" for unit in UNITS), "user ana", "user bob"]), max_size=4
)
reaches = st.builds(
    Reach,
    unable=st.dictionaries(st.sampled_from(["ana", "bob"]), st.just("is inactive"), max_size=1),
    fallbacks=st.dictionaries(
        st.sampled_from(UNITS), st.none() | st.sampled_from(UNITS), max_size=2
    ),
    parents=st.dictionaries(st.sampled_from(UNITS), st.sampled_from(UNITS), max_size=3),
)


def scene(rules: list[dict[str, Any]], path: str = "Acme / Sales / North") -> Scene:
    return Scene({"path": path, "order": {"value": 1}, "dimensions": [
        {"name": "Rules", "unit": "sales", "all": True, "rules": rules},
    ]})  # fmt: skip


def rule(number: int, by: list[str], *, every: bool) -> dict[str, Any]:
    return {f"workflow rule-{number}": {"when": "true", "by": by, "every": every}}


def names(entry: PendingApproval, person: Actor, reach: Reach) -> bool:
    """Whether an entry means a person."""
    if entry.seat is None:
        assert entry.kind is ApproverKind.MEMBER
        return entry.approver_id in person.unit_ids
    if entry.kind is ApproverKind.PATH:
        return False  # one of those whom the members of units are
    return entry.seat.may_act(person, reach)


@given(
    rules=st.lists(st.tuples(authorizers, st.booleans()), min_size=1, max_size=2),
    reach=reaches,
    escalated=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 3)), max_size=2),
    steps=st.lists(st.tuples(st.integers(0, 1), st.sampled_from([100, 7])), max_size=3),
)
def test_entries_name_exactly_those_whose_turn_it_is(
    rules: list[tuple[list[str], bool]],
    reach: Reach,
    escalated: list[tuple[int, int]],
    steps: list[tuple[int, int]],
) -> None:
    played = scene([rule(number, by, every=every) for number, (by, every) in enumerate(rules)])
    for number, points in steps:
        here = f"rule-{number}"
        waiting = waiting_for(played.authorization, played.policy, KEY, NO_REACH)
        if any(rule_id == here for _, rule_id in waiting):
            step = {"by": "key k", "score": points, "rule": here}
            played.authorization = played.step(step)
    authorization = replace(
        played.authorization,
        escalations=tuple(
            Escalation("Rules", f"rule-{number}", level, NOW) for number, level in escalated
        ),
    )
    entries = pending_approvals(authorization, played.policy)
    for person in PEOPLE:
        expected = {
            (entry.dimension_id, entry.rule_id) for entry in entries if names(entry, person, reach)
        }
        found = waiting_for(authorization, played.policy, person, reach)
        assert set(found) == expected
        for dimension_id, rule_id in found:
            place = played.policy.find(dimension_id, rule_id)
            assert place is not None
            assert turn_of(authorization, *place, person, reach) is not None
            # What somebody may decide is never hidden from that person.
            assert place in asked_rules(authorization, played.policy)
            assert is_authorized(authorization, *place, person, reach)


KEY = Actor(ActorKind.APP_KEY, "k", frozenset({"ApproveOrders"}))


def kinds(authorization: Authorization, played: Scene) -> list[tuple[str, str, int | None]]:
    return [
        (entry.kind.value, entry.approver_id, entry.level)
        for entry in pending_approvals(authorization, played.policy)
    ]


def test_a_rule_that_lists_nobody_waits_for_the_units_up_to_the_dimensions() -> None:
    played = scene([rule(1, [], every=True)])
    assert kinds(played.authorization, played) == [
        ("member", "acme", None),
        ("member", "sales", None),
        ("path", "", None),
    ]


def test_an_order_of_no_unit_waits_for_anyone() -> None:
    played = scene([rule(1, [], every=True)])
    nowhere = replace(played.authorization, unit_path=())
    assert kinds(nowhere, played) == [("anyone", "", None)]


def test_a_decided_order_waits_for_nobody() -> None:
    played = scene([rule(1, ["user ana"], every=True)])
    after = played.step({"by": "key k", "score": 0, "rule": "rule-1"})
    assert kinds(after, played) == []


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [{"by": "key k", "score": 100, "rule": "rule-1"}],
        [{"by": "key k", "score": 0, "rule": "rule-1"}],
        [{"cancelled_by": "key k"}],
    ],
)
def test_who_was_asked_about_is_known_after_the_end(steps: list[dict[str, Any]]) -> None:
    fires = {"bypass rule-3": "true"}
    played = scene([rule(1, ["user ana"], every=True), rule(2, ["user bob"], every=True), fires])
    for step in steps:
        played.authorization = played.step(step)
    asked = asked_rules(played.authorization, played.policy)
    assert [rule.id for _, rule in asked] == ["rule-1", "rule-2"]


def test_nobody_is_asked_by_a_simulated_dimension() -> None:
    played = Scene({"order": {"value": 1}, "dimensions": [
        {"name": "Rules", "simulated": True, "rules": [rule(1, ["user ana"], every=True)]},
    ]})  # fmt: skip
    assert asked_rules(played.authorization, played.policy) == ()


def test_a_level_waits_since_the_one_before_was_accepted() -> None:
    played = scene([rule(1, ["user ana", "user bob"], every=True)])
    played.authorization = played.step({"wait": "P1D"})
    after = played.step({"by": "key k", "score": 100, "rule": "rule-1"})
    [entry] = pending_approvals(after, played.policy)
    assert (entry.approver_id, entry.level, entry.since) == ("bob", 1, after.changed_at)
