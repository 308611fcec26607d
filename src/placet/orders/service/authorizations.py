"""Orders and their authorizations: submit, decide, cancel, judge again, look up.

Every change follows one pattern: decide on what is known, hand the result to the group commit, and
decide again when the commit found that something had changed meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Final

from placet.errors import Conflict, InvalidRequest, NotFound, Unavailable
from placet.kit.ids import new_id
from placet.orders.core.callback import Callback, decide
from placet.orders.core.filters import AuthorizationFilter
from placet.orders.core.model import Authorization
from placet.orders.core.reach import Reach
from placet.orders.core.submission import Submission
from placet.orders.core.submit import authorize, judged_again
from placet.orders.core.transitions import cancel
from placet.orders.service.batch import BudgetsMoved, Change, Outdated, Submit
from placet.orders.service.ground import (
    ground_of_authorization,
    ground_of_submission,
    spending_lines,
)
from placet.orders.service.moments import expire_if_due
from placet.orders.service.reach import deciding_reach
from placet.orders.service.spending import SpendingLine
from placet.orders.service.submission_checks import (
    kept_of_refused,
    submission_refusal,
    unit_refusal,
)
from placet.orders.store.authorizations import (
    StoredAuthorization,
    find_authorizations,
    load_latest_of_order,
)
from placet.people.core.actor import Actor
from placet.policies.core.compiled import Policy
from placet.policies.service.policies import UnitPolicy
from placet.process import Service

_ATTEMPTS: Final = 20


@dataclass(frozen=True, slots=True)
class Judged:
    """An authorization with the policy that judged it."""

    authorization: Authorization
    policy: Policy


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the authorizations asked for; `next_id` continues after them (None: these were the
    last).
    """

    entries: list[Judged]
    next_id: str | None


async def submit(
    service: Service,
    account: str,
    actor: Actor,
    submission: Submission,
    *,
    order_text: str | None = None,
) -> Judged:
    """Judge an order and keep the result; the same submission again answers what is kept.

    `order_text` is the order's JSON as it was sent, kept to be read again. What the order spends is
    held in the same transaction; where a budget refuses, the order is denied.

    Raises:
        NotFound: there is no such account.
        InvalidRequest: `spending` has an unusable amount, or names what does not exist; or the
            account refuses the order for its unit or its spending.
        Unavailable: overload, or the database does not answer; nothing was kept.
    """
    spending = await spending_lines(service.places, account, submission.spending)

    async def attempt() -> Judged:
        return await _submit_once(
            service, account, actor, submission, spending=spending, order_text=order_text
        )

    judged = await _until_current(service, account, bool(spending), attempt)
    if judged is None:
        raise Unavailable("the policies or budgets of this account keep changing; try again later")
    return judged


async def decide_rule(
    service: Service,
    account: str,
    actor: Actor,
    authorization_id: str,
    callback: Callback,
    *,
    idempotency_key: str | None = None,
) -> Judged:
    """Apply a person's or machine's score to a pending rule; once, when sent again under a key.

    Raises:
        NotFound: no such authorization, dimension or rule.
        Forbidden: the caller may not decide this rule.
        Conflict: the rule does not wait, or was decided otherwise; or the key is another
            decision's.
        Unavailable: overload, or the database does not answer; nothing was kept.
    """

    async def transition(stored: StoredAuthorization) -> Change:
        policy = await service.policies.snapshot(account, stored.authorization.policy)
        now = service.clock.now_ms()
        reach = await deciding_reach(
            service.database, account, actor, stored.authorization, policy, now=now
        )
        ground = await ground_of_authorization(service.books, stored.authorization, policy)
        after = await service.lane.decide(
            lambda timing: decide(
                stored.authorization,
                policy,
                callback,
                actor=actor,
                now=now,
                clock=time.monotonic,
                reach=reach,
                budget_data=ground.budget_data,
                timing=timing,
                idempotency_key=idempotency_key,
            )
        )
        return Change(stored, after, policy, ground=ground)

    return await _change(service, account, authorization_id, transition)


