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

from placet.application.approval_letter import Occasion, approval_text
from placet.application.delegations import stand_ins
from placet.application.outbox import email_messages
from placet.application.pending_approvals import Kept, Waiting
from placet.application.permissions import Permission
from placet.application.roles import permissions_of, roles_with
from placet.authorization.model import Authorization, Escalation, Reminder
from placet.authorization.pending import ApproverKind, PendingApproval, pending_approvals
from placet.policy.compiled import Policy
from placet.policy.reasons import rule_place
from placet.storage.outbox import OutboxMessage
from placet.storage.pending_approvals import approver_of_unit, approver_of_user
from placet.storage.recipients import approvers_of_units
from placet.storage.users import User, load_users

__all__ = ["APPROVAL_TOPIC", "PEOPLE_PER_UNIT", "approval_messages"]

APPROVAL_TOPIC: Final = "approval.requested"
PEOPLE_PER_UNIT: Final = 50

_UNIT: Final = approver_of_unit("")
_USER: Final = approver_of_user("")


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
    kept: Sequence[Kept],
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


def _letters(
    kept: Sequence[Kept], waiting: Sequence[Waiting], policies: Mapping[str, Policy]
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
            frozenset(_entry(old) for old in pending_approvals(before, policies[before.policy])),
            after.reminders[len(before.reminders) :],
            after.escalations[len(before.escalations) :],
        )

    def occasion(self, entry: PendingApproval) -> Occasion | None:
        """Why this entry is written about; None: those whom it names know already."""
        here = (entry.dimension_id, entry.rule_id)
        if _entry(entry) in self.known:
            reminded = any((item.dimension_id, item.rule_id) == here for item in self.reminders)
            return Occasion.REMINDED if reminded else None
        escalated = any(
            (item.dimension_id, item.rule_id, item.level) == (*here, entry.level)
            for item in self.escalations
        )
        return Occasion.ESCALATED if escalated else Occasion.ASKED


def _entry(entry: PendingApproval) -> tuple[object, ...]:
    return entry.dimension_id, entry.rule_id, entry.level, entry.kind, entry.approver_id


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
    requesters = letter.authorization.requesters
    for user_id in _named(letter, item, people):
        named = people.users.get(user_id)
        if named is None or user_id in requesters or not _may_approve(named):
            continue
        if named.email:
            yield named, None
        for delegate_id in people.delegates.get(user_id, ()):
            delegate = people.users.get(delegate_id)
            usable = delegate is not None and delegate.email and _may_approve(delegate)
            if delegate is not None and usable and delegate_id not in requesters:
                yield delegate, named.name or user_id


def _named(letter: _Letter, item: Waiting, people: _People) -> Iterable[str]:
    approver = item.row.approver
    if item.pending.kind is ApproverKind.MEMBER:
        nearest = _nearest_staffed(letter, item, people)
        return people.of_unit.get(item.pending.approver_id, ()) if nearest else ()
    if approver.startswith(_UNIT):
        return people.of_unit.get(approver.removeprefix(_UNIT), ())
    return [approver.removeprefix(_USER)] if approver.startswith(_USER) else ()


def _nearest_staffed(letter: _Letter, item: Waiting, people: _People) -> bool:
    """Whether an entry is of the unit closest to the buyer that has approvers who are not barred
    from the order, among all units of the path whose members are meant.
    """
    entry = item.pending
    path = [
        other.pending.approver_id
        for other in letter.waiting
        if other.pending.kind is ApproverKind.MEMBER
        and (other.pending.dimension_id, other.pending.rule_id, other.pending.level)
        == (entry.dimension_id, entry.rule_id, entry.level)
    ]
    barred = letter.authorization.barred
    staffed = [
        unit_id for unit_id in path if not barred.issuperset(people.of_unit.get(unit_id, ()))
    ]
    return bool(staffed) and staffed[-1] == entry.approver_id


def _may_approve(user: User) -> bool:
    return user.active and Permission.APPROVE_ORDERS in permissions_of(user.roles)


def _place(item: Waiting) -> str:
    found = item.authorization.find(item.pending.dimension_id, item.pending.rule_id)
    return "" if found is None else rule_place(*found)
