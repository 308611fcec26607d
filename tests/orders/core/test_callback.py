"""Laws of callbacks that hold whatever the policy is; single decisions are among the cases."""

from __future__ import annotations

import json
import time
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from placet.errors import PlacetError
from placet.orders.core.callback import Callback, decide, verdict_of
from placet.orders.core.model import Authorization
from placet.orders.core.record import Status, Verdict
from placet.orders.core.submission import Submission
from placet.orders.core.submit import authorize
from placet.people.core.actor import Actor, ActorKind
from placet.policies.core.compiled import Policy, compile_rules
from placet.policies.core.model import Dimension, ScoreInterval

NOW = 1_760_000_000_000
EXPRESSIONS = ["true", "false", "value > 60", "items.price > 3", "value"]
ORDER = {"orderId": "o-1", "value": 70, "items": [{"price": 3}, {"price": 4}]}
ABLE = frozenset({"ApproveOrders"})
ACTORS = [
    Actor(ActorKind.APP_KEY, "k", ABLE),
    Actor(ActorKind.USER, "ana", ABLE, frozenset({"acme"})),
    Actor(ActorKind.USER, "bob", ABLE),
    Actor(ActorKind.USER, "eve"),
]


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    def rule(identity: str) -> dict[str, Any]:
        listed = draw(st.lists(st.sampled_from(["ana", "bob"]), max_size=3))
        return {
            "id": identity,
            "name": identity,
            "priority": 1,
            "trigger": {
                "condition": {"expression": draw(st.sampled_from(EXPRESSIONS))},
                "effect": {"effectType": draw(st.sampled_from([0, 1, 2, 2, 2]))},
            },
            "scoreInterval": {"accept": 10, "deny": 5},
            "authorizationData": {
                "requireAllApprovals": draw(st.booleans()),
                "authorizers": [{"type": "user", "id": name} for name in listed],
            },
        }

    dimensions = [
        Dimension.model_validate(
            {
                "id": f"d{index}",
                "name": f"d{index}",
                "priority": index,
                "requireAllRulesAcceptance": draw(st.booleans()),
                "shouldSimulate": draw(st.sampled_from([False, False, True])),
                "ruleCollection": [rule(f"r{place}") for place in range(draw(st.integers(1, 3)))],
            }
        )
        for index in range(draw(st.integers(1, 3)))
    ]
    return compile_rules(dimensions)


callbacks = st.fixed_dictionaries(
    {
        "score": st.sampled_from([0, 5, 7, 10, 100]),
        "dimensionId": st.sampled_from(["d0", "d1", "d2"]),
        "ruleId": st.sampled_from(["r0", "r1", "r2"]),
        "comment": st.none() | st.just("because"),
    }
).map(Callback.model_validate)
steps = st.lists(st.tuples(st.sampled_from(ACTORS), callbacks), max_size=12)


def submitted(policy: Policy) -> Authorization:
    return authorize(
        Submission(order=ORDER),
        policy,
        authorization_id="a-1",
        account="acme",
        actor=ACTORS[0],
        now=NOW,
        clock=time.monotonic,
    )


@given(policies(), steps)
def test_no_row_of_callbacks_breaks_an_authorization(
    policy: Policy, row: list[tuple[Actor, Callback]]
) -> None:
    authorization = submitted(policy)
    for number, (actor, callback) in enumerate(row, start=1):
        try:
            after = decide(
                authorization,
                policy,
                callback,
                actor=actor,
                now=NOW + number,
                clock=time.monotonic,
            )
        except PlacetError as error:
            assert error.message
            continue
        if after is authorization:
            continue
        # a decided order is never decided again, and every change leaves its trace
        assert authorization.status is Status.PENDING
        assert len(after.history) == len(authorization.history) + 1
        assert len(after.approvals) == len(authorization.approvals) + 1
        if after.approvals[-1].verdict is Verdict.DENIED:
            assert after.status is Status.DENIED
        document = json.loads(json.dumps(after.to_document()))
        assert Authorization.from_document(document) == after
        authorization = after


@given(st.floats(-20, 20), st.integers(-5, 5), st.integers(6, 15))
def test_a_score_means_exactly_one_thing(score: float, deny: int, accept: int) -> None:
    verdict = verdict_of(score, ScoreInterval(accept=accept, deny=deny))
    assert (verdict is Verdict.ACCEPTED) == (score >= accept)
    assert (verdict is Verdict.DENIED) == (score <= deny)
    assert (verdict is Verdict.BYPASSED) == (deny < score < accept)
