"""Budgets as the response documents of the Budgets API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from placet.budgets.core.facts import facts_document
from placet.budgets.core.model import CONTEXT_TYPE, Budget, Entry, EntryKind, Position, Reservation
from placet.budgets.core.statement import Line
from placet.budgets.core.views import AllocationView, BudgetView, Match
from placet.budgets.core.warnings import budget_warnings, time_zone_of
from placet.kit.instants import instant_text
from placet.kit.money import amount_number

Document = dict[str, Any]

# Every budget's document begins with these, in this order.
_FIRST_FIELDS: Final = (
    "id", "name", "description", "balance", "cycleConfiguration", "notificationSettings", "status",
)  # fmt: skip


def balance_document(position: Position) -> Document:
    """Amount, what of it was carried over, what of it is used or reserved, and what remains."""
    return {
        "amount": amount_number(position.amount),
        "carried": amount_number(position.carried),
        "balanceAdjustment": amount_number(position.adjustment),
        "remaining": amount_number(position.remaining),
    }


def cycle_document(budget: Budget) -> Document:
    """The current period and what happens at its end; what never comes is left out."""
    period, cycle = budget.period, budget.cycle
    document: Document = {"startDate": instant_text(period.start)}
    if period.end is not None:
        document["endDate"] = instant_text(period.end)
    document["autoResetOnPeriodEnd"] = cycle.auto_reset
    document["carryOverBalance"] = cycle.carry_over
    if period.end is not None and cycle.auto_reset:
        document["nextRenewal"] = instant_text(period.end)
    document["timeZone"] = time_zone_of(budget)
    return document


def budget_document(view: BudgetView) -> Document:
    """A whole budget with its allocations, and what its maker should know of it."""
    budget = view.budget
    document: Document = dict.fromkeys(_FIRST_FIELDS)
    document |= {
        "id": budget.id,
        "balance": balance_document(view.position),
        "cycleConfiguration": cycle_document(budget),
        "status": budget.status.value,
    }
    document |= facts_document(budget.facts)
    allocations = [allocation_document(item, view.context_id) for item in view.allocations]
    document |= _context(view.context_id) | {"allocations": allocations}
    return document | warnings_document(budget_warnings(budget, view.position))


def warnings_document(warnings: Sequence[str]) -> Document:
    """The `warnings` of an answer, one sentence each; nothing where there are none."""
    return {"warnings": list(warnings)} if warnings else {}


def budget_summary(view: BudgetView) -> Document:
    """A budget as one line of a list."""
    budget = view.budget
    document: Document = {
        "id": budget.id,
        "name": budget.facts.name,
        "startDate": instant_text(budget.period.start),
    }
    if budget.period.end is not None:
        document["endDate"] = instant_text(budget.period.end)
    document["balance"] = balance_document(view.position)
    document["status"] = budget.status.value
    return document | _context(view.context_id)


def allocation_document(view: AllocationView, context_id: str) -> Document:
    """A whole allocation; `contractId` repeats `referenceId`, whose other name it is."""
    allocation = view.allocation
    return {
        "id": allocation.id,
        "budgetId": allocation.budget_id,
        "linkedEntity": allocation.linked_entity._asdict(),
        "balance": balance_document(view.position),
        "notificationSettings": allocation.notification.to_document(),
        "status": allocation.status.value,
        "referenceId": allocation.reference_id,
        "contractId": allocation.reference_id,
    } | _context(context_id)


def batch_document(budget_id: str, views: Sequence[AllocationView], context_id: str) -> Document:
    """The allocations of a batch; here, notification settings have their array form."""
    return {
        "budgetId": budget_id,
        "allocations": [
            allocation_document(view, context_id)
            | {"notificationSettings": view.allocation.notification.to_array()}
            for view in views
        ],
    }


def match_document(match: Match) -> Document:
    """An allocation that is for a wanted entity, with both balances and the budget's cycle."""
    allocation = match.allocation.allocation
    return {
        "budgetId": allocation.budget_id,
        "allocationId": allocation.id,
        "linkedEntity": allocation.linked_entity._asdict(),
        "budgetBalance": balance_document(match.budget.position),
        "cycleConfiguration": cycle_document(match.budget.budget),
        "allocationBalance": balance_document(match.allocation.position),
    }


def transaction_document(entry: Entry, context_id: str) -> Document:
    """A transaction; `type` tells whether the amount was subtracted or added."""
    document: Document = {
        "id": entry.id,
        "budgetId": entry.budget_id,
        "allocationId": entry.allocation_id,
        "origin": entry.origin,
        "reference": entry.reference,
        "amount": amount_number(entry.amount),
        "requestedBy": entry.requested_by,
        "date": instant_text(entry.at),
        "type": entry.kind.value,
    }
    if entry.original_id is not None:
        document["originalTransactionId"] = entry.original_id
    return document | _context(context_id)


def statement_line_document(line: Line, context_id: str) -> Document:
    """A line with what it did to the balance. One that is no transaction has no id, and its amount
    is what the budget or allocation had from then on; `carried` is what a renewal took over of it.
    """
    document = transaction_document(line.entry, context_id) | {
        "sequence": line.sequence,
        "change": amount_number(line.change),
        "balance": amount_number(line.balance),
        "cycle": line.entry.period,
    }
    if line.entry.kind is EntryKind.RENEWAL and line.entry.carried is not None:
        document["carried"] = amount_number(line.entry.carried)
    return {name: value for name, value in document.items() if value is not None}


def refund_document(entry: Entry) -> Document:
    """The answer to a refund."""
    return {
        "id": entry.id,
        "originalTransactionId": entry.original_id,
        "budgetId": entry.budget_id,
        "allocationId": entry.allocation_id,
        "amount": amount_number(entry.amount),
    }


def reservation_document(reservation: Reservation, context_id: str) -> Document:
    """A reservation; one that expired was canceled by nobody."""
    status = reservation.status.value
    document: Document = {
        "id": reservation.id,
        "budgetId": reservation.budget_id,
        "allocationId": reservation.allocation_id,
        "origin": reservation.origin,
        "reference": reservation.reference,
        "amount": amount_number(reservation.amount),
        "requestedBy": reservation.requested_by,
        "date": instant_text(reservation.created_at),
        "type": reservation.direction.value,
        "status": "CANCELED" if status == "EXPIRED" else status,
    }
    if reservation.expires_at is not None:
        document["expiresAt"] = instant_text(reservation.expires_at)
    if reservation.transaction_id is not None:
        document["transactionId"] = reservation.transaction_id
        document["confirmedAmount"] = amount_number(reservation.confirmed or 0)
    return document | _context(context_id)


def _context(context_id: str) -> Document:
    return {"contextType": CONTEXT_TYPE, "contextId": context_id}
