"""What a person may see, place and take back: a buyer the own orders, and those of nobody else.

An app key speaks for the whole account, so nothing here concerns it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from placet.application.authorizations import (
    Judged,
    get_authorization,
    get_authorization_of_order,
)
from placet.application.permissions import Permission
from placet.application.service import Service
from placet.authorization.model import Actor, ActorKind, Authorization
from placet.authorization.submission import Submission
from placet.errors import Forbidden, NotFound
from placet.storage.authorizations import AuthorizationFilter
from placet.storage.unit_tree import load_unit_path
from placet.storage.users import User, load_user

__all__ = [
    "check_own", "check_visible", "get_visible", "get_visible_of_order", "personal_submission",
    "visible_filter",
]  # fmt: skip

_SEE_ALL: Final = frozenset({Permission.VIEW_BUYING_POLICIES, Permission.APPROVE_ORDERS})


async def get_visible(
    service: Service, account: str, actor: Actor, authorization_id: str
) -> Judged:
    """One authorization. Raises NotFound, also where the actor may only see others."""
    judged = await get_authorization(service, account, authorization_id)
    if not _sees(actor, judged.authorization):
        raise NotFound(f"there is no authorization `{authorization_id[:100]}`")
    return judged


async def get_visible_of_order(
    service: Service, account: str, actor: Actor, order_id: str
) -> Judged:
    """The latest revision of an order's authorization. Raises NotFound, as `get_visible` does."""
    judged = await get_authorization_of_order(service, account, order_id)
    if not _sees(actor, judged.authorization):
        raise NotFound(f"the order `{order_id[:250]}` has no authorization")
    return judged


async def check_visible(
    service: Service, account: str, actor: Actor, authorization_id: str
) -> None:
    """Raises NotFound where the actor may only see other orders, or there is no such one."""
    if _sees_own_only(actor):
        await get_visible(service, account, actor, authorization_id)


def visible_filter(actor: Actor, wanted: AuthorizationFilter) -> AuthorizationFilter:
    """`wanted`, narrowed to what the actor may see.

    Raises:
        Forbidden: a buyer asks for the orders of somebody else.
    """
    if not _sees_own_only(actor):
        return wanted
    if wanted.user_profile_id not in (None, actor.id):
        raise Forbidden("access denied: you may see your own orders only")
    return replace(wanted, user_profile_id=actor.id)


async def check_own(service: Service, account: str, actor: Actor, authorization_id: str) -> None:
    """Make sure that the actor may cancel an order or have it judged again: a person the own
    orders, whoever manages policies all.

    Whose an authorization is never changes, so what this has found stays true.

    Raises:
        NotFound: there is no such authorization, or the actor may not see it.
        Forbidden: it is somebody else's.
    """
    if actor.kind is not ActorKind.USER or Permission.MANAGE_BUYING_POLICIES in actor.permissions:
        return
    judged = await get_visible(service, account, actor, authorization_id)
    if judged.authorization.user_profile_id != actor.id:
        raise Forbidden("access denied: the order is somebody else's")


async def personal_submission(service: Service, user: User, submission: Submission) -> Submission:
    """What a person submits: from the person itself and from the person's unit, said or not.

    Who may impersonate can submit for people of the own unit and of those below it; the order is
    then theirs and judged as theirs.

    Raises:
        Forbidden: it is for somebody else, or from another unit than the buyer's.
    """
    buyer = user
    if submission.user_profile_id not in (None, user.user_id):
        buyer = await _impersonated(service, user, submission.user_profile_id or "")
    if submission.unit_id not in (None, buyer.unit_id):
        raise Forbidden("access denied: `unitId` must be the unit of the buyer, or left out")
    return submission.model_copy(
        update={"user_profile_id": buyer.user_id, "unit_id": buyer.unit_id}
    )


async def _impersonated(service: Service, user: User, user_id: str) -> User:
    # One answer for all, so that it does not tell who is on record.
    refusal = Forbidden(
        "access denied: `userProfileId` must be your own id, or that of somebody whom you may"
        " impersonate"
    )
    if not user.can_impersonate or user.unit_id is None:
        raise refusal
    async with service.database.read() as connection:
        buyer = await load_user(connection, user.account, user_id)
        if buyer is None or not buyer.active or buyer.unit_id is None:
            raise refusal
        path = await load_unit_path(connection, user.account, buyer.unit_id)
    if user.unit_id not in {buyer.unit_id, *(unit.id for unit in path)}:
        raise refusal
    return buyer


def _sees(actor: Actor, authorization: Authorization) -> bool:
    return not _sees_own_only(actor) or authorization.user_profile_id == actor.id


def _sees_own_only(actor: Actor) -> bool:
    return actor.kind is ActorKind.USER and _SEE_ALL.isdisjoint(actor.permissions)
