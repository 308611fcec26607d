"""Every number of levels, both ways of approving, every outcome at every level."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from placet.errors import Conflict, Forbidden
from placet.orders.core.record import Status
from support.orders.scene import Scene

LEVELS = range(1, 6)
SCORES = {"accept": 10, "deny": 5, "bypass": 7}
ALL = [
    pytest.param(levels, at, outcome, id=f"{levels} levels, {outcome} at {at + 1}")
    for levels in LEVELS
    for at in range(levels)
    for outcome in SCORES
]


def scene(levels: int, *, every: bool, after: str = "workflow Next") -> Scene:
    """An order that waits for persons `p0`, `p1` and so on; a second rule comes after them."""
    people = [f"user p{level}" for level in range(levels)]
    rules = [{"workflow Ask": {"when": "true", "every": every, "by": people}}, {after: "true"}]
    return Scene({"order": {}, "rules": rules})


def say(on: Scene, who: str, outcome: str) -> None:
    on.authorization = on.step({"by": who, "score": SCORES[outcome], "rule": "Ask"})


def refused(on: Scene, who: str, error: type[Exception]) -> None:
    before = on.authorization
    for score in SCORES.values():
        with pytest.raises(error):
            on.step({"by": who, "score": score, "rule": "Ask"})
    assert on.authorization is before


@pytest.mark.parametrize(("levels", "at", "outcome"), ALL)
def test_levels_in_turn_end_as_the_one_that_says_so(levels: int, at: int, outcome: str) -> None:
    on = scene(levels, every=True)
    for level in range(at):
        for later in range(level + 1, levels):
            refused(on, f"p{later}", Forbidden)
        say(on, f"p{level}", "accept")
        assert on.authorization.status is Status.PENDING
        assert on.authorization.rule_id == "Ask"
    say(on, f"p{at}", outcome)
    last = at == levels - 1
    ends: dict[str, tuple[Any, str]] = {
        "accept": (Status.ACCEPTED if last else Status.PENDING, "Ask"),
        "deny": (Status.DENIED, "Ask"),
        "bypass": (Status.PENDING, "Next"),
    }
    assert (on.authorization.status, on.authorization.rule_id) == ends[outcome]
    assert [item.level for item in on.authorization.approvals] == [*range(at + 1)]
    if outcome != "accept" or last:
        refused(on, "nobody", Conflict)


@pytest.mark.parametrize(("levels", "at", "outcome"), ALL)
def test_any_one_level_is_enough_where_not_all_are_required(
    levels: int, at: int, outcome: str
) -> None:
    on = scene(levels, every=False)
    say(on, f"p{at}", outcome)
    ends = {
        "accept": (Status.ACCEPTED, "Ask"),
        "deny": (Status.DENIED, "Ask"),
        "bypass": (Status.PENDING, "Next"),
    }
    assert (on.authorization.status, on.authorization.rule_id) == ends[outcome]
    assert [item.level for item in on.authorization.approvals] == [at]
    refused(on, "nobody", Conflict)


@pytest.mark.parametrize(("first", "second"), list(product(SCORES, SCORES)))
def test_a_second_word_repeats_the_first_or_contradicts_it(first: str, second: str) -> None:
    on = scene(1, every=True)
    say(on, "p0", first)
    if first == second:
        assert on.step({"by": "p0", "score": SCORES[second], "rule": "Ask"}) is on.authorization
    else:
        with pytest.raises(Conflict, match="by P0 at 2025"):
            say(on, "p0", second)


@pytest.mark.parametrize("levels", LEVELS)
@pytest.mark.parametrize("every", [True, False])
def test_a_listed_authorizer_that_acted_has_its_date(levels: int, every: bool) -> None:
    on = scene(levels, every=every)
    for level in range(levels):
        assert on.may(f"p{level}") == ("now" if level == 0 or not every else "listed")
    say(on, "p0", "accept")
    waits = every and levels > 1
    assert on.may("p0") == "listed"
    if waits:
        assert on.may("p1") == "now"
    assert (on.authorization.status is Status.PENDING) == waits
