"""Routes of organization units and their members. The caller's credentials say which account."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response

from placet.api.access.caller import CanManageUnits, CanViewUnits, desks_of
from placet.api.people.answers import (
    AddedMembersAnswer,
    MembersAnswer,
    MovedOrganizationUnitAnswer,
    NewOrganizationUnitAnswer,
    OrganizationUnitAnswer,
)
from placet.api.people.fallen import FALLEN_HEADERS, fallen_answer, telling
from placet.api.people.unit_schemas import (
    MEMBERS_BODY,
    MOVE_BODY,
    NEW_UNIT_BODY,
    RENAME_BODY,
    MembersBody,
    MoveBody,
    NewUnitBody,
    RenameBody,
    added_document,
    member_document,
    unit_document,
)
from placet.api.web.answers import ERRORS, answer, json_answer
from placet.api.web.body import read_model
from placet.api.web.query import A_FLAG, a_whole, flag, whole
from placet.people.core.unit import StoredUnit
from placet.people.core.visit import Visit
from placet.people.service import units, users

_MAX_PAGE: Final = 1_000_000_000
_MAX_PAGE_SIZE: Final = 1_000
_UNIT: Final = answer("The unit in its place.", OrganizationUnitAnswer)
_UNITS: Final = answer("The units by name.", list[OrganizationUnitAnswer])

UnitId = Annotated[str, Path(alias="organizationUnitId", description="The unit.")]
UserId = Annotated[str, Path(alias="userId", description="The person.")]

router: Final = APIRouter(
    prefix="/api/organization-units/v1", tags=["Organization units"], responses=ERRORS
)
members_router: Final = APIRouter(
    prefix="/api/vtexid/organization-units/{organizationUnitId}/users",
    tags=["Organization units"],
    responses=ERRORS,
)


@router.post(
    "",
    summary="Create organization unit",
    openapi_extra=NEW_UNIT_BODY,
    responses=answer("The new unit.", NewOrganizationUnitAnswer),
)
async def create_unit(request: Request, caller: CanManageUnits) -> Response:
    """Make a root unit, or with `parentId` one below another."""
    body = await read_model(request, NewUnitBody)
    unit = await units.create_unit(desks_of(request).people, caller, body.name, body.parent_id)
    document = unit_document(caller.account, unit)
    return json_answer(document | {"customerGroup": {"customerIds": []}})


@router.get("", summary="Search organization units", responses=_UNITS)
async def search_units(
    request: Request,
    caller: CanViewUnits,
    name: Annotated[str, Query(description="Part of the name, in any case.")] = "",
    page: Annotated[
        str, Query(description="From 1 on.", json_schema_extra=a_whole(1, _MAX_PAGE))
    ] = "1",
    page_size: Annotated[
        str,
        Query(
            alias="pageSize",
            description=f"1 to {_MAX_PAGE_SIZE} units.",
            json_schema_extra=a_whole(1, _MAX_PAGE_SIZE),
        ),
    ] = "20",
) -> Response:
    """A page of the account's units; a person finds the own unit and those below it."""
    found = await units.search_units(
        desks_of(request).people,
        caller,
        name,
        page=whole("page", page, 1, _MAX_PAGE),
        page_size=whole("pageSize", page_size, 1, _MAX_PAGE_SIZE),
    )
    return _units_answer(caller, found)


@router.get(
    "/roots", summary="Get root organization units", operation_id="listRootUnits", responses=_UNITS
)
async def list_roots(request: Request, caller: CanViewUnits) -> Response:
    """The units without one above; for a person, the own unit."""
    found = await units.list_roots(desks_of(request).people, caller)
    return _units_answer(caller, found)


@router.get("/{userId}/unit", summary="Get user's organization unit", responses=_UNIT)
async def get_unit_of_user(request: Request, caller: CanViewUnits, user_id: UserId) -> Response:
    """The unit that a person belongs to."""
    unit = await units.get_unit_of_user(desks_of(request).people, caller, user_id)
    return json_answer(unit_document(caller.account, unit))


@router.get("/{organizationUnitId}", summary="Get organization unit", responses=_UNIT)
async def get_unit(request: Request, caller: CanViewUnits, unit_id: UnitId) -> Response:
    """One unit and its place in the tree."""
    unit = await units.get_unit(desks_of(request).people, caller, unit_id)
    return json_answer(unit_document(caller.account, unit))