async def cancel_authorization(
    service: Service, account: str, actor: Actor, authorization_id: str, comment: str | None
) -> Judged:
    """Cancel an order's authorization.

    Raises:
        NotFound: no such authorization.
        Conflict: it is denied or superseded.
        Unavailable: overload, or the database does not answer; nothing was kept.
    """

    async def transition(stored: StoredAuthorization) -> Change:
        policy = await service.policies.snapshot(account, stored.authorization.policy)
        now = service.clock.now_ms()
        return Change(
            stored, cancel(stored.authorization, actor=actor, now=now, comment=comment), policy
        )

    return await _change(service, account, authorization_id, transition)


async def reevaluate(service: Service, account: str, actor: Actor, authorization_id: str) -> Judged:
    """Judge a pending order again by today's policies; what people decided so far no longer counts.

    Raises:
        NotFound: no such authorization.
        Conflict: it is not pending, or its unit is gone and the account refuses such orders.
        Unavailable: overload, or the database does not answer; nothing was kept.
    """
    return await _change(
        service, account, authorization_id, partial(_judge_again, service, account, actor)
    )


async def get_authorization(service: Service, account: str, authorization_id: str) -> Judged:
    """One authorization. Raises NotFound."""

    async def attempt() -> Judged:
        stored = await _load(service, account, authorization_id)
        return await _judged(service, stored.authorization)

    return await _of_current(service, account, attempt)


async def get_authorization_of_order(service: Service, account: str, order_id: str) -> Judged:
    """The latest revision of an order's authorization. Raises NotFound."""

    async def attempt() -> Judged:
        async with service.database.read() as connection:
            stored = await load_latest_of_order(connection, account, order_id)
        if stored is None:
            raise NotFound(f"the order `{order_id[:250]}` has no authorization")
        stored = await _expired_first(service, stored)
        return await _judged(service, stored.authorization)

    return await _of_current(service, account, attempt)


async def list_authorizations(
    service: Service,
    account: str,
    wanted: AuthorizationFilter,
    *,
    limit: int,
    before_id: str | None = None,
) -> Page:
    """A page of authorizations, newest first."""
    async with service.database.read() as connection:
        found = await find_authorizations(
            connection, account, wanted, limit=limit + 1, before_id=before_id
        )
    entries = [await _judged(service, authorization) for authorization in found[:limit]]
    more = len(found) > limit
    return Page(entries, entries[-1].authorization.id if more else None)


async def reach_to_show(
    service: Service, account: str, actor: Actor, shown: Sequence[Judged]
) -> Reach:
    """What it takes to show these orders to `actor`."""
    entries = [(judged.authorization, judged.policy) for judged in shown]
    now = service.clock.now_ms()
    return await service.reaches.of(account, actor, entries, now=now)


async def _change(
    service: Service,
    account: str,
    authorization_id: str,
    transition: Callable[[StoredAuthorization], Awaitable[Change]],
) -> Judged:
    async def attempt() -> Judged:
        stored = await _load(service, account, authorization_id)
        change = await transition(stored)
        if change.authorization is not stored.authorization:
            stored = await service.writes.submit(change)
        return await _judged(service, stored.authorization)

    return await _of_current(service, account, attempt)


async def _of_current(
    service: Service, account: str, attempt: Callable[[], Awaitable[Judged]]
) -> Judged:
    judged = await _until_current(service, account, False, attempt)
    if judged is None:
        raise Unavailable("this authorization keeps changing; try again later")
    return judged


async def _until_current(
    service: Service, account: str, spends: bool, attempt: Callable[[], Awaitable[Judged]]
) -> Judged | None:
    """What `attempt` answers once nothing has changed under it; None where that never happens.

    Who has lost a race for the account's budgets waits for a turn, and so does who `spends` while
    others wait.
    """
    waits = spends and service.turns.wanted(account)
    for _ in range(_ATTEMPTS):
        try:
            async with service.turns.of(account) if waits else nullcontext():
                return await attempt()
        except BudgetsMoved:
            waits = True
        except Outdated:
            continue
    return None


