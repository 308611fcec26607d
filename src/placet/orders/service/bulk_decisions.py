"""Many decisions in one request, each for itself: what fails fails alone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field

from placet.errors import Conflict, Forbidden, PlacetError
from placet.kit.wire_model import Identifier, Number, Text, WireModel
from placet.orders.core.callback import Callback, Level
from placet.orders.core.pending import waiting_for
from placet.orders.service.authorizations import decide_rule
from placet.orders.service.current import Judged, find_authorization
from placet.orders.service.order_desk import OrderDesk
from placet.orders.service.reach import deciding_reach
from placet.orders.service.visibility import unseen_is_unknown
from placet.people.core.permissions import DECIDING_ORDERS
from placet.people.core.visit import Visit, permitted

MAX_DECISIONS: Final = 100
_AT_ONCE: Final = 8


class Decision(WireModel):
    """A score for one authorization: for the rule named, or the first that waits for the caller."""

    id: Identifier
    score: Number
    dimension_id: Identifier | None = None
    rule_id: Identifier | None = None
    level: Level | None = None
    comment: Text | None = None


class Decisions(WireModel):
    """The body of a bulk decision."""

    items: Annotated[tuple[Decision, ...], Field(min_length=1, max_length=MAX_DECISIONS)]


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of one decision: the authorization after it, or the error that refused it."""

    id: str
    outcome: Judged | PlacetError


@permitted(DECIDING_ORDERS)
async def decide_many(
    desk: OrderDesk,
    visit: Visit,
    decisions: Sequence[Decision],
    *,
    idempotency_key: str | None = None,
) -> list[Decided]:
    """Apply decisions as `decide_rule` does, and answer what became of each, in their order.

    Decisions about one authorization are made one after the other. Each has a key of its own: the
    request's with its place in it.
    """
    places: dict[str, list[int]] = {}
    for place, decision in enumerate(decisions):
        places.setdefault(decision.id, []).append(place)
    outcomes: dict[int, Judged | PlacetError] = {}
    turn = asyncio.Semaphore(_AT_ONCE)

    async def decide_all(mine: Sequence[int]) -> None:
        async with turn:
            for place in mine:
                try:
                    key = None if idempotency_key is None else f"{idempotency_key} {place}"
                    async with unseen_is_unknown(desk, visit, decisions[place].id):
                        outcomes[place] = await _decide(desk, visit, decisions[place], key)
                except PlacetError as error:
                    outcomes[place] = error

    async with asyncio.TaskGroup() as group:
        for mine in places.values():
            group.create_task(decide_all(mine))
    return [Decided(decision.id, outcomes[place]) for place, decision in enumerate(decisions)]


async def _decide(desk: OrderDesk, visit: Visit, decision: Decision, key: str | None) -> Judged:
    dimension_id, rule_id = decision.dimension_id, decision.rule_id
    if dimension_id is None or rule_id is None:
        dimension_id, rule_id = await _rule_meant(desk, visit, decision, key)
    callback = Callback(
        score=decision.score,
        dimension_id=dimension_id,
        rule_id=rule_id,
        level=decision.level,
        comment=decision.comment,
    )
    return await decide_rule(desk, visit, decision.id, callback, idempotency_key=key)


async def _rule_meant(
    desk: OrderDesk, visit: Visit, decision: Decision, key: str | None
) -> tuple[str, str]:
    """The rule decided under the key; else the first that waits for the actor; else the one the
    actor decided last, so that a decision sent twice is answered as the first time.
    """
    judged = await find_authorization(desk, visit.account, decision.id)
    authorization, policy = judged.authorization, judged.policy
    earlier = authorization.decision_under(visit.actor, key)
    if earlier is not None and earlier.dimension_id is not None and earlier.rule_id is not None:
        return earlier.dimension_id, earlier.rule_id
    now = desk.clock.now_ms()
    reach = await deciding_reach(desk.database, visit, authorization, policy, now=now)
    waiting = waiting_for(authorization, policy, visit.actor, reach)
    said = [
        (approval.dimension_id, approval.rule_id)
        for approval in reversed(authorization.approvals)
        if (approval.actor_kind, approval.actor_id) == (visit.actor.kind, visit.actor.id)
    ]
    for dimension_id, rule_id in (*waiting, *said):
        dimension_fits = decision.dimension_id in (None, dimension_id)
        if dimension_fits and decision.rule_id in (None, rule_id):
            return dimension_id, rule_id
    if any(authorization.waiting()):
        raise Forbidden(
            f"no such rule of the order waits for {visit.actor.label}", code="not-your-turn"
        )
    raise Conflict(f"the order is {authorization.status} and waits for nobody", code="not-waiting")
