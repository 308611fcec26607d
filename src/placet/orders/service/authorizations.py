"""Orders and their authorizations: submit, decide, cancel, judge again, look up.

Every change follows one pattern: decide on what is known, hand the result to the group commit, and
decide again when the commit found that something had changed meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial

from pydantic_core import to_json

from placet.errors import Conflict, InvalidRequest, Unavailable
from placet.kit.ids import new_id
from placet.orders.core.callback import Callback, decide
from placet.orders.core.model import Authorization
from placet.orders.core.reach import Reach
from placet.orders.core.submission import Submission
from placet.orders.core.submit import authorize, judged_again
from placet.orders.core.transitions import cancel
from placet.orders.service.batch import Change, Outdated, Submit
from placet.orders.service.current import (
    Judged,
    expired_first,
    judged_of,
    load_current,
    of_current,
    until_current,
)
from placet.orders.service.ground import (
    ground_of_authorization,
    ground_of_submission,
    spending_lines,
)
from placet.orders.service.order_desk import OrderDesk
from placet.orders.service.reach import deciding_reach
from placet.orders.service.spending import SpendingLine
from placet.orders.service.submission_checks import (
    kept_of_refused,
    submission_refusal,
    unit_refusal,
)
from placet.orders.service.visibility import (
    check_own,
    get_visible,
    get_visible_of_order,
    own_submission,
    unseen_is_unknown,
)
from placet.orders.store.authorizations import (
    StoredAuthorization,
    load_order_texts,
)
from placet.people.core.permissions import (
    DECIDING_ORDERS,
    JUDGING_AGAIN,
    PLACING_ORDERS,
    VIEWING_ORDERS,
)
from placet.people.core.visit import Visit, permitted
from placet.policies.service.policies import UnitPolicy


@permitted(PLACING_ORDERS)
async def submit(
    desk: OrderDesk,
    visit: Visit,
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
    submission = await own_submission(desk, visit, submission)
    spending = await spending_lines(desk.places, visit.account, submission.spending)

    async def attempt() -> Judged:
        return await _submit_once(desk, visit, submission, spending=spending, order_text=order_text)

    judged = await until_current(desk, visit.account, bool(spending), attempt)
    if judged is None:
        raise Unavailable("the policies or budgets of this account keep changing; try again later")
    return judged


@permitted(DECIDING_ORDERS)
async def decide_rule(
    desk: OrderDesk,
    visit: Visit,
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
        policy = await desk.policies.snapshot(visit.account, stored.authorization.policy)
        now = desk.clock.now_ms()
        reach = await deciding_reach(desk.database, visit, stored.authorization, policy, now=now)
        ground = await ground_of_authorization(desk.books, stored.authorization, policy)
        after = await desk.lane.decide(
            lambda timing: decide(
                stored.authorization,
                policy,
                callback,
                actor=visit.actor,
                now=now,
                clock=time.monotonic,
                reach=reach,
                budget_data=ground.budget_data,
                timing=timing,
                idempotency_key=idempotency_key,
            )
        )
        return Change(stored, after, policy, ground=ground)

    async with unseen_is_unknown(desk, visit, authorization_id):
        return await _change(desk, visit.account, authorization_id, transition)


@permitted(PLACING_ORDERS)
async def cancel_authorization(
    desk: OrderDesk, visit: Visit, authorization_id: str, comment: str | None
) -> Judged:
    """Cancel an order's authorization.

    Raises:
        NotFound: no such authorization.
        Conflict: it is denied or superseded.
        Unavailable: overload, or the database does not answer; nothing was kept.
    """

    async def transition(stored: StoredAuthorization) -> Change:
        policy = await desk.policies.snapshot(visit.account, stored.authorization.policy)
        now = desk.clock.now_ms()
        return Change(
            stored,
            cancel(stored.authorization, actor=visit.actor, now=now, comment=comment),
            policy,
        )

    await check_own(desk, visit, authorization_id)
    return await _change(desk, visit.account, authorization_id, transition)


@permitted(JUDGING_AGAIN)
async def reevaluate(desk: OrderDesk, visit: Visit, authorization_id: str) -> Judged:
    """Judge a pending order again by today's policies; what people decided so far no longer counts.

    Raises:
        NotFound: no such authorization.
        Conflict: it is not pending, or its unit is gone and the account refuses such orders.
        Unavailable: overload, or the database does not answer; nothing was kept.
    """
    await check_own(desk, visit, authorization_id)
    transition = partial(_judge_again, desk, visit)
    return await _change(desk, visit.account, authorization_id, transition)


@permitted(VIEWING_ORDERS)
async def get_authorization(desk: OrderDesk, visit: Visit, authorization_id: str) -> Judged:
    """One authorization. Raises NotFound, also where the visitor may not see it."""
    return await get_visible(desk, visit, authorization_id)


@permitted(VIEWING_ORDERS)
async def get_authorization_of_order(desk: OrderDesk, visit: Visit, order_id: str) -> Judged:
    """The latest revision of an order's authorization. Raises NotFound, as `get_authorization`."""
    return await get_visible_of_order(desk, visit, order_id)


