"""One transaction for many authorizations: what the group commit runs.

The items come decided. Under the lock it is only checked that what they were decided on still
holds: the version of the account's policies, of the authorization itself and of the budgets that
rules have read. An item whose ground has moved gets `Outdated` and is decided again by its request,
so rules never run while the lock is held. The money an order holds moves in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.budgets.service.batch import BooksGroup, OpenBooks
from placet.budgets.store.kept_books import KeptBooks
from placet.database.database import Database
from placet.errors import Conflict, Forbidden, PlacetError
from placet.kit.ids import now_ms
from placet.messages.core.message import MessageState, OutboxMessage
from placet.messages.delivery.destination import AllowedHosts
from placet.messages.store.outbox import insert_messages
from placet.orders.core.model import Authorization
from placet.orders.core.moments import due_moments
from placet.orders.core.record import Event, Status
from placet.orders.core.transitions import supersede
from placet.orders.service.ground import NO_GROUND, Ground
from placet.orders.service.holds import (
    follow_status,
    give_back,
    groups_of_holds,
    groups_of_spending,
    hold_spending,
)
from placet.orders.service.notices.approval_mail import approval_messages
from placet.orders.service.notices.status_calls import call_refusal, status_call
from placet.orders.service.pending_approvals import Stored, keep_pending
from placet.orders.service.spending import SpendingLine
from placet.orders.store.authorizations import (
    StoredAuthorization,
    insert_authorizations,
    insert_events,
    load_latest,
    update_authorizations,
)
from placet.orders.store.moments import AuthorizationDue, replace_due
from placet.people.core.actor import Actor, ActorKind
from placet.people.store.accounts import load_policy_versions
from placet.policies.core.compiled import Policy
from placet.policies.core.model import Dimension
from placet.policies.service.policies import Policies
from placet.policies.store.snapshots import SnapshotKey, insert_snapshots


class Outdated(Exception):  # noqa: N818
    """The decision rests on a policy or an authorization that has changed since."""


class BudgetsMoved(Outdated):
    """The decision rests on budgets, or on other holds of the order, that have moved since."""


@dataclass(frozen=True, slots=True)
class Submit:
    """A freshly judged submission, to become the order's latest revision and hold `spending`.

    `order_text` is the order as it was sent, None where that is not known.
    """

    authorization: Authorization
    policy: Policy
    policy_version: int
    actor: Actor
    spending: tuple[SpendingLine, ...] = ()
    ground: Ground = NO_GROUND
    order_text: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A transition of what was `before`, by the rules of `policy`.

    `policy_version` is given where the order was judged again, by the policies of that version.
    """

    before: StoredAuthorization
    authorization: Authorization
    policy: Policy
    policy_version: int | None = None
    ground: Ground = NO_GROUND


Write = Submit | Change


class _Done(NamedTuple):
    """What a transaction did, and what others are to know of it once it is committed: whether there
    are messages, when something is due first, the versions and policies that were found.
    """

    results: list[StoredAuthorization | Exception]
    messages: bool
    due_at: int | None
    versions: Mapping[str, int]
    policies: tuple[tuple[str, Policy], ...]