@router.patch(
    "/{organizationUnitId}",
    summary="Rename organization unit",
    openapi_extra=RENAME_BODY,
    responses=_UNIT,
)
async def rename_unit(request: Request, caller: CanManageUnits, unit_id: UnitId) -> Response:
    """Give a unit another name."""
    body = await read_model(request, RenameBody)
    unit = await units.rename_unit(desks_of(request).people, caller, unit_id, body.name)
    return json_answer(unit_document(caller.account, unit))


@router.delete(
    "/{organizationUnitId}",
    summary="Delete organization unit",
    status_code=204,
    responses={204: {"description": "Done.", "headers": FALLEN_HEADERS}},
)
async def delete_unit(
    request: Request,
    caller: CanManageUnits,
    unit_id: UnitId,
    cascade: Annotated[
        str, Query(description="`true`: with all units below it.", json_schema_extra=A_FLAG)
    ] = "false",
) -> Response:
    """Delete a unit. 400 where there are units below it and `cascade` is false.

    409 where people, budgets, dimensions, rules or waiting orders need one of the units.
    """
    fallen = await units.delete_unit(
        desks_of(request).people,
        caller,
        unit_id,
        cascade=flag("cascade", cascade),
    )
    return telling(Response(status_code=204), fallen)


@router.get(
    "/{organizationUnitId}/children",
    summary="Get all children organization units",
    operation_id="listChildUnits",
    responses=_UNITS,
)
async def list_children(
    request: Request,
    caller: CanViewUnits,
    unit_id: UnitId,
    shallow: Annotated[
        str,
        Query(
            alias="shallowSearch",
            description="`false`: also those further down.",
            json_schema_extra=A_FLAG,
        ),
    ] = "true",
) -> Response:
    """The units below one."""
    found = await units.list_children(
        desks_of(request).people,
        caller,
        unit_id,
        deep=not flag("shallowSearch", shallow),
    )
    return _units_answer(caller, found)


@router.put(
    "/{organizationUnitId}/path",
    summary="Move organization unit",
    openapi_extra=MOVE_BODY,
    responses=answer(
        "The unit in its new place.", MovedOrganizationUnitAnswer, headers=FALLEN_HEADERS
    ),
)
async def move_unit(request: Request, caller: CanManageUnits, unit_id: UnitId) -> Response:
    """Put a unit under another one; `parentId: null` makes it a root.

    From the next order on it is judged by the policies of its new place.
    """
    body = await read_model(request, MoveBody)
    moved = await units.move_unit(desks_of(request).people, caller, unit_id, body.parent_id)
    return fallen_answer(unit_document(caller.account, moved.unit), moved.fallen)


@members_router.post(
    "",
    summary="Add user to organization unit",
    operation_id="addUnitMembers",
    openapi_extra=MEMBERS_BODY,
    responses=answer(
        "Who is in the unit now, and who was left out.", AddedMembersAnswer, headers=FALLEN_HEADERS
    ),
)
async def add_members(
    request: Request,
    caller: CanManageUnits,
    unit_id: UnitId,
    force: Annotated[
        str,
        Query(
            description="`true`: take people out of the unit they are in.", json_schema_extra=A_FLAG
        ),
    ] = "false",
) -> Response:
    """Make people members of a unit; an id that is not on record yet is put there."""
    forced = flag("force", force)
    body = await read_model(request, MembersBody)
    added = await users.add_members(
        desks_of(request).people, caller, unit_id, body.user_ids, force=forced
    )
    return fallen_answer(added_document(unit_id, added), added.fallen)


@members_router.delete(
    "",
    summary="Remove users from organization unit",
    operation_id="removeUnitMembers",
    openapi_extra=MEMBERS_BODY,
    response_class=Response,
    responses={200: {"description": "They are no members any more.", "headers": FALLEN_HEADERS}},
)
async def remove_members(request: Request, caller: CanManageUnits, unit_id: UnitId) -> Response:
    """Take people out of a unit; they stay on record, without a unit."""
    body = await read_model(request, MembersBody)
    fallen = await users.remove_members(desks_of(request).people, caller, unit_id, body.user_ids)
    return telling(Response(), fallen)


@members_router.get(
    "",
    summary="List users from organization unit",
    operation_id="listUnitMembers",
    responses=answer("The active members.", MembersAnswer),
)
async def list_members(request: Request, caller: CanViewUnits, unit_id: UnitId) -> Response:
    """The active members of a unit, by id."""
    found = await users.list_members(desks_of(request).people, caller, unit_id)
    return json_answer({"users": [member_document(user) for user in found]})


def _units_answer(caller: Visit, found: list[StoredUnit]) -> Response:
    return json_answer([unit_document(caller.account, unit) for unit in found])
