"""Who may decide a pending rule, and whose turn it is.

`signatures` says which level is up, `seats` who holds it; here it is said what one caller may do,
for itself and in the name of others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from placet.orders.core.model import Authorization
from placet.orders.core.reach import Reach
from placet.orders.core.seats import Seat, SeatKind
from placet.orders.core.signatures import (
    barred_at,
    deciding_path,
    levels_up,
    next_authorizer,
    open_levels,
)
from placet.people.core.actor import APPROVE_ORDERS, Actor, ActorKind
from placet.policies.core.model import AuthorizerType, Dimension, Rule


@dataclass(frozen=True, slots=True)
class Turn:
    """A decision someone may make now: for which level, and in the name of whom.

    `level` counts from 0 and is None where no authorizers are listed. `on_behalf_of` is None for
    those who act for themselves.
    """

    level: int | None
    on_behalf_of: Actor | None


def turn_of(
    authorization: Authorization,
    dimension: Dimension,
    rule: Rule,
    actor: Actor,
    reach: Reach,
    *,
    level: int | None = None,
) -> Turn | None:
    """What `actor` may decide now of a rule that waits, of all levels that are up or of the one
    that is named; None when it is not the actor's turn.

    An app key acts for the level that is up, a person for itself before it does for others.
    """
    asked = _Asked(authorization, dimension, rule, reach)
    up = levels_up(authorization, dimension.id, rule)
    return asked.turn(actor, up if level is None else [level] if level in up else [])


def later_turns(
    authorization: Authorization,
    dimension: Dimension,
    rule: Rule,
    actor: Actor,
    reach: Reach,
    *,
    after: Turn,
) -> tuple[Turn, ...]:
    """The following levels that an acceptance by `actor` counts for at once: all that a person may
    decide, where the account does not ask for one person at each level.
    """
    if actor.kind is not ActorKind.USER or authorization.settings.one_person_one_level:
        return ()
    if after.level is None or not rule.require_all_approvals:
        return ()
    asked = _Asked(authorization, dimension, rule, reach)
    left = open_levels(authorization, dimension.id, rule)
    turns = (asked.turn(actor, [level]) for level in left if level > after.level)
    return tuple(turn for turn in turns if turn is not None)


def is_authorized(
    authorization: Authorization, dimension: Dimension, rule: Rule, actor: Actor, reach: Reach
) -> bool:
    """Whether `actor` is among those who may decide the rule at some level."""
    asked = _Asked(authorization, dimension, rule, reach)
    return asked.turn(actor, range(len(rule.authorizers))) is not None


def is_own_order(authorization: Authorization, actor: Actor) -> bool:
    """Whether the actor is a person the order is from."""
    return actor.kind is ActorKind.USER and actor.id in authorization.requesters


def seats_of(
    authorization: Authorization, dimension: Dimension, rule: Rule, level: int
) -> tuple[Seat, ...]:
    """The seats of a level: the authorizer's, and once it has taken too long, those after it."""
    path = tuple(deciding_path(authorization, dimension))
    barred = barred_at(authorization, dimension.id, rule, level)
    listed = rule.authorizers[level]
    seats = [Seat(SeatKind.LISTED, listed, path, barred)]
    if _escalated(authorization, dimension, rule, level):
        following = next_authorizer(authorization, dimension.id, rule, level)
        if following is not None:
            seats.append(Seat(SeatKind.LISTED, following, path, barred))
        elif listed.type is AuthorizerType.UNIT:
            seats.append(Seat(SeatKind.ABOVE, listed, path, barred))
    return tuple(seats)


def escalated_members(
    authorization: Authorization, dimension: Dimension, rule: Rule, level: int
) -> bool:
    """Whether a level has gone to all who could decide if nobody was listed: the last one, of a
    person who took too long.
    """
    return (
        rule.authorizers[level].type is AuthorizerType.USER
        and _escalated(authorization, dimension, rule, level)
        and next_authorizer(authorization, dimension.id, rule, level) is None
    )


def _escalated(authorization: Authorization, dimension: Dimension, rule: Rule, level: int) -> bool:
    here = (dimension.id, rule.id, level)
    return any(
        (item.dimension_id, item.rule_id, item.level) == here for item in authorization.escalations
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whom one rule of one order asks."""

    authorization: Authorization
    dimension: Dimension
    rule: Rule
    reach: Reach

    def turn(self, actor: Actor, levels: Iterable[int]) -> Turn | None:
        """What the actor may decide of these levels, or of a rule without any."""
        for who in self._names(actor):
            on_behalf_of = None if who is actor else who
            if not self.rule.authorizers:
                if self._within_reach(who):
                    return Turn(None, on_behalf_of)
                continue
            for level in levels:
                if self._may_act_for(level, who, actor):
                    return Turn(level, on_behalf_of)
        return None

    def _names(self, actor: Actor) -> Iterator[Actor]:
        """Those in whose name `actor` may decide this order: itself, then who delegated to it.

        The account may let requesters decide their own orders; a delegation never does. It lends a
        place among the authorizers, not the permission, so both need `ApproveOrders`: it never
        outlives the right of who gave it.
        """
        if APPROVE_ORDERS not in actor.permissions:
            return
        own = is_own_order(self.authorization, actor)
        if not own or self.authorization.settings.requester_may_decide:
            yield actor
        if own or actor.kind is not ActorKind.USER:
            return
        for delegator in self.reach.stands_in_for:
            requester = delegator.user_id in self.authorization.requesters
            if not requester and APPROVE_ORDERS in delegator.permissions:
                yield delegator.actor

    def _may_act_for(self, level: int, who: Actor, actor: Actor) -> bool:
        """Whether a level is `who`'s, or has become so by escalation, and neither of the two has
        signed another one.
        """
        if who.kind is ActorKind.APP_KEY:
            return True
        here = (self.authorization, self.dimension, self.rule, level)
        barred = barred_at(self.authorization, self.dimension.id, self.rule, level)
        if actor.id in barred or who.id in barred:
            return False
        if any(seat.may_act(who, self.reach) for seat in seats_of(*here)):
            return True
        return escalated_members(*here) and self._within_reach(who)

    def _within_reach(self, who: Actor) -> bool:
        """Nobody is listed: a member of the dimension's unit or of one above it may decide."""
        path = deciding_path(self.authorization, self.dimension)
        return who.kind is ActorKind.APP_KEY or not path or not who.unit_ids.isdisjoint(path)