async def _submit_once(
    service: Service,
    account: str,
    actor: Actor,
    submission: Submission,
    *,
    spending: tuple[SpendingLine, ...],
    order_text: str | None,
) -> Judged:
    judge = await service.policies.of_unit(account, submission.unit_id)
    refusal = await submission_refusal(service, judge, submission)
    if refusal is not None:
        return await _answer_refused(service, judge, submission, refusal)
    ground = await ground_of_submission(service.books, judge, submission, spending)
    authorization = await service.lane.decide(
        lambda timing: authorize(
            submission,
            judge.policy,
            authorization_id=new_id(),
            account=account,
            actor=actor,
            now=service.clock.now_ms(),
            clock=time.monotonic,
            unit_path=judge.unit_path,
            settings=judge.settings,
            budget_data=ground.budget_data,
            timing=timing,
        )
    )
    write = Submit(authorization, judge.policy, judge.version, actor, spending, ground, order_text)
    stored = await _expired_first(service, await service.writes.submit(write))
    if stored.authorization.policy == judge.policy.digest:
        return Judged(stored.authorization, judge.policy)
    return await _judged(service, stored.authorization)


async def _answer_refused(
    service: Service, judge: UnitPolicy, submission: Submission, refusal: InvalidRequest
) -> Judged:
    """A retry of what was taken before answers what is kept; all else is refused, by the policies
    of today.
    """
    stored, current = await kept_of_refused(service, judge, submission)
    if stored is not None:
        stored = await _expired_first(service, stored)
        return await _judged(service, stored.authorization)
    if not current:
        raise Outdated
    raise refusal


async def _judge_again(
    service: Service, account: str, actor: Actor, stored: StoredAuthorization
) -> Change:
    before = stored.authorization
    judge = await service.policies.of_unit(account, before.unit_id)
    refusal = unit_refusal(judge)
    if refusal is not None:
        _, current = await kept_of_refused(service, judge, _submission(before))
        if not current:
            raise Outdated
        raise Conflict(f"the order cannot be judged again: {refusal.message}", code=refusal.code)
    ground = await ground_of_authorization(service.books, before, judge.policy)
    now = service.clock.now_ms()
    fresh = await service.lane.decide(
        lambda timing: authorize(
            _submission(before),
            judge.policy,
            authorization_id=before.id,
            account=account,
            actor=actor,
            now=now,
            clock=time.monotonic,
            revision=before.revision,
            unit_path=judge.unit_path,
            settings=judge.settings,
            budget_data=ground.budget_data,
            timing=timing,
        )
    )
    after = judged_again(before, fresh, actor=actor, now=now)
    return Change(stored, after, judge.policy, judge.version, ground)


def _submission(authorization: Authorization) -> Submission:
    return Submission.model_validate(
        {
            "order": authorization.order,
            "unitId": authorization.unit_id,
            "userProfileId": authorization.user_profile_id,
            "callbackEndpoint": authorization.callback_endpoint,
            "linkedEntities": authorization.linked_entities,
            "spending": authorization.spending,
        }
    )


async def _load(service: Service, account: str, authorization_id: str) -> StoredAuthorization:
    stored = await service.reads.load(account, authorization_id)
    return await _expired_first(service, stored)


async def _expired_first(service: Service, stored: StoredAuthorization) -> StoredAuthorization:
    """What is stored, after it has expired where that is due: nobody decides too late."""
    now = service.clock.now_ms()
    return await expire_if_due(service.policies, service.writes, stored, now)


async def _judged(service: Service, authorization: Authorization) -> Judged:
    policy = await service.policies.snapshot(authorization.account, authorization.policy)
    return Judged(authorization, policy)
