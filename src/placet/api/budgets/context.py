"""Whose books a request is about: those of a unit of the caller's account."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from fastapi import Depends, Request

from placet.api.access.caller import (
    CanManageBudgets,
    CanViewBudgets,
    budget_manager,
    desks_of,
)
from placet.api.budgets.parameters import ContextId, ContextType
from placet.budgets.service.books import Books
from placet.budgets.service.unit_visit import UnitVisit
from placet.people.core.visit import Visit
from placet.people.service.scope import check_unit


class Opened(NamedTuple):
    """The first two arguments of every use case."""

    books: Books
    context: UnitVisit


async def managed_books(request: Request) -> Opened:
    """What `ManagedBooks` gives, for a route that saves the cost of declaring it.

    Raises:
        Unauthorized, Forbidden: the caller may not.
        NotFound: the caller is a person who does not reach the unit.
        InvalidRequest: the path names no context.
    """
    parameters = request.path_params
    caller = await budget_manager(request)
    return await _books(request, caller, parameters["contextType"], parameters["contextId"])


async def _managed(
    request: Request, caller: CanManageBudgets, context_type: ContextType, context_id: ContextId
) -> Opened:
    return await _books(request, caller, context_type, context_id)


async def _viewed(
    request: Request, caller: CanViewBudgets, context_type: ContextType, context_id: ContextId
) -> Opened:
    return await _books(request, caller, context_type, context_id)


async def _books(request: Request, caller: Visit, context_type: str, context_id: str) -> Opened:
    books = desks_of(request).books
    context = UnitVisit.of(caller, context_type, context_id)
    # Whoever does not reach the unit is told so before the body is looked at.
    await check_unit(books.database, caller, context_id)
    return Opened(books, context)


ManagedBooks = Annotated[Opened, Depends(_managed)]
ViewedBooks = Annotated[Opened, Depends(_viewed)]
