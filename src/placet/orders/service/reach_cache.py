"""Who is shown as asked, remembered for a moment: what every answer about an order needs.

It may lag behind people and units as far as a revoked key may; decisions look for themselves.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from placet.database.database import Database
from placet.orders.core.model import Authorization
from placet.orders.core.reach import NO_REACH, Reach
from placet.orders.core.signatures import barred_at, deciding_path
from placet.orders.service.reach import reader_reach
from placet.people.core.actor import Actor, ActorKind
from placet.people.core.visit import Visit
from placet.people.service.delegations import standing_in
from placet.policies.core.compiled import Policy
from placet.policies.core.model import AuthorizerType, Dimension, Rule

_ANY_KEY: Final = Actor(ActorKind.APP_KEY, "")
_CAPACITY: Final = 1_024

# Of a rule that waits: which it is, what its levels have come to, the units of those who stand in,
# and whom of those it lists it is not for.
_Question = tuple[str, str, str, frozenset[int], int, tuple[str, ...], frozenset[str]]
_Key = tuple[str, frozenset[_Question]]


class ReachCache:
    """The reaches of the rules that wait, each good for `seconds`, and read once for all who want
    it at the same time.
    """

    def __init__(self, database: Database, *, seconds: float) -> None:
        self._database: Final = database
        self._seconds: Final = seconds
        self._known: Final[OrderedDict[_Key, tuple[float, Reach]]] = OrderedDict()
        self._loading: Final[dict[_Key, asyncio.Task[Reach]]] = {}

    async def of(
        self,
        visit: Visit,
        shown: Sequence[tuple[Authorization, Policy]],
        *,
        now: int,
    ) -> Reach:
        """What it takes to show these orders to `actor`; `now` in milliseconds since 1970."""
        reach = await self._of_rules(visit.account, shown, now)
        if visit.actor.kind is not ActorKind.USER:
            return reach
        async with self._database.read() as connection:
            stands_in_for = await standing_in(connection, visit.account, visit.actor.id, now)
        return replace(reach, stands_in_for=stands_in_for)

    async def _of_rules(
        self, account: str, shown: Sequence[tuple[Authorization, Policy]], now: int
    ) -> Reach:
        asked = frozenset(
            _question(authorization, policy, *place)
            for authorization, policy in shown
            for dimension, rule in authorization.waiting()
            if (place := policy.find(dimension.dimension_id, rule.rule_id)) is not None
        )
        if not asked:
            return NO_REACH
        key = (account, asked)
        found = self._known.get(key)
        if found is not None and time.monotonic() - found[0] < self._seconds:
            return found[1]
        loading = self._loading.get(key)
        if loading is None:
            loading = asyncio.create_task(self._load(key, shown, now), name="reach")
            self._loading[key] = loading
            loading.add_done_callback(lambda _: self._loading.pop(key, None))
        return await asyncio.shield(loading)

    async def _load(
        self, key: _Key, shown: Sequence[tuple[Authorization, Policy]], now: int
    ) -> Reach:
        read_at = time.monotonic()
        reach = await reader_reach(self._database, Visit(key[0], _ANY_KEY), shown, now=now)
        self._known.pop(key, None)
        self._known[key] = (read_at, reach)
        if len(self._known) > _CAPACITY:
            self._known.popitem(last=False)
        return reach


def _question(
    authorization: Authorization, policy: Policy, dimension: Dimension, rule: Rule
) -> _Question:
    escalated = (
        item.level
        for item in authorization.escalations
        if (item.dimension_id, item.rule_id) == (dimension.id, rule.id) and item.level is not None
    )
    barred = barred_at(authorization, dimension.id, rule, None)
    signed = len(authorization.approvals_of(dimension.id, rule.id))
    listed = frozenset(item.id for item in rule.authorizers if item.type is AuthorizerType.USER)
    path = tuple(deciding_path(authorization, dimension))
    return (
        policy.digest,
        dimension.id,
        rule.id,
        frozenset(escalated),
        signed,
        path,
        barred & listed,
    )
