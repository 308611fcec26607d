"""Bodies, examples and documents of organization units and their people."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from placet.api.web.models import json_body
from placet.kit.timestamps import timestamp
from placet.kit.wire_model import Document, Identifier, VisibleName, WireModel
from placet.people.core.roles import Role
from placet.people.core.unit import StoredUnit
from placet.people.core.user import User
from placet.people.service.users import AddedMembers, UserDraft

_MAX_MEMBERS: Final = 1_000


class NewUnitBody(WireModel):
    """The body of a unit's creation."""

    name: VisibleName
    parent_id: Annotated[
        Identifier | None, Field(description="Extension: the unit above; without it, a root.")
    ] = None


class RenameBody(WireModel):
    """The body of a renaming."""

    name: VisibleName


class MoveBody(WireModel):
    """The body of a move. `parentId` is never left out: null says that the unit becomes a root."""

    parent_id: Annotated[Identifier | None, Field(description="The unit above; null: a root.")]


class MembersBody(WireModel):
    """The people to add or to remove."""

    user_ids: Annotated[tuple[Identifier, ...], Field(max_length=_MAX_MEMBERS)]


_UNIT_ID: Final = "8d8b68e2-89e1-4d9f-b7c3-3a7f2c8e9d1a"
_USER_ID: Final = "468cc9c0-e8bd-4826-b7a6-13dce147dc26"
NEW_UNIT_BODY: Final = json_body(NewUnitBody, {"name": "Marketing Department"})
RENAME_BODY: Final = json_body(RenameBody, {"name": "Marketing and Communications"})
MOVE_BODY: Final = json_body(MoveBody, {"parentId": _UNIT_ID})
MEMBERS_BODY: Final = json_body(MembersBody, {"userIds": [_USER_ID]})
USER_BODY: Final = json_body(
    UserDraft,
    {
        "email": "emma.harris@example.com",
        "name": "Emma Harris",
        "unitId": _UNIT_ID,
        "roles": [str(Role.BUYER), Role.ORDER_APPROVER.guid],
    },
)


def unit_document(account: str, unit: StoredUnit) -> Document:
    """A unit as the API shows it."""
    return {
        "id": unit.id,
        "name": unit.name,
        "path": {"ids": "/".join((account, *unit.path))},
        "createdAt": timestamp(unit.created_at),
        "updatedAt": timestamp(unit.changed_at),
    }


def added_document(unit_id: str, members: AddedMembers) -> Document:
    """Who was added to a unit, and who was not."""
    return {
        "organizationUnitId": unit_id,
        "addedUserIds": list(members.added),
        "failedUserIds": list(members.failed),
    }


def member_document(user: User) -> Document:
    """A person as a unit's list of members shows them; `login` is empty without an address."""
    return {"userId": user.user_id, "login": user.email or ""}


def user_document(user: User) -> Document:
    """All that is on record of a person."""
    return {
        "userId": user.user_id,
        "email": user.email,
        "name": user.name,
        "unitId": user.unit_id,
        "roles": sorted(user.roles),
        "canImpersonate": user.can_impersonate,
        "active": user.active,
        "createdAt": timestamp(user.created_at),
        "updatedAt": timestamp(user.changed_at),
    }
