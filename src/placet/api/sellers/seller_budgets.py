"""Routes of sellers' budgets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Any, Final, TypeVar

from fastapi import APIRouter, Path, Request, Response
from fastapi.params import Depends
from pydantic import Field

from placet.api.access.caller import CanManageBudgets, CanViewBudgets, desks_of
from placet.api.budgets.money_body import exact_json
from placet.api.sellers.answers import (
    SELLER_ERRORS,
    SellerBudgetAnswer,
    seller_budget_document,
)
from placet.api.sellers.parameters import (
    AdvertiserId,
    BudgetId,
    BudgetsAsked,
    SellerCampaignId,
    SellerId,
)
from placet.api.sellers.schemas import (
    NamedSellerBudgetChangeBody,
    NewSellerBudgetBody,
    SellerBudgetChangeBody,
)
from placet.api.web.answers import answer, json_answer
from placet.api.web.body import read_body
from placet.api.web.models import json_body
from placet.budgets.service.books import Books
from placet.errors import Detail, InvalidRequest
from placet.kit.reading import read, read_many
from placet.kit.wire_model import WireModel
from placet.people.core.visit import Visit
from placet.people.service.scope import check_whole_account
from placet.sellers.core.model import SellerBudgetView
from placet.sellers.service.queries import (
    get_seller_budget,
    list_advertiser_budgets,
    list_campaign_budgets,
    list_seller_budgets,
)
from placet.sellers.service.seller_budgets import (
    MAX_BUDGETS,
    change_seller_budgets,
    create_seller_budgets,
)

Model = TypeVar("Model", bound=WireModel)

_NEW_EXAMPLE: Final = {
    "sellerId": "1", "campaignIds": ["10001"], "budgetType": "Capped", "amount": "310.00",
    "startDate": "2026-05-01", "endDate": "2026-05-31",
}  # fmt: skip
_CHANGE_EXAMPLE: Final = {"amount": "400.00", "endDate": "2026-06-15"}
_NAMED_EXAMPLE: Final = {"budgetId": 1777593600000000, "isSuspended": True}


async def _version(version: str = Path(description="Any, such as `2026-01`.")) -> None:
    """The parameter that every path has; all versions are served alike."""


async def _manager(request: Request, caller: CanManageBudgets) -> Visit:
    # Whoever may not is told so before the body is looked at.
    await check_whole_account(desks_of(request).books.database, caller)
    return caller


async def _viewer(request: Request, caller: CanViewBudgets) -> Visit:
    await check_whole_account(desks_of(request).books.database, caller)
    return caller


# Sellers belong to no unit.
_Manager = Annotated[Visit, Depends(_manager)]
_Viewer = Annotated[Visit, Depends(_viewer)]

_BUDGET: Final = answer("The budget.", SellerBudgetAnswer)
_BUDGETS: Final = answer("The budgets.", list[SellerBudgetAnswer])
_Many = Annotated[list[Model], Field(min_length=1, max_length=MAX_BUDGETS)]
_OneOrMany = _Many[NamedSellerBudgetChangeBody] | NamedSellerBudgetChangeBody

router: Final = APIRouter(
    prefix="/{version}/marketing-solutions/marketplace-performance-outcomes",
    tags=["Seller budgets"],
    responses=SELLER_ERRORS,
    dependencies=[Depends(_version)],
)


@router.post(
    "/budgets",
    summary="Create seller budgets",
    operation_id="createSellerBudgets",
    openapi_extra=json_body(_Many[NewSellerBudgetBody], [_NEW_EXAMPLE]),
    responses=_BUDGETS,
)
async def create_budgets(request: Request, caller: _Manager) -> Response:
    """Create budgets, all or none; a seller's first one for a campaign makes its seller campaign.

    The amount is spread evenly over the days, and what a day does not spend is left for the others.
    """
    bodies = _many(NewSellerBudgetBody, await _body(request))
    books = desks_of(request).books
    wanted = [body.to_input() for body in bodies]
    return _answers(books, await create_seller_budgets(books, caller, wanted))


@router.get(
    "/budgets", summary="List seller budgets", operation_id="listSellerBudgets", responses=_BUDGETS
)
async def list_budgets(request: Request, caller: _Viewer, query: BudgetsAsked) -> Response:
    """The budgets, oldest first; all filters given must match."""
    books = desks_of(request).books
    return _answers(books, await list_seller_budgets(books, caller, query))


@router.patch(
    "/budgets",
    summary="Change seller budgets",
    operation_id="changeSellerBudgets",
    openapi_extra=json_body(_OneOrMany, [_NAMED_EXAMPLE]),
    responses=_BUDGETS,
)
async def change_budgets(request: Request, caller: _Manager) -> Response:
    """Change budgets, all or none; the same change again changes nothing.

    An array or one object: the answer is an array.
    """
    document = await _body(request)
    many = isinstance(document, list)
    bodies = (
        _many(NamedSellerBudgetChangeBody, document)
        if many
        else [read(NamedSellerBudgetChangeBody, document)]
    )
    books = desks_of(request).books
    changes = [body.to_input(body.budget_id) for body in bodies]
    found = await change_seller_budgets(books, caller, changes, many=many)
    return _answers(books, found)


@router.get(
    "/budgets/{budgetId}",
    summary="Get seller budget",
    operation_id="getSellerBudget",
    responses=_BUDGET,
)
async def get_budget(request: Request, caller: _Viewer, budget_id: BudgetId) -> Response:
    """One budget as it stands now."""
    books = desks_of(request).books
    view = await get_seller_budget(books, caller, budget_id)
    return json_answer(seller_budget_document(view, books.clock()))


@router.patch(
    "/budgets/{budgetId}",
    summary="Change seller budget",
    operation_id="changeSellerBudget",
    openapi_extra=json_body(SellerBudgetChangeBody, _CHANGE_EXAMPLE),
    responses=_BUDGET,
)
async def change_budget(request: Request, caller: _Manager, budget_id: BudgetId) -> Response:
    """Change one budget; the same change again changes nothing.

    The amount can be no less than what is spent and reserved, the start can change until it is
    reached, the end cannot be in the past, and a budget is resumed only before its end and where it
    overlaps no other one.
    """
    body = read(SellerBudgetChangeBody, await _body(request))
    if body.budget_id not in (None, budget_id):
        detail = Detail("budgetId", f"must be that of the path, `{budget_id[:100]}`")
        raise InvalidRequest(str(detail), details=[detail])
    books = desks_of(request).books
    changes = [body.to_input(budget_id)]
    [view] = await change_seller_budgets(books, caller, changes, many=False)
    return json_answer(seller_budget_document(view, books.clock()))


@router.get(
    "/sellers/{sellerId}/budgets",
    summary="List budgets of seller",
    operation_id="listBudgetsOfSeller",
    responses=_BUDGETS,
)
async def list_of_seller(
    request: Request, caller: _Viewer, seller_id: SellerId, query: BudgetsAsked
) -> Response:
    """A seller's budgets; all filters given must match."""
    books = desks_of(request).books
    if query.seller_id not in (None, seller_id):
        return json_answer([])
    query = replace(query, seller_id=seller_id)
    return _answers(books, await list_seller_budgets(books, caller, query))


