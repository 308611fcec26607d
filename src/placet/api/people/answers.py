"""The answers about units, people and delegations."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from placet.api.web.models import Instant, Next, one_of
from placet.kit.wire_model import Absent, WireModel
from placet.people.core.actor import ActorKind
from placet.people.core.roles import Role


class FallenAnswer(WireModel):
    """What became of orders that waited for somebody who cannot decide them any more, where there
    are any.
    """

    waiting_orders: Annotated[Absent[int], Field(description="How many there are.")] = None
    stuck_orders: Annotated[
        Absent[int], Field(description="Those of them that nobody can decide now.")
    ] = None
    warnings: Annotated[Absent[list[str]], Field(description="The same in sentences.")] = None


class UnitPathAnswer(WireModel):
    """Where a unit is in the tree."""

    ids: Annotated[str, Field(description="The account and the ids down to it, with slashes.")]


class OrganizationUnitAnswer(WireModel):
    """A unit in its place."""

    id: str
    name: str
    path: UnitPathAnswer
    created_at: Instant
    updated_at: Instant


class CustomerGroupAnswer(WireModel):
    """The customers of a unit: none, in a unit that is new."""

    customer_ids: list[str]


class NewOrganizationUnitAnswer(OrganizationUnitAnswer):
    """A unit that was just made."""

    customer_group: CustomerGroupAnswer


class MovedOrganizationUnitAnswer(OrganizationUnitAnswer, FallenAnswer):
    """A unit in its new place."""


class AddedMembersAnswer(FallenAnswer):
    """Who was added to a unit, and who was not."""

    organization_unit_id: str
    added_user_ids: list[str]
    failed_user_ids: Annotated[list[str], Field(description="Left where they are.")]


class MemberAnswer(WireModel):
    """A person in a unit's list of members."""

    user_id: str
    login: Annotated[str, Field(description="The e-mail address; empty without one.")]


class MembersAnswer(WireModel):
    """The active members of a unit."""

    users: list[MemberAnswer]


class UserAnswer(WireModel):
    """All that is on record of a person."""

    user_id: str
    email: str | None
    name: str
    unit_id: Annotated[str | None, Field(description="Null: a member of no unit.")]
    roles: list[Annotated[str, one_of(Role)]]
    can_impersonate: Annotated[bool, Field(description="May submit orders of other buyers.")]
    active: bool
    created_at: Instant
    updated_at: Instant


class ChangedUserAnswer(UserAnswer, FallenAnswer):
    """A person as the request left them."""


class UserPageAnswer(WireModel):
    """Some people, by id."""

    data: list[UserAnswer]
    next: Next


class DelegationEventAnswer(WireModel):
    """One line of a delegation's record."""

    at: Instant
    who: str
    what: str
    actor_kind: Annotated[str, one_of(ActorKind)]
    actor_id: str


class DelegationAnswer(WireModel):
    """Who may approve in whose place, and when."""

    id: str
    delegator_id: Annotated[str, Field(description="In whose place.")]
    delegate_id: Annotated[str, Field(description="Who stands in.")]
    from_: Annotated[Instant, Field(alias="from", description="The first instant.")]
    until: Annotated[Instant, Field(description="The instant at which it is over.")]
    ended_at: Annotated[Instant | None, Field(description="When it was ended before its time.")]
    in_force: Annotated[bool, Field(description="Whether it counts at this moment.")]
    created_at: Instant
    record: Annotated[
        list[DelegationEventAnswer], Field(description="Who made it, and who ended it.")
    ]


class DelegationPageAnswer(WireModel):
    """Some delegations, newest first."""

    data: list[DelegationAnswer]
    next: Next
