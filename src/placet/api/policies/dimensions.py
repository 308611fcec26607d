"""Routes of dimensions."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from placet.api.access.caller import CanManagePolicies, CanViewPolicies, desks_of
from placet.api.policies.answers import DimensionAnswer
from placet.api.web.answers import ERRORS, answer, json_answer
from placet.api.web.body import read_model
from placet.api.web.parameters import DimensionId, IdFilter, NameFilter, UnitFilter
from placet.api.web.query import only
from placet.api.web.schemas import DIMENSION_BODY
from placet.errors import InvalidRequest
from placet.policies.core.model import DimensionDraft, DimensionFilter
from placet.policies.core.wire import dimension_document
from placet.policies.service import dimensions

_MAX_FILTER_VALUES: Final = 1_000
_FILTERS: Final = ("id", "unitId", "name")

router: Final = APIRouter(
    prefix="/{accountName}/authorization-dimensions", tags=["Dimensions"], responses=ERRORS
)


@router.post(
    "",
    summary="Create dimension",
    openapi_extra=DIMENSION_BODY,
    responses=answer("The dimension with its new ids.", DimensionAnswer),
)
async def create_dimension(request: Request, caller: CanManagePolicies) -> Response:
    """Store a dimension and its rules.

    With an app key, `unitId` is required; when a person leaves it out it is the person's own unit.
    Units that do not exist are refused where the account has units; `warnings` tells of people who
    cannot decide orders.
    """
    draft = await read_model(request, DimensionDraft)
    stored = await dimensions.create_dimension(desks_of(request).policies, caller, draft)
    return json_answer(dimension_document(stored.dimension, stored.warnings))


@router.get(
    "",
    summary="List dimensions",
    responses=answer("The dimensions by priority.", list[DimensionAnswer]),
)
async def list_dimensions(
    request: Request,
    caller: CanViewPolicies,
    ids: IdFilter = (),
    unit_ids: UnitFilter = (),
    names: NameFilter = (),
) -> Response:
    """The account's dimensions; different filters must all match, of one filter any value.

    A person sees those that judge orders of the own unit and of units below it.
    """
    only(request, _FILTERS, repeatable=_FILTERS)
    if max(len(ids), len(unit_ids), len(names)) > _MAX_FILTER_VALUES:
        raise InvalidRequest(f"a filter can hold at most {_MAX_FILTER_VALUES} values")
    found = await dimensions.list_dimensions(
        desks_of(request).policies, caller, DimensionFilter(ids, unit_ids, names)
    )
    return json_answer([dimension_document(dimension) for dimension in found])


@router.put(
    "/{dimensionId}",
    summary="Update dimension",
    openapi_extra=DIMENSION_BODY,
    responses=answer("The dimension as it is now.", DimensionAnswer),
)
async def replace_dimension(
    request: Request,
    caller: CanManagePolicies,
    dimension_id: DimensionId,
) -> Response:
    """Give a dimension new content; rules keep their ids by name."""
    draft = await read_model(request, DimensionDraft)
    stored = await dimensions.replace_dimension(
        desks_of(request).policies, caller, dimension_id, draft
    )
    return json_answer(dimension_document(stored.dimension, stored.warnings))


@router.delete("/{dimensionId}", summary="Delete dimension", status_code=204)
async def delete_dimension(
    request: Request,
    caller: CanManagePolicies,
    dimension_id: DimensionId,
) -> Response:
    """Delete a dimension with its rules. Orders it has judged keep their copy of it."""
    await dimensions.delete_dimension(desks_of(request).policies, caller, dimension_id)
    return Response(status_code=204)