class AuthorizationBatch:
    """Writes authorizations in batches; `clock` tells the instant at which money moves.

    `kept_books` is what the process keeps of the books in memory.

    Status changes are told to the callback endpoints at `allowed` hosts, and with `mails` approvers
    get e-mails that lead them to `public_url`. `wake` is called after a commit with new messages,
    `wake_for` with the instant at which something is due first in what was committed.
    """

    def __init__(
        self,
        database: Database,
        policies: Policies,
        *,
        kept_books: KeptBooks,
        clock: Callable[[], int] = now_ms,
        allowed: AllowedHosts | None = None,
        mails: bool = False,
        public_url: str = "",
        wake: Callable[[], None] = lambda: None,
        wake_for: Callable[[int], None] = lambda _due_at: None,
    ) -> None:
        self._database = database
        self._policies = policies
        self._kept_books = kept_books
        self._clock = clock
        self._allowed = allowed or AllowedHosts()
        self._mails = mails
        self._public_url = public_url
        self._wake = wake
        self._wake_for = wake_for

    async def commit(self, items: Sequence[Write]) -> list[StoredAuthorization | Exception]:
        """Each item's stored authorization after one commit, or its own `Outdated` or PlacetError.

        Raises:
            Unavailable: the database does not answer; nothing was kept.
            OutcomeUnknown: it was lost while it committed.
        """
        done = await self._database.transact(
            lambda connection: self._apply(connection, items),
            contended="other servers keep changing the same orders",
        )
        if done.messages:
            self._wake()
        if done.due_at is not None:
            self._wake_for(done.due_at)
        for account, version in done.versions.items():
            self._policies.seen(account, version)
        for account, policy in done.policies:
            self._policies.keep_snapshot(account, policy)
        return done.results

    async def _apply(self, connection: AsyncConnection, items: Sequence[Write]) -> _Done:
        judged = {item.authorization.account for item in items if item.policy_version is not None}
        versions = await load_policy_versions(connection, judged) if judged else {}
        orders: dict[str, set[str]] = {}
        for item in items:
            order = item.authorization
            orders.setdefault(order.account, set()).add(order.order_id)
        before = [item.before for item in items if isinstance(item, Change)]
        latest = await load_latest(connection, orders, lock=True, known=before)
        known = {stored.authorization.id: stored.authorization for stored in latest.values()}
        groups = list(_groups(items, latest))
        books = await OpenBooks.load(connection, groups, self._clock(), self._kept_books)
        orders_now = _Orders(versions, latest, books, self._allowed, self._clock())
        results = [orders_now.apply(item) for item in items]
        await update_authorizations(connection, orders_now.updated)
        await insert_authorizations(connection, orders_now.inserted)
        await insert_events(connection, orders_now.events)
        await books.write()
        kept = [
            Stored(known.get(stored.authorization.id), stored.authorization)
            for stored in (*orders_now.updated, *orders_now.inserted)
        ]
        judges = {item.policy.digest: item.policy for item in items}
        due = list(_due(kept, judges))
        await replace_due(connection, [_key(item) for item in kept if item.before], due)
        messages = orders_now.messages + await self._ask(connection, kept, judges)
        await insert_messages(connection, messages)
        snapshots = self._unknown_snapshots(orders_now.policies)
        if snapshots:
            await insert_snapshots(connection, snapshots, now_ms())
        due_at = min((entry.due_at for entry in due), default=None)
        policies = tuple(orders_now.policies.values())
        return _Done(results, bool(messages), due_at, versions, policies)

    async def _ask(
        self, connection: AsyncConnection, kept: Sequence[Stored], judges: Mapping[str, Policy]
    ) -> list[OutboxMessage]:
        """Put the orders into inboxes; the e-mails to those who were not asked before."""
        waiting = await keep_pending(connection, kept, judges)
        if not self._mails:
            return []
        return await approval_messages(
            connection,
            kept,
            waiting,
            judges,
            public_url=self._public_url,
            now_ms=self._clock(),
        )

    def _unknown_snapshots(
        self, policies: dict[SnapshotKey, tuple[str, Policy]]
    ) -> dict[SnapshotKey, list[Dimension]]:
        return {
            key: [compiled.dimension for compiled in policy.dimensions]
            for key, (account, policy) in policies.items()
            if not self._policies.has_snapshot(account, policy.digest)
        }


def _groups(
    items: Sequence[Write], latest: dict[tuple[str, str], StoredAuthorization]
) -> Iterator[BooksGroup]:
    """What of the books the items may touch."""
    for stored in latest.values():
        yield from groups_of_holds(stored.authorization)
    for item in items:
        if isinstance(item, Submit):
            yield from groups_of_spending(item.authorization, item.spending)
        if item.ground.expected:
            yield BooksGroup(item.authorization.account, (), item.ground.expected)


def _due(kept: Sequence[Stored], policies: Mapping[str, Policy]) -> Iterator[AuthorizationDue]:
    """What is due first in each of the authorizations that wait."""
    for item in kept:
        after = item.authorization
        if after.status is Status.PENDING:
            moment = due_moments(after, policies[after.policy]).next
            if moment is not None:
                yield AuthorizationDue(after.account, after.id, moment.at)