@router.get(
    "/seller-campaigns/{sellerCampaignId}/budgets",
    summary="List budgets of seller campaign",
    operation_id="listBudgetsOfSellerCampaign",
    responses=_BUDGETS,
)
async def list_of_seller_campaign(
    request: Request, caller: _Viewer, campaign_id: SellerCampaignId, query: BudgetsAsked
) -> Response:
    """The budgets of one seller for one template campaign; all filters given must match."""
    books = desks_of(request).books
    found = await list_campaign_budgets(books, caller, campaign_id, query)
    return _answers(books, found)


@router.get(
    "/advertisers/{advertiserId}/budgets",
    summary="List budgets of advertiser",
    operation_id="listBudgetsOfAdvertiser",
    responses=_BUDGETS,
)
async def list_of_advertiser(
    request: Request, caller: _Viewer, advertiser_id: AdvertiserId, query: BudgetsAsked
) -> Response:
    """The budgets for an advertiser's template campaigns; all filters given must match."""
    books = desks_of(request).books
    found = await list_advertiser_budgets(books, caller, advertiser_id, query)
    return _answers(books, found)


async def _body(request: Request) -> Any:
    return exact_json(await read_body(request, request.app.state.settings.max_body_bytes))


def _many(model: type[Model], document: Any) -> list[Model]:
    if not isinstance(document, list):
        raise InvalidRequest("the body must be an array of budgets")
    if len(document) > MAX_BUDGETS:
        raise InvalidRequest(f"the body must hold at most {MAX_BUDGETS} budgets")
    return read_many(model, document)


def _answers(books: Books, views: Iterable[SellerBudgetView]) -> Response:
    now = books.clock()
    return json_answer([seller_budget_document(view, now) for view in views])
