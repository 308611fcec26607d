"""The same random histories through the application and a database, with money that is held."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from itertools import count
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, run_state_machine_as_test
from sqlalchemy import select

from placet.access.service.keys import create_key
from placet.budgets.core.model import LinkedEntity
from placet.budgets.service import budgets
from placet.budgets.service.audit import verify_books
from placet.budgets.service.input import AllocationInput, BudgetInput, Context
from placet.database.tables import authorization_table
from placet.orders.core.callback import Callback
from placet.orders.core.filters import AuthorizationFilter, PendingFilter
from placet.orders.core.model import Authorization
from placet.orders.core.record import Status
from placet.orders.core.submission import Submission
from placet.orders.core.wire import authorization_document
from placet.orders.service import authorizations
from placet.orders.service.authorizations import Judged
from placet.orders.service.inbox import find_orders
from placet.orders.service.pending_approvals import follow_directory
from placet.people.core.actor import Actor, ActorKind
from placet.people.core.delegation import DelegationFilter
from placet.people.core.permissions import VIEWING_ORDERS, Permission
from placet.people.core.roles import Role
from placet.people.core.user import User
from placet.people.core.visit import OPERATOR, Visit, operator_of
from placet.people.service import delegations
from placet.people.service.actors import actor_of
from placet.people.store.users import load_users, put_users
from placet.policies.service.rule_files import publish
from placet.process import Process
from placet.settings import Settings
from support.budgets.facts import said
from support.budgets.service import entered, units
from support.clock import ManualClock
from support.orders.machine import PEOPLE, UNITS, ApprovalsMachine, dimension_of
from support.orders.oracle import Rule

KEY = Actor(ActorKind.APP_KEY, "key", frozenset(Permission))
YEAR = 365 * 86_400_000
Answer = TypeVar("Answer")
_accounts = count(1)


class StoredMachine(ApprovalsMachine):
    """Orders of one account in a database; they spend what they are worth."""

    def __init__(self, runner: asyncio.Runner, process: Process, clock: ManualClock) -> None:
        super().__init__()
        self._runner = runner
        self._process = process
        self._desks = process.desks
        self._database = process.database
        self._clock = clock
        self._passed = 0
        self._account = f"account-{next(_accounts)}"
        self._context = Context(self._account, "top")
        self._run(create_key(process.database, self._account, [Permission.PLACE_ORDERS]))
        part = AllocationInput(LinkedEntity("cc-1", "CostCenter"), "", units(1_000))
        wanted = BudgetInput(said("Budget"), units(1_000), allocations=(part,))
        self._budget = self._run(
            budgets.create_budget(process.desks.books, entered(self._context), wanted)
        )

    def arrange(self) -> None:
        self._run(self._arrange())

    def submit(self, order_id: str, value: int, unit: str, buyer: str) -> Authorization:
        line = {
            "budgetId": self._budget.budget.id,
            "allocationId": self._budget.allocations[0].allocation.id,
            "amount": value,
        }
        submission = Submission.model_validate(
            {
                "order": {"orderId": order_id, "value": value},
                "unitId": unit,
                "userProfileId": buyer,
                "spending": [line] if value else [],
            }
        )
        return self._run(
            authorizations.submit(self._desks.orders, Visit(self._account, KEY), submission)
        ).authorization

    def decide(self, kept: Authorization, rule: Rule, name: str, score: int) -> Authorization:
        [dimension_id] = [
            trace.dimension_id for trace in kept.dimensions if trace.rule(rule.name) is not None
        ]
        callback = Callback(score=score, dimension_id=dimension_id, rule_id=rule.name)
        return self._run(self._decide(kept.id, callback, name))

    def cancel(self, kept: Authorization) -> Authorization:
        return self._run(
            authorizations.cancel_authorization(
                self._desks.orders, Visit(self._account, KEY), kept.id, None
            )
        ).authorization

    def reevaluate(self, kept: Authorization) -> Authorization:
        return self._run(
            authorizations.reevaluate(self._desks.orders, Visit(self._account, KEY), kept.id)
        ).authorization

    def pass_time(self) -> None:
        self._clock.advance(self.world.now - self._passed)
        self._passed = self.world.now
        self._run(self._process.workers.approvals.do_due())

    def find(self, kept: Authorization) -> Authorization:
        return self._run(
            authorizations.get_authorization(self._desks.orders, Visit(self._account, KEY), kept.id)
        ).authorization

    def offered(self, kept: Authorization, rule: Rule, name: str) -> bool:
        return self._run(self._offered(kept.id, rule, name))

    @invariant()
    def what_is_held_follows_the_status(self) -> None:
        found = [
            self.find(kept.authorization) for revisions in self.kept.values() for kept in revisions
        ]
        for status, figure in (
            (Status.PENDING, self._position().held),
            (Status.ACCEPTED, self._position().used),
        ):
            worth = sum(item.order["value"] for item in found if item.status is status)
            assert figure == units(worth), status

    @invariant()
    def inboxes_hold_what_people_may_decide(self) -> None:
        """Also after people, units and levels have changed: the rows follow them."""
        for name in PEOPLE:
            may = {
                revisions[-1].authorization.id
                for revisions in self.kept.values()
                for asked in revisions[-1].order.status()[1]
                if revisions[-1].order.may(self.world, name, asked)
            }
            found = self._run(self._listed(PendingFilter(), name))
            assert {judged.authorization.id for judged in found} == may, name

    @invariant()
    def what_nobody_may_decide_is_listed(self) -> None:
        stuck = {
            revisions[-1].authorization.id
            for revisions in self.kept.values()
            for asked in revisions[-1].order.status()[1]
            if not any(revisions[-1].order.may(self.world, name, asked) for name in PEOPLE)
        }
        found = self._run(self._listed(PendingFilter(stuck=True), None))
        assert {judged.authorization.id for judged in found} == stuck

    async def _listed(self, pending: PendingFilter, name: str | None) -> list[Judged]:
        actor = await self._actor(name or "key")
        if not actor.permissions & VIEWING_ORDERS:
            return []
        page = await find_orders(
            self._desks.orders,
            Visit(self._account, actor),
            pending,
            AuthorizationFilter(),
            mine=name is not None,
            limit=100,
        )
        return page.entries

    @invariant()
    def one_revision_is_the_latest(self) -> None:
        rows = self._run(self._rows())
        latest = {row.order_id: row.revision for row in rows if row.latest}
        assert latest == {name: len(revisions) for name, revisions in self.kept.items()}
        assert len(rows) == sum(latest.values())

    def teardown(self) -> None:
        result = self._run(verify_books(self._database, OPERATOR, account=self._account))
        assert result.difference is None

    def _run(self, call: Coroutine[Any, Any, Answer]) -> Answer:
        return self._runner.run(call)

    def _position(self) -> Any:
        books, budget_id = self._desks.books, self._budget.budget.id
        return self._run(budgets.get_budget(books, entered(self._context), budget_id)).position

    async def _rows(self) -> list[Any]:
        columns = authorization_table.c
        query = select(columns.order_id, columns.revision, columns.latest)
        async with self._database.read() as connection:
            return list(await connection.execute(query.where(columns.account == self._account)))

    async def _arrange(self) -> None:
        expires = self.world.expires
        rule_file = {
            "account": self._account,
            "units": [self._tree("top")],
            "settings": {"onePersonOneLevel": self.world.one}
            | ({"pendingExpiresAfter": f"PT{expires}H"} if expires else {}),
            "dimensions": [dimension_of(item, 1) for item in self.world.dimensions],
        }
        text = json.dumps(rule_file)
        await publish(
            self._desks.policies, operator_of(self._account), text, "rules.json", delete=True
        )
        people = [
            User(
                account=self._account,
                user_id=name,
                name=name.capitalize(),
                unit_id=unit,
                roles=frozenset({Role.ORDER_APPROVER} if name in self.world.approvers else {}),
            )
            for name, unit in self.world.units.items()
        ]
        async with self._database.write() as connection:
            await put_users(connection, people)
            await follow_directory(connection, self._account, list(PEOPLE))
        await self._delegate()

    def _tree(self, unit: str) -> dict[str, Any]:
        below = [self._tree(name) for name in UNITS if self.world.parents[name] == unit]
        return {"id": unit, "name": unit, "children": below}

    async def _delegate(self) -> None:
        desk, account = self._desks.people, self._account
        now = self._clock.now_ms()
        page = await delegations.list_delegations(
            desk, Visit(account, KEY), DelegationFilter(), limit=200
        )
        made = {
            (item.delegation.delegator_id, item.delegation.delegate_id): item.delegation
            for item in page.entries
            if not item.delegation.over(now)
        }
        for pair in made.keys() - self.world.delegations:
            identity = made[pair].delegation_id
            await delegations.end_delegation_now(desk, Visit(account, KEY), identity, now)
        for delegator_id, delegate_id in self.world.delegations - made.keys():
            await delegations.create_delegation(
                desk,
                Visit(account, KEY),
                delegator_id=delegator_id,
                delegate_id=delegate_id,
                from_at=now,
                until_at=now + YEAR,
                now=now,
            )

    async def _decide(self, identity: str, callback: Callback, name: str) -> Authorization:
        actor = await self._actor(name)
        judged = await authorizations.decide_rule(
            self._desks.orders, Visit(self._account, actor), identity, callback
        )
        return judged.authorization

    async def _offered(self, identity: str, rule: Rule, name: str) -> bool:
        actor = await self._actor(name)
        judged = await authorizations.get_authorization(
            self._desks.orders, Visit(self._account, KEY), identity
        )
        reach = await authorizations.reach_to_show(
            self._desks.orders, Visit(self._account, actor), [judged]
        )
        document = authorization_document(judged.authorization, judged.policy, actor, reach=reach)
        return any(
            item["id"] == rule.name and item["isUserNextAuthorizer"]
            for dimension in document["dimensionStatus"]
            for item in dimension["ruleCollection"]
        )

    async def _actor(self, name: str) -> Actor:
        if name == "key":
            return KEY
        async with self._database.read() as connection:
            return actor_of((await load_users(connection, self._account, [name]))[name])


# PostgreSQL judges nothing here that SQLite does not; its races have tests of their own.
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_orders_in_a_database_are_where_the_oracle_has_them(database_url: str) -> None:
    clock = ManualClock()
    with asyncio.Runner() as runner:
        # What was shown a moment ago must not be remembered: histories move people in no time.
        wanted = Settings(database_url=database_url, key_cache_seconds=0)
        process = Process.from_settings(wanted, clock=clock)
        runner.run(process.open())
        try:
            run_state_machine_as_test(
                lambda: StoredMachine(runner, process, clock),
                settings=settings(
                    max_examples=10,
                    stateful_step_count=20,
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(process.close())