class _Orders:
    """The state of the batch's orders while its items are applied one after the other."""

    def __init__(
        self,
        versions: dict[str, int],
        latest: dict[tuple[str, str], StoredAuthorization],
        books: OpenBooks,
        allowed: AllowedHosts,
        now: int,
    ) -> None:
        self._allowed = allowed
        self._now = now
        self._versions = versions
        self._latest = latest
        self._books = books
        self._new: dict[str, StoredAuthorization] = {}
        self._changed: dict[str, StoredAuthorization] = {}
        self.events: list[tuple[Authorization, int, Event]] = []
        self.messages: list[OutboxMessage] = []
        self.policies: dict[SnapshotKey, tuple[str, Policy]] = {}

    @property
    def inserted(self) -> list[StoredAuthorization]:
        """The authorizations that are new, in their final form."""
        return list(self._new.values())

    @property
    def updated(self) -> list[StoredAuthorization]:
        """The stored authorizations that changed, in their final form and in the order of their
        locks.
        """
        return sorted(
            self._changed.values(),
            key=lambda entry: (entry.authorization.account, entry.authorization.order_id),
        )

    def apply(self, item: Write) -> StoredAuthorization | Exception:
        """One item's result; it sees the effect of those before it."""
        try:
            return self._submit(item) if isinstance(item, Submit) else self._change(item)
        except (Outdated, PlacetError) as error:
            return error

    def _submit(self, item: Submit) -> StoredAuthorization:
        new = item.authorization
        existing = self._latest.get((new.account, new.order_id))
        if existing is not None and existing.authorization.fingerprint == new.fingerprint:
            return existing
        if existing is not None:
            _check_buyer(item.actor, existing.authorization, new)
        self._check_policy(new.account, item.policy_version)
        if item.ground.expected and _place(existing) != _place(item.ground.previous):
            raise BudgetsMoved
        self._check_budgets(item)
        retired = None
        with self._books.all_or_none():
            if existing is not None:
                retired = self._retired(existing, item)
                new = replace(new, revision=existing.authorization.revision + 1)
            new = hold_spending(self._books, new, item.spending)
        if existing is not None and retired is not None:
            retired = self._told(existing.authorization, retired)
            self._put(StoredAuthorization(retired, existing.version + 1, latest=False))
            self._record(retired, since=len(existing.authorization.history))
        stored = StoredAuthorization(new, 1, latest=True, order_text=item.order_text)
        self._latest[new.account, new.order_id] = stored
        self._new[new.id] = stored
        self._record(new, since=0)
        self._keep_policy(new.account, item.policy)
        return stored

    def _retired(self, existing: StoredAuthorization, item: Submit) -> Authorization:
        before = existing.authorization
        if not before.live:
            return before
        after = supersede(before, actor=item.actor, now=item.authorization.created_at)
        return give_back(self._books, after)

    def _change(self, item: Change) -> StoredAuthorization:
        after = item.authorization
        current = self._latest.get((after.account, after.order_id))
        expected = (after.id, item.before.version)
        if current is None or (current.authorization.id, current.version) != expected:
            raise Outdated
        if item.policy_version is not None:
            self._check_policy(after.account, item.policy_version)
        self._check_budgets(item)
        with self._books.all_or_none():
            after = follow_status(self._books, item.before.authorization, after)
        after = self._told(item.before.authorization, after)
        if item.policy_version is not None:
            self._keep_policy(after.account, item.policy)
        stored = StoredAuthorization(after, current.version + 1, latest=True)
        self._latest[after.account, after.order_id] = stored
        self._put(stored)
        self._record(after, since=len(item.before.authorization.history))
        return stored

    def _told(self, before: Authorization, after: Authorization) -> Authorization:
        """Tell the callback endpoint of a new status; the authorization as it is kept."""
        message = status_call(before, after, self._allowed, self._now)
        if message is None:
            return after
        self.messages.append(message)
        return call_refusal(after, message) if message.state is MessageState.DEAD else after

    def _check_policy(self, account: str, version: int | None) -> None:
        if self._versions.get(account) != version:
            raise Outdated

    def _check_budgets(self, item: Write) -> None:
        expected = item.ground.expected
        if not expected:
            return
        try:
            self._books.apply(BooksGroup(item.authorization.account, (), expected))
        except Conflict as error:
            raise BudgetsMoved from error

    def _keep_policy(self, account: str, policy: Policy) -> None:
        self.policies[SnapshotKey(account, policy.digest)] = (account, policy)

    def _put(self, stored: StoredAuthorization) -> None:
        new = self._new.get(stored.authorization.id)
        if new is None:
            self._changed[stored.authorization.id] = stored
        else:
            self._new[stored.authorization.id] = replace(stored, order_text=new.order_text)

    def _record(self, authorization: Authorization, *, since: int) -> None:
        for sequence, event in enumerate(authorization.history[since:], start=since + 1):
            self.events.append((authorization, sequence, event))


def _key(kept: Stored) -> tuple[str, str]:
    return kept.authorization.account, kept.authorization.id


def _check_buyer(actor: Actor, before: Authorization, after: Authorization) -> None:
    """A person, who may choose any order id, must not replace the order of somebody else."""
    if actor.kind is ActorKind.USER and before.user_profile_id != after.user_profile_id:
        raise Forbidden("access denied: an order with this `orderId` is somebody else's")


def _place(stored: StoredAuthorization | None) -> tuple[str, int] | None:
    return None if stored is None else (stored.authorization.id, stored.version)
