"""The one way to change the books: `apply` an operation, wholly or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from placet.budgets.core import administration, movements, operations, seller
from placet.budgets.core.book import Book
from placet.budgets.core.operations import Operation, Touch
from placet.errors import PlacetError

_Handler = Callable[[Book, Any, int], Any]


def apply(book: Book, operation: Operation, now: int) -> Any:
    """Carry out `operation` at `now` in a book where nothing is due any more; its answer.

    Post and Refund answer the Entry of their transaction; Reserve, Confirm and Cancel the
    Reservation; whatever makes or updates a budget the id, CreateAllocations the ids, the status
    changes the new Status; the others None.

    Raises:
        PlacetError: it was refused, and the book is as it was.
    """
    mark = book.mark()
    try:
        if isinstance(operation, _ADMINISTRATION):
            seller.refuse_paced(book, operation.budget_id)
        return _HANDLERS[type(operation)](book, operation, now)
    except PlacetError:
        book.rewind(mark)
        raise


def _touch(_book: Book, _operation: Touch, _now: int) -> None:
    """What was due is done before any operation."""


_HANDLERS: Final[dict[type[Any], _Handler]] = {
    operations.Post: movements.post,
    operations.Refund: movements.refund,
    operations.Reserve: movements.reserve,
    operations.Confirm: movements.confirm,
    operations.Cancel: movements.cancel,
    operations.CreateBudget: administration.create_budget,
    operations.UpdateBudget: administration.update_budget,
    operations.SetBudgetStatus: administration.set_budget_status,
    operations.DeleteBudget: administration.delete_budget,
    operations.CreateAllocations: administration.create_allocations,
    operations.UpdateAllocation: administration.update_allocation,
    operations.SetAllocationStatus: administration.set_allocation_status,
    operations.LinkEntity: administration.link_entity,
    operations.DeleteAllocation: administration.delete_allocation,
    operations.Touch: _touch,
    operations.OpenSellerBudget: seller.open_seller_budget,
    operations.ChangeSellerBudget: seller.change_seller_budget,
}
# What would break the rules of sellers' budgets; money moves on all budgets alike.
_ADMINISTRATION: Final = (
    operations.UpdateBudget,
    operations.SetBudgetStatus,
    operations.DeleteBudget,
    operations.CreateAllocations,
    operations.UpdateAllocation,
    operations.SetAllocationStatus,
    operations.LinkEntity,
    operations.DeleteAllocation,
)
