"""Which levels of a rule have signed, which are up, and who may sign no other one.

The authorizers of a rule are its levels, first to last. With `requireAllApprovals` they act in
turn; without it any of them may act at any time and one acceptance is enough.

One person, one signature: whoever has accepted a level decides no other level of the rule. Where
the account's `onePersonOneLevel` is true, neither does whoever was stood in for, and each level is
one of its own. Where it is false, an acceptance counts at once for every following level that the
same person may decide (`callback`), and an authorizer that is listed twice is asked once.
"""

from __future__ import annotations

from placet.orders.core.model import Authorization
from placet.orders.core.record import Approval, Verdict
from placet.people.core.actor import ActorKind
from placet.policies.core.model import Authorizer, Dimension, Rule


def accepted_levels(authorization: Authorization, dimension_id: str, rule: Rule) -> frozenset[int]:
    """The levels that have accepted, counted from 0."""
    levels = {
        approval.level
        for approval in _acceptances(authorization, dimension_id, rule)
        if approval.level is not None and approval.level < len(rule.authorizers)
    }
    if authorization.settings.one_person_one_level:
        return frozenset(levels)
    said = {rule.authorizers[level] for level in levels}
    return frozenset(
        level for level, authorizer in enumerate(rule.authorizers) if authorizer in said
    )


def open_levels(authorization: Authorization, dimension_id: str, rule: Rule) -> tuple[int, ...]:
    """The levels that have not accepted yet, first to last."""
    done = accepted_levels(authorization, dimension_id, rule)
    every = authorization.settings.one_person_one_level
    return tuple(
        level
        for level, authorizer in enumerate(rule.authorizers)
        if level not in done and (every or authorizer not in rule.authorizers[:level])
    )


def levels_up(authorization: Authorization, dimension_id: str, rule: Rule) -> tuple[int, ...]:
    """The levels that may act now, first to last; empty where no authorizers are listed."""
    left = open_levels(authorization, dimension_id, rule)
    return left[:1] if rule.require_all_approvals else left


def next_authorizer(
    authorization: Authorization, dimension_id: str, rule: Rule, level: int
) -> Authorizer | None:
    """Who is asked after a level that is up; None after the last one."""
    left = open_levels(authorization, dimension_id, rule)
    asked: tuple[Authorizer, ...] = ()
    if not authorization.settings.one_person_one_level:
        asked = rule.authorizers[: level + 1]
    following = (
        rule.authorizers[later]
        for later in left
        if later > level and rule.authorizers[later] not in asked
    )
    return next(following, None)


def barred_at(
    authorization: Authorization, dimension_id: str, rule: Rule, level: int | None
) -> frozenset[str]:
    """The people who may not decide a level: those who may not decide the order, and where the
    level is still open those who have signed another one.
    """
    if level is None or level in accepted_levels(authorization, dimension_id, rule):
        return authorization.barred
    signers: set[str] = set()
    for approval in _acceptances(authorization, dimension_id, rule):
        if approval.actor_kind is ActorKind.USER:
            signers.add(approval.actor_id)
            lent = approval.on_behalf_of
            if lent is not None and authorization.settings.one_person_one_level:
                signers.add(lent)
    return authorization.barred | signers


def deciding_path(authorization: Authorization, dimension: Dimension) -> list[str]:
    """The units whose members decide where nobody is listed: from the root to the dimension's unit,
    or to the buyer's where it names none.
    """
    path = [unit.id for unit in authorization.unit_path]
    if dimension.unit_id in path:
        path = path[: path.index(dimension.unit_id) + 1]
    return path


def _acceptances(authorization: Authorization, dimension_id: str, rule: Rule) -> list[Approval]:
    return [
        approval
        for approval in authorization.approvals_of(dimension_id, rule.id)
        if approval.verdict is Verdict.ACCEPTED
    ]