@permitted(VIEWING_ORDERS)
async def order_texts(
    desk: OrderDesk, visit: Visit, authorizations: Iterable[Authorization]
) -> dict[str, str]:
    """The JSON of each authorization's order, by the id of the authorization, which the
    visitor has been shown.

    Of an order that an earlier version took, which kept no text, it is the same document with the
    spaces left out and each number in its shortest spelling.
    """
    shown = {item.id: item for item in authorizations}
    async with desk.database.read() as connection:
        texts = await load_order_texts(connection, visit.account, shown)
    missing = shown.keys() - texts.keys()
    return texts | {key: to_json(shown[key].order).decode() for key in missing}


async def reach_to_show(desk: OrderDesk, visit: Visit, shown: Sequence[Judged]) -> Reach:
    """What it takes to show these orders to `actor`."""
    entries = [(judged.authorization, judged.policy) for judged in shown]
    now = desk.clock.now_ms()
    return await desk.reaches.of(visit, entries, now=now)


async def _change(
    desk: OrderDesk,
    account: str,
    authorization_id: str,
    transition: Callable[[StoredAuthorization], Awaitable[Change]],
) -> Judged:
    async def attempt() -> Judged:
        stored = await load_current(desk, account, authorization_id)
        change = await transition(stored)
        if change.authorization is not stored.authorization:
            stored = await desk.writes.submit(change)
        return await judged_of(desk, stored.authorization)

    return await of_current(desk, account, attempt)


async def _submit_once(
    desk: OrderDesk,
    visit: Visit,
    submission: Submission,
    *,
    spending: tuple[SpendingLine, ...],
    order_text: str | None,
) -> Judged:
    judge = await desk.policies.of_unit(visit.account, submission.unit_id)
    refusal = await submission_refusal(desk, judge, submission)
    if refusal is not None:
        return await _answer_refused(desk, judge, submission, refusal)
    ground = await ground_of_submission(desk.books, judge, submission, spending)
    authorization = await desk.lane.decide(
        lambda timing: authorize(
            submission,
            judge.policy,
            authorization_id=new_id(),
            account=visit.account,
            actor=visit.actor,
            now=desk.clock.now_ms(),
            clock=time.monotonic,
            unit_path=judge.unit_path,
            settings=judge.settings,
            budget_data=ground.budget_data,
            timing=timing,
        )
    )
    write = Submit(
        authorization, judge.policy, judge.version, visit.actor, spending, ground, order_text
    )
    stored = await expired_first(desk, await desk.writes.submit(write))
    if stored.authorization.policy == judge.policy.digest:
        return Judged(stored.authorization, judge.policy)
    return await judged_of(desk, stored.authorization)


async def _answer_refused(
    desk: OrderDesk, judge: UnitPolicy, submission: Submission, refusal: InvalidRequest
) -> Judged:
    """A retry of what was taken before answers what is kept; all else is refused, by the policies
    of today.
    """
    stored, current = await kept_of_refused(desk, judge, submission)
    if stored is not None:
        stored = await expired_first(desk, stored)
        return await judged_of(desk, stored.authorization)
    if not current:
        raise Outdated
    raise refusal


async def _judge_again(desk: OrderDesk, visit: Visit, stored: StoredAuthorization) -> Change:
    before = stored.authorization
    judge = await desk.policies.of_unit(visit.account, before.unit_id)
    refusal = unit_refusal(judge)
    if refusal is not None:
        _, current = await kept_of_refused(desk, judge, _submission(before))
        if not current:
            raise Outdated
        raise Conflict(f"the order cannot be judged again: {refusal.message}", code=refusal.code)
    ground = await ground_of_authorization(desk.books, before, judge.policy)
    now = desk.clock.now_ms()
    fresh = await desk.lane.decide(
        lambda timing: authorize(
            _submission(before),
            judge.policy,
            authorization_id=before.id,
            account=visit.account,
            actor=visit.actor,
            now=now,
            clock=time.monotonic,
            revision=before.revision,
            unit_path=judge.unit_path,
            settings=judge.settings,
            budget_data=ground.budget_data,
            timing=timing,
        )
    )
    after = judged_again(before, fresh, actor=visit.actor, now=now)
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
