"""The Budgets API: one module of routes per noun, all below `/api/budgets/UNIT/{contextId}`.

The account is that of the app key. Requests that make something may carry an `Idempotency-Key`:
sent again with the same content, they answer as they did the first time.
"""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from placet.api.budgets import (
    allocations,
    budgets,
    refunds,
    reservations,
    statements,
    transactions,
)

__all__ = ["DIRECT_ROUTES", "ROUTERS", "transactions_router"]

DIRECT_ROUTES: Final = transactions.DIRECT_ROUTES
transactions_router: Final[APIRouter] = transactions.router
# The others, the busiest first.
ROUTERS: Final[tuple[APIRouter, ...]] = tuple(
    module.router for module in (reservations, refunds, allocations, budgets, statements)
)
