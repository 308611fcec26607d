"""E-mails to those who are asked: when a level comes up, is reminded, or is escalated to others.

They are written in the transaction that asks, so nobody is written to twice for one level, nor for
a change that was not kept. Of a unit the first `PEOPLE_PER_UNIT` approvers by id are written to;
the others find the order in their inbox, as all do where a rule names nobody and no unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.messages.core.message import OutboxMessage
from placet.messages.service.outbox import email_messages
from placet.orders.core.model import Authorization
from placet.orders.core.pending import ApproverKind, PendingApproval, pending_approvals
from placet.orders.core.record import Escalation, Reminder
from placet.orders.core.seats import Seat, SeatKind
from placet.orders.service.notices.approval_letter import Occasion, approval_text
from placet.orders.service.pending_approvals import Stored, Waiting
from placet.orders.store.authorizations import load_authorizations
from placet.orders.store.pending_approvals import (
    PendingRow,
    approver_of_unit,
    approver_of_user,
    find_rows_of_seats,
)
from placet.people.core.ability import why_unable
from placet.people.core.fallen import Fallen
from placet.people.core.permissions import Permission
from placet.people.core.roles import roles_with
from placet.people.core.user import User
from placet.people.service.delegations import stand_ins
from placet.people.store.recipients import approvers_of_units
from placet.people.store.users import load_users
from placet.policies.core.compiled import Policy
from placet.policies.core.reasons import rule_place

APPROVAL_TOPIC: Final = "approval.requested"
PEOPLE_PER_UNIT: Final = 50
# A change of people must not take for ever, however many orders waited for them.
MAX_FALLEN: Final = 100

_UNIT: Final = approver_of_unit("")
_USER: Final = approver_of_user("")


@dataclass(frozen=True, slots=True)
class Letters:
    """Whether approvers get e-mails, and where these lead."""

    sent: bool = False
    public_url: str = ""


@dataclass(slots=True)
class _Letter:
    """What one authorization has to say on one occasion, and the rules it says it about."""

    authorization: Authorization
    occasion: Occasion
    waiting: list[Waiting] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _People:
    """Who is who in one account: approvers by unit, people by id, and who stands in for them."""

    of_unit: Mapping[str, Sequence[str]]
    users: Mapping[str, User]
    delegates: Mapping[str, Sequence[str]]


async def approval_messages(
    connection: AsyncConnection,
    kept: Sequence[Stored],
    waiting: Sequence[Waiting],
    policies: Mapping[str, Policy],
    *,
    public_url: str,
    now_ms: int,
) -> list[OutboxMessage]:
    """The e-mails that changes call for; `waiting` and `policies` are those of `keep_pending`."""
    letters: dict[str, list[_Letter]] = {}
    for letter in _letters(kept, waiting, policies):
        letters.setdefault(letter.authorization.account, []).append(letter)
    messages: list[OutboxMessage] = []
    for account in sorted(letters):
        people = await _people(connection, account, letters[account], now_ms)
        for letter in letters[account]:
            messages += _messages(letter, people, public_url, now_ms)
    return messages


async def stand_in_messages(
    connection: AsyncConnection, account: str, fallen: Fallen, *, public_url: str, now_ms: int
) -> list[OutboxMessage]:
    """The e-mails to those who stand in for somebody from now on, about `MAX_FALLEN` orders at
    most; the others are found in the inbox, and by the next reminder.
    """
    rows = await find_rows_of_seats(connection, account, fallen.seats, limit=MAX_FALLEN)
    ids = {row.authorization_id for row in rows}
    stored = {
        item.authorization.id: item.authorization
        for item in await load_authorizations(connection, account, ids)
    }
    letters: dict[str, _Letter] = {}
    for row in rows:
        order = stored[row.authorization_id]
        letter = letters.setdefault(order.id, _Letter(order, Occasion.ASKED))
        letter.waiting.append(Waiting(order, _entry_of(row), row))
    people = await _people(connection, account, list(letters.values()), now_ms)
    return [
        message
        for letter in letters.values()
        for message in _messages(letter, people, public_url, now_ms)
    ]


def _entry_of(row: PendingRow) -> PendingApproval:
    """The entry of a row, as far as e-mails say what it is about."""
    seat = Seat(SeatKind.PATH, None, (), frozenset(row.barred))
    kind = ApproverKind.PATH
    return PendingApproval(row.dimension_id, row.rule_id, row.level, row.since, kind, seat=seat)


def _letters(
    kept: Sequence[Stored], waiting: Sequence[Waiting], policies: Mapping[str, Policy]
) -> Iterator[_Letter]:
    before = {item.authorization.id: item.before for item in kept}
    of_order: dict[str, list[Waiting]] = {}
    for item in waiting:
        of_order.setdefault(item.authorization.id, []).append(item)
    for authorization_id, items in of_order.items():
        news = _News.between(before[authorization_id], items[0].authorization, policies)
        found: dict[Occasion, _Letter] = {}
        for item in items:
            occasion = news.occasion(item.pending)
            if occasion is not None:
                letter = found.setdefault(occasion, _Letter(item.authorization, occasion))
                letter.waiting.append(item)
        yield from found.values()


@dataclass(frozen=True, slots=True)
class _News:
    """What a change brought: whom the order did not wait for before, and what time has done."""

    known: frozenset[tuple[object, ...]] = frozenset()
    reminders: tuple[Reminder, ...] = ()
    escalations: tuple[Escalation, ...] = ()

    @classmethod
    def between(
        cls, before: Authorization | None, after: Authorization, policies: Mapping[str, Policy]
    ) -> Self:
        """Whoever is asked by an order that was judged again is asked anew."""
        if before is None or before.policy != after.policy:
            return cls()
        return cls(
            frozenset(old.place for old in pending_approvals(before, policies[before.policy])),
            after.reminders[len(before.reminders) :],
            after.escalations[len(before.escalations) :],
        )

    def occasion(self, entry: PendingApproval) -> Occasion | None:
        """Why this entry is written about; None: those whom it names know already."""
        here = (entry.dimension_id, entry.rule_id)
        if entry.place in self.known:
            reminded = any((item.dimension_id, item.rule_id) == here for item in self.reminders)
            return Occasion.REMINDED if reminded else None
        escalated = any(
            (item.dimension_id, item.rule_id, item.level) == (*here, entry.level)
            for item in self.escalations
        )
        return Occasion.ESCALATED if escalated else Occasion.ASKED


async def _people(
    connection: AsyncConnection, account: str, letters: Sequence[_Letter], now_ms: int
) -> _People:
    approvers = {item.row.approver for letter in letters for item in letter.waiting}
    units = {name.removeprefix(_UNIT) for name in approvers if name.startswith(_UNIT)}
    listed = {name.removeprefix(_USER) for name in approvers if name.startswith(_USER)}
    of_unit = await approvers_of_units(
        connection,
        account,
        units,
        roles_with(Permission.APPROVE_ORDERS),
        limit_each=PEOPLE_PER_UNIT,
    )
    asked = listed.union(*of_unit.values())
    delegates = await stand_ins(connection, account, asked, now_ms)
    users = await load_users(connection, account, asked.union(*delegates.values()))
    return _People(of_unit, users, delegates)


def _messages(
    letter: _Letter, people: _People, public_url: str, now_ms: int
) -> Iterator[OutboxMessage]:
    authorization = letter.authorization
    for text, addresses in _texts(letter, people, public_url).items():
        yield from email_messages(
            authorization.account,
            addresses,
            topic=APPROVAL_TOPIC,
            ordering_key=f"approval {authorization.id}",
            subject=letter.occasion.subject(authorization),
            text=text,
            now_ms=now_ms,
        )


def _texts(letter: _Letter, people: _People, public_url: str) -> dict[str, list[str]]:
    """Who gets which text: everyone one, with all rules that ask this person."""
    rules: dict[tuple[str, str | None], list[str]] = {}
    for item in letter.waiting:
        place = _place(item)
        for user, delegator in _recipients(letter, item, people):
            told = rules.setdefault((user.email or "", delegator), [])
            if place not in told:
                told.append(place)
    texts: dict[str, list[str]] = {}
    done: set[str] = set()
    for (address, delegator), places in rules.items():
        if address not in done:
            done.add(address)
            text = approval_text(letter.authorization, places, delegator, public_url)
            texts.setdefault(text, []).append(address)
    return texts


def _recipients(
    letter: _Letter, item: Waiting, people: _People
) -> Iterator[tuple[User, str | None]]:
    """The people an entry names who can be written to, each then with whoever stands in."""
    seat = item.pending.seat
    barred = letter.authorization.requesters | (seat.barred if seat else frozenset())
    for user_id in _named(item, people):
        named = people.users.get(user_id)
        if named is None or user_id in barred or why_unable(named) is not None:
            continue
        if named.email:
            yield named, None
        for delegate_id in people.delegates.get(user_id, ()):
            delegate = people.users.get(delegate_id)
            usable = delegate is not None and delegate.email and why_unable(delegate) is None
            if delegate is not None and usable and delegate_id not in barred:
                yield delegate, named.name or user_id


def _named(item: Waiting, people: _People) -> Iterable[str]:
    """Who is written to; of many units whose members are meant, those of the one that has the seat
    of all, as it is the closest to the buyer.
    """
    approver = item.row.approver
    if item.pending.seat is None:
        return ()
    if approver.startswith(_UNIT):
        return people.of_unit.get(approver.removeprefix(_UNIT), ())
    return [approver.removeprefix(_USER)] if approver.startswith(_USER) else ()


def _place(item: Waiting) -> str:
    found = item.authorization.find(item.pending.dimension_id, item.pending.rule_id)
    return "" if found is None else rule_place(*found)
