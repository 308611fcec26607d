"""What people are told when a budget or an allocation reaches a threshold.

All that one movement of a budget makes be reached is one message to each recipient.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from placet.budgets.core.book import Book
from placet.budgets.core.notification import ThresholdType
from placet.budgets.core.threshold import Notice
from placet.budgets.store.rows import Scope
from placet.kit.money import amount_text
from placet.messages.core.message import OutboxMessage
from placet.messages.service.outbox import email_messages

TOPIC = "budget.threshold"


def notice_messages(books: Mapping[Scope, Book], now: int) -> list[OutboxMessage]:
    """The e-mails that the notices of the books call for, to be stored with them."""
    return list(_messages(books, now))


def _messages(books: Mapping[Scope, Book], now: int) -> Iterator[OutboxMessage]:
    for (account, _), book in sorted(books.items()):
        for (budget_id, address), notices in _letters(book).items():
            for group in notices.values():
                subject, text = _words(book, group)
                yield from email_messages(
                    account,
                    [address],
                    topic=TOPIC,
                    ordering_key=f"budget {budget_id}",
                    subject=subject,
                    text=text,
                    now_ms=now,
                )


def _letters(book: Book) -> dict[tuple[str, str], dict[tuple[int, int], list[Notice]]]:
    """By budget and recipient, the notices of each movement; what is due at different instants is
    done together, but did not happen together.
    """
    letters: dict[tuple[str, str], dict[tuple[int, int], list[Notice]]] = {}
    for notice in book.notices:
        for address in dict.fromkeys(recipient.identifier for recipient in notice.recipients):
            letter = letters.setdefault((notice.budget_id, address), {})
            letter.setdefault((notice.movement, notice.at), []).append(notice)
    return letters


def _words(book: Book, notices: Sequence[Notice]) -> tuple[str, str]:
    """Subject and text of a letter that lists the notices."""
    budget = book.budgets.values[notices[0].budget_id]
    unit = f" {budget.facts.currency}" if budget.facts.currency else ""
    sentences = [
        f"The {_owner(book, notice)} has reached {_reached(notice, unit)}.\n\n"
        f"Used or reserved: {amount_text(notice.used)}{unit}\n"
        f"Amount: {amount_text(notice.amount)}{unit}\n"
        for notice in notices
    ]
    subject = f"{_reached(notices[0], unit)} of the {_owner(book, notices[0])} is used"
    if len(notices) > 1:
        subject = f"{len(notices)} thresholds of the budget {budget.facts.name} are reached"
    return subject, "\n".join(sentences) + f"Budget id: {budget.id}\n"


def _reached(notice: Notice, unit: str) -> str:
    value = amount_text(notice.threshold.value)
    return f"{value}%" if notice.threshold.type is ThresholdType.PERCENT else f"{value}{unit}"


def _owner(book: Book, notice: Notice) -> str:
    owner = f"budget {book.budgets.values[notice.budget_id].facts.name}"
    if notice.allocation_id is None:
        return owner
    entity = book.allocations.values[notice.allocation_id].linked_entity
    return f"allocation of {entity.type} {entity.id} in {owner}"
