"""Whose books a request is about: those of a unit of the caller's account."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from fastapi import Depends, Request

from placet.api.budgets.parameters import ContextId, ContextType
from placet.api.caller import (
    CanManageBudgets,
    CanViewBudgets,
    budget_manager,
    service_of,
)
from placet.application.budgets_input import Context
from placet.application.budgets_service import LedgerService

__all__ = ["Books", "ManagedBooks", "ViewedBooks", "managed_books"]


class Books(NamedTuple):
    """The first two arguments of every use case."""

    ledger: LedgerService
    context: Context


async def managed_books(request: Request) -> Books:
    """What `ManagedBooks` gives, for a route that saves the cost of declaring it.

    Raises:
        Unauthorized, Forbidden: the caller may not.
        InvalidRequest: the path names no context.
    """
    caller = await budget_manager(request)
    parameters = request.path_params
    context = Context.of(caller.account, parameters["contextType"], parameters["contextId"])
    return Books(service_of(request).ledger, context)


async def _managed(
    request: Request, caller: CanManageBudgets, context_type: ContextType, context_id: ContextId
) -> Books:
    context = Context.of(caller.account, context_type, context_id)
    return Books(service_of(request).ledger, context)


async def _viewed(
    request: Request, caller: CanViewBudgets, context_type: ContextType, context_id: ContextId
) -> Books:
    context = Context.of(caller.account, context_type, context_id)
    return Books(service_of(request).ledger, context)


ManagedBooks = Annotated[Books, Depends(_managed)]
ViewedBooks = Annotated[Books, Depends(_viewed)]
