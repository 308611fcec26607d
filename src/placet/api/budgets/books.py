"""Whose books a request is about: those of a unit of the caller's account."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from fastapi import Depends, Request

from placet.api.budgets.parameters import ContextId, ContextType
from placet.api.caller import CanManageBudgets, CanViewBudgets, service_of
from placet.application.budgets_input import Context
from placet.application.budgets_service import LedgerService

__all__ = ["Books", "ManagedBooks", "ViewedBooks"]


class Books(NamedTuple):
    """The first two arguments of every use case."""

    ledger: LedgerService
    context: Context


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
