"""What people are told when a budget or an allocation reaches a threshold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from placet.application.outbox import email_messages
from placet.ledger.book import Book
from placet.ledger.notification import ThresholdType
from placet.ledger.threshold import Notice
from placet.money import amount_text
from placet.storage.ledger_rows import Scope
from placet.storage.outbox import OutboxMessage

__all__ = ["TOPIC", "notice_messages"]

TOPIC = "budget.threshold"


def notice_messages(books: Mapping[Scope, Book], now: int) -> list[OutboxMessage]:
    """The e-mails that the notices of the books call for, to be stored with them."""
    return list(_messages(books, now))


def _messages(books: Mapping[Scope, Book], now: int) -> Iterator[OutboxMessage]:
    for (account, _), book in sorted(books.items()):
        for notice in book.notices:
            budget = book.budgets.values[notice.budget_id]
            settings = budget.notification
            if notice.allocation_id is not None:
                settings = book.allocations.values[notice.allocation_id].notification
            subject, text = _words(book, notice)
            yield from email_messages(
                account,
                [recipient.identifier for recipient in settings.recipients],
                topic=TOPIC,
                ordering_key=f"budget {budget.id}",
                subject=subject,
                text=text,
                now_ms=now,
            )


def _words(book: Book, notice: Notice) -> tuple[str, str]:
    budget = book.budgets.values[notice.budget_id]
    value = amount_text(notice.threshold.value)
    currency = f" {budget.currency}" if budget.currency else ""
    percent = notice.threshold.type is ThresholdType.PERCENT
    reached = f"{value}%" if percent else f"{value}{currency}"
    owner = f"budget {budget.name}"
    if notice.allocation_id is not None:
        entity = book.allocations.values[notice.allocation_id].linked_entity
        owner = f"allocation of {entity.type} {entity.id} in {owner}"
    used, amount = amount_text(notice.used), amount_text(notice.amount)
    return (
        f"{reached} of the {owner} is used",
        f"The {owner} has reached {reached}.\n\n"
        f"Used or reserved: {used}{currency}\nAmount: {amount}{currency}\n"
        f"Budget id: {budget.id}\n",
    )
