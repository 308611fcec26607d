"""Why somebody else holds a level than the one who is listed, and why somebody does not."""

from __future__ import annotations

from placet.kit.wire_model import Document
from placet.orders.core.levels import seats_of
from placet.orders.core.model import Authorization
from placet.orders.core.reach import Reach
from placet.orders.core.seats import Holder, HolderKind, Seat
from placet.orders.core.signatures import levels_up
from placet.people.core.actor import APPROVE_ORDERS, Actor, Delegator
from placet.policies.core.model import Authorizer, AuthorizerType, Dimension, Rule


def level_documents(
    authorization: Authorization, dimension: Dimension, rule: Rule, reach: Reach
) -> list[Document]:
    """For each level that is up, who may act for it now (`heldBy`, null for nobody) and, where that
    is not the one listed, why (`because`).
    """
    documents = []
    for level in levels_up(authorization, dimension.id, rule):
        seat = seats_of(authorization, dimension, rule, level)[0]
        holder = seat.holder(reach)
        documents.append(
            {
                "level": level,
                "authorizer": rule.authorizers[level].to_document(),
                "heldBy": _held_by(holder),
                "because": _because(authorization, seat, holder, reach),
            }
        )
    return documents


def why_not_authorized(
    authorization: Authorization, dimension: Dimension, rule: Rule, actor: Actor, reach: Reach
) -> str:
    """The sentence for somebody who is not among those who may decide a rule."""
    why = f"{actor.label} is not among the authorizers of rule `{rule.name}`"
    if any(item.user_id in authorization.requesters for item in reach.stands_in_for):
        return f"{why}, and standing in for the requester of the order does not count"
    for delegator in lapsed_delegators(dimension, rule, reach):
        name = delegator.name or delegator.user_id
        why = f"{actor.label} stands in for {name}, who may not decide orders any more"
        for level in levels_up(authorization, dimension.id, rule)[:1]:
            seat = seats_of(authorization, dimension, rule, level)[0]
            told = _told(authorization, seat.holder(reach))
            why += f": level {level + 1} of rule `{rule.name}` is for {told}"
        return why
    return why


def lapsed_delegators(dimension: Dimension, rule: Rule, reach: Reach) -> list[Delegator]:
    """Those who delegated to the caller, would be asked by the rule, and may not decide orders."""
    listed = {(item.type, item.id) for item in rule.authorizers}
    return [
        delegator
        for delegator in reach.stands_in_for
        if APPROVE_ORDERS not in delegator.permissions
        and (
            (AuthorizerType.USER, delegator.user_id) in listed
            or any((AuthorizerType.UNIT, unit_id) in listed for unit_id in delegator.unit_ids)
            or (not listed and dimension.unit_id in delegator.unit_ids)
        )
    ]


def _held_by(holder: Holder) -> Document | None:
    if holder.kind is HolderKind.NOBODY:
        return None
    document: Document = {"type": holder.kind}
    return document | {"id": holder.id} if holder.id else document


def _because(authorization: Authorization, seat: Seat, holder: Holder, reach: Reach) -> str | None:
    listed = seat.authorizer
    if listed is None or holder == _own(listed):
        return None
    if listed.type is AuthorizerType.USER:
        why = f"user `{listed.id}` {_why_barred(authorization, seat, listed.id, reach)}"
    else:
        why = f"nobody of unit `{listed.id}` can decide it"
        if seat.listed(reach) is None:
            why += ", nor of one above it"
    if holder.kind is HolderKind.NOBODY:
        return f"nobody can decide it: {why}, and nobody stands in up to the root"
    return f"{_told(authorization, holder)} stand in: {why}"


def _own(listed: Authorizer) -> Holder:
    return Holder(HolderKind(listed.type.value), listed.id)


def _why_barred(authorization: Authorization, seat: Seat, user_id: str, reach: Reach) -> str:
    if user_id in reach.unable:
        return reach.unable[user_id]
    if user_id in authorization.barred:
        return "is the requester of the order"
    return "has signed another level" if user_id in seat.barred else "cannot decide it"


def _told(authorization: Authorization, holder: Holder) -> str:
    match holder.kind:
        case HolderKind.USER:
            return f"user `{holder.id}`"
        case HolderKind.UNIT:
            names = {unit.id: unit.name for unit in authorization.unit_path}
            return f"the approvers of unit `{names.get(holder.id) or holder.id}`"
        case HolderKind.ANYONE:
            return "all who may approve"
        case HolderKind.NOBODY:
            return "nobody"
