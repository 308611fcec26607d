"""Random histories of orders against the naive oracle: no approval is ever missing or misjudged."""

from __future__ import annotations

import time
from typing import Any

from hypothesis import settings

from placet.orders.core.callback import Callback, decide
from placet.orders.core.model import Authorization
from placet.orders.core.moments import Deed, due_moments
from placet.orders.core.reach import Few, Reach
from placet.orders.core.submission import Submission
from placet.orders.core.submit import authorize, judged_again
from placet.orders.core.transitions import cancel, escalate, expire, remind, supersede
from placet.orders.core.wire import authorization_document
from placet.people.core.actor import Actor, ActorKind, Delegator
from placet.people.core.unit import Unit
from placet.policies.core.compiled import Policy, applicable, compile_rules
from placet.policies.core.model import AccountSettings, Dimension
from support.orders.machine import PEOPLE, UNITS, ApprovalsMachine, dimension_of
from support.orders.oracle import Rule

NOW = 1_760_000_000_000
ABLE = frozenset({"ApproveOrders"})
KEY = Actor(ActorKind.APP_KEY, "key", ABLE)
ACTS = {Deed.REMIND: remind, Deed.ESCALATE: escalate}


class PureMachine(ApprovalsMachine):
    """Orders in a dictionary; only the latest revision of each can change."""

    def __init__(self) -> None:
        super().__init__()
        self.stored: dict[str, tuple[Authorization, Policy]] = {}
        self.latest: dict[str, str] = {}

    @property
    def now(self) -> int:
        return NOW + self.world.now

    def arrange(self) -> None:
        """The organization is read from `world` whenever it is needed."""

    def submit(self, order_id: str, value: int, unit: str, buyer: str) -> Authorization:
        submission = Submission.model_validate(
            {
                "order": {"orderId": order_id, "value": value},
                "unitId": unit,
                "userProfileId": buyer,
            }
        )
        revision, before = 1, self.stored.get(self.latest.get(order_id, ""))
        if before is not None:
            if before[0].fingerprint == submission.fingerprint:
                return before[0]
            revision = before[0].revision + 1
            if before[0].live:
                self._keep(supersede(before[0], actor=KEY, now=self.now), before[1])
        fresh, policy = self._judged(submission, f"{order_id}-{revision}", revision)
        self.latest[order_id] = fresh.id
        return self._keep(fresh, policy)

    def decide(self, kept: Authorization, rule: Rule, name: str, score: int) -> Authorization:
        before, policy = self.stored[kept.id]
        [dimension_id] = [
            trace.dimension_id for trace in before.dimensions if trace.rule(rule.name) is not None
        ]
        after = decide(
            before,
            policy,
            Callback(score=score, dimension_id=dimension_id, rule_id=rule.name),
            actor=self._actor(name),
            now=self.now,
            clock=time.monotonic,
            reach=self._reach(name),
        )
        return self._keep(after, policy)

    def cancel(self, kept: Authorization) -> Authorization:
        before, policy = self.stored[kept.id]
        return self._keep(cancel(before, actor=KEY, now=self.now), policy)

    def reevaluate(self, kept: Authorization) -> Authorization:
        before, _ = self.stored[kept.id]
        submission = Submission(
            order=before.order, unit_id=before.unit_id, user_profile_id=before.user_profile_id
        )
        fresh, policy = self._judged(submission, before.id, before.revision)
        return self._keep(judged_again(before, fresh, actor=KEY, now=self.now), policy)

    def pass_time(self) -> None:
        for identity in self.latest.values():
            after, policy = self.stored[identity]
            for moment in due_moments(after, policy).due(self.now):
                if moment.deed is Deed.EXPIRE:
                    after = expire(after, policy, now=self.now)
                else:
                    after = ACTS[moment.deed](after, policy, moment, now=self.now)
            self._keep(after, policy)

    def find(self, kept: Authorization) -> Authorization:
        return self.stored[kept.id][0]

    def offered(self, kept: Authorization, rule: Rule, name: str) -> bool:
        found, policy = self.stored[kept.id]
        document = authorization_document(found, policy, self._actor(name), reach=self._reach(name))
        told: dict[str, Any] = {
            item["id"]: item["isUserNextAuthorizer"]
            for dimension in document["dimensionStatus"]
            for item in dimension["ruleCollection"]
        }
        return bool(told[rule.name])

    def _judged(
        self, submission: Submission, identity: str, revision: int
    ) -> tuple[Authorization, Policy]:
        path = tuple(
            Unit(id=unit, name=unit) for unit in reversed(self.world.path(submission.unit_id or ""))
        )
        expires = self.world.expires
        chosen = AccountSettings(
            pending_expires_after=f"PT{expires}H" if expires else None,
            one_person_one_level=self.world.one,
        )
        dimensions = [
            Dimension.model_validate(dimension_of(item, 1)) for item in self.world.dimensions
        ]
        policy = compile_rules(applicable(dimensions, path, chosen))
        fresh = authorize(
            submission,
            policy,
            authorization_id=identity,
            account="acme",
            actor=KEY,
            now=self.now,
            clock=time.monotonic,
            revision=revision,
            unit_path=path,
            settings=chosen,
        )
        return fresh, policy

    def _keep(self, authorization: Authorization, policy: Policy) -> Authorization:
        assert Authorization.from_document(authorization.to_document()) == authorization
        self.stored[authorization.id] = authorization, policy
        return authorization

    def _actor(self, name: str) -> Actor:
        if name == "key":
            return KEY
        permissions = ABLE if name in self.world.approvers else frozenset()
        units = frozenset({self.world.units[name]})
        return Actor(ActorKind.USER, name, permissions, units, name.capitalize())

    def _reach(self, name: str) -> Reach:
        fallbacks = {unit: next(iter(self.world.staffed(unit)), None) for unit in UNITS}
        parents = {unit: parent for unit, parent in self.world.parents.items() if parent}
        others = [
            self._actor(one) for one, other in sorted(self.world.delegations) if other == name
        ]
        few = {}
        for unit in UNITS:
            here, *above = [*self.world.staffed(unit), None, None]
            if here == unit:
                people = {who for who in self.world.approvers if self.world.units[who] == unit}
                few[unit] = Few(frozenset(people), above[0])
        return Reach(
            unable={
                who: "cannot decide"
                for who in (*PEOPLE, "ghost")
                if who not in self.world.approvers
            },
            fallbacks=fallbacks,
            few=few,
            parents=parents,
            stands_in_for=tuple(
                Delegator(other.id, other.name, other.unit_ids, other.permissions)
                for other in others
            ),
        )


TestApprovals = PureMachine.TestCase
TestApprovals.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)
