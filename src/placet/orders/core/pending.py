"""Whom an order waits for, spelled out: the entries that inboxes and e-mails are made from.

`levels.turn_of` says whether one person may decide; these entries name everybody who may, without
knowing any person. Who is a member, who stands in for whom and which unit is above is looked up by
the caller, who asks each entry's seat.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from placet.orders.core.levels import escalated_members, seats_of, turn_of
from placet.orders.core.model import Authorization
from placet.orders.core.reach import Reach
from placet.orders.core.seats import Seat, SeatKind
from placet.orders.core.signatures import barred_at, deciding_path, levels_up
from placet.people.core.actor import Actor
from placet.policies.core.compiled import Policy
from placet.policies.core.effects import EffectType, RuleStatus
from placet.policies.core.model import AuthorizerType, Dimension, Rule


class ApproverKind(StrEnum):
    """What an entry is about.

    `USER`, `UNIT`: an authorizer, in whose place others may act (`Seat`). `ABOVE`: the unit above a
    listed one. `MEMBER`: a unit whose own members are meant. `PATH`: of all units whose members are
    meant, the one that is closest to the buyer; `ANYONE`: the same where there are no units.
    """

    USER = "user"
    UNIT = "unit"
    ABOVE = "above"
    MEMBER = "member"
    PATH = "path"
    ANYONE = "anyone"


@dataclass(frozen=True, slots=True)
class PendingApproval:
    """One answer to the question whom a rule waits for.

    `level` counts from 0 and is None where no authorizers are listed; `since` is when it came up,
    in milliseconds since 1970. `seat` tells who may act; None: the members of `approver_id`.
    """

    dimension_id: str
    rule_id: str
    level: int | None
    since: int
    kind: ApproverKind
    approver_id: str = ""
    seat: Seat | None = None

    @property
    def place(self) -> tuple[object, ...]:
        """Which question it is, whoever may answer it now."""
        return self.dimension_id, self.rule_id, self.level, self.kind, self.approver_id


def pending_approvals(authorization: Authorization, policy: Policy) -> tuple[PendingApproval, ...]:
    """Everybody an order waits for, in the order of the walk; nobody once it is decided.

    `policy` is the snapshot the authorization names.
    """
    found: dict[PendingApproval, None] = {}
    for dimension, rule in _waiting(authorization, policy):
        found |= dict.fromkeys(_of_rule(authorization, dimension, rule))
    return tuple(found)


def waiting_for(
    authorization: Authorization, policy: Policy, actor: Actor, reach: Reach
) -> tuple[tuple[str, str], ...]:
    """The ids of the dimensions and rules that `actor` may decide now, in the order of the walk."""
    return tuple(
        (dimension.id, rule.id)
        for dimension, rule in _waiting(authorization, policy)
        if turn_of(authorization, dimension, rule, actor, reach) is not None
    )


def asked_rules(authorization: Authorization, policy: Policy) -> tuple[tuple[Dimension, Rule], ...]:
    """The rules about which people are asked, or were before the order was decided or ended."""
    return tuple(
        found
        for dimension in authorization.dimensions
        if not dimension.simulated
        for rule in dimension.rules
        if rule.status is RuleStatus.PENDING
        or authorization.approvals_of(dimension.dimension_id, rule.rule_id)
        # The denial of another rule takes away that it waited, but not that it fired.
        or (authorization.approvals and rule.fired and rule.effect is EffectType.WORKFLOW)
        if (found := policy.find(dimension.dimension_id, rule.rule_id)) is not None
    )


def _waiting(authorization: Authorization, policy: Policy) -> Iterator[tuple[Dimension, Rule]]:
    for dimension, rule in authorization.waiting():
        found = policy.find(dimension.dimension_id, rule.rule_id)
        if found is not None:
            yield found


def _of_rule(
    authorization: Authorization, dimension: Dimension, rule: Rule
) -> Iterator[PendingApproval]:
    since = authorization.level_up_since(dimension.id, rule.id)
    blank = PendingApproval(dimension.id, rule.id, None, since, ApproverKind.ANYONE)
    if not rule.authorizers:
        yield from _members(authorization, dimension, rule, blank)
    for level in levels_up(authorization, dimension.id, rule):
        entry = replace(blank, level=level)
        for seat in seats_of(authorization, dimension, rule, level):
            yield _seated(entry, seat)
        if escalated_members(authorization, dimension, rule, level):
            yield from _members(authorization, dimension, rule, entry)


def _members(
    authorization: Authorization, dimension: Dimension, rule: Rule, entry: PendingApproval
) -> Iterator[PendingApproval]:
    """Whoever may decide where nobody is listed."""
    path = tuple(deciding_path(authorization, dimension))
    barred = barred_at(authorization, dimension.id, rule, entry.level)
    for unit_id in path:
        yield replace(entry, kind=ApproverKind.MEMBER, approver_id=unit_id)
    kind = ApproverKind.PATH if path else ApproverKind.ANYONE
    yield replace(entry, kind=kind, seat=Seat(SeatKind.PATH, None, path, barred))


def _seated(entry: PendingApproval, seat: Seat) -> PendingApproval:
    listed = seat.authorizer
    if listed is None:
        raise ValueError("a level has an authorizer")
    if seat.kind is SeatKind.ABOVE:
        kind = ApproverKind.ABOVE
    else:
        person = listed.type is AuthorizerType.USER
        kind = ApproverKind.USER if person else ApproverKind.UNIT
    return replace(entry, kind=kind, approver_id=listed.id, seat=seat)
