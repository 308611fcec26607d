"""One transaction for many authorizations: what the group commit runs.

The items come decided. Under the lock it is only checked that what they were decided on still
holds:
the version of the account's policies and of the authorization itself. An item whose ground has
moved gets `Outdated` and is decided again by its request, so rules never run while the lock is
held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from placet.application.ids import now_ms
from placet.application.policies import Policies
from placet.authorization.model import Actor, Authorization, Event
from placet.authorization.transitions import supersede
from placet.errors import PlacetError, Unavailable
from placet.policy.compiled import Policy
from placet.policy.model import Dimension
from placet.storage.accounts import load_policy_versions
from placet.storage.authorizations import (
    StoredAuthorization,
    insert_authorizations,
    insert_events,
    load_latest,
    update_authorizations,
)
from placet.storage.database import Database, is_unavailable, is_write_conflict
from placet.storage.snapshots import SnapshotKey, insert_snapshots

__all__ = ["AuthorizationBatch", "Change", "Outdated", "Submit", "Write"]

_ATTEMPTS: Final = 5


class Outdated(Exception):  # noqa: N818
    """The decision rests on a policy or an authorization that has changed since."""


@dataclass(frozen=True, slots=True)
class Submit:
    """A freshly judged submission, to become the order's latest revision."""

    authorization: Authorization
    policy: Policy
    policy_version: int
    actor: Actor


@dataclass(frozen=True, slots=True)
class Change:
    """A transition of what was `before`, with the new policy where it was judged again."""

    before: StoredAuthorization
    authorization: Authorization
    policy: Policy | None = None
    policy_version: int | None = None


Write = Submit | Change


class AuthorizationBatch:
    """Writes authorizations in batches."""

    def __init__(self, database: Database, policies: Policies) -> None:
        self._database = database
        self._policies = policies

    async def commit(self, items: Sequence[Write]) -> list[StoredAuthorization | Exception]:
        """Each item's stored authorization after one commit, or its own `Outdated` or PlacetError.

        Raises:
            Unavailable: the database does not answer; nothing was kept.
        """
        for _ in range(_ATTEMPTS):
            try:
                return await self._commit_once(items)
            except (SQLAlchemyError, OSError) as error:
                if is_unavailable(error):
                    raise Unavailable("the database does not answer; try again later") from error
                if not (isinstance(error, SQLAlchemyError) and is_write_conflict(error)):
                    raise
        raise Unavailable("other servers keep changing the same orders; try again later")

    async def _commit_once(self, items: Sequence[Write]) -> list[StoredAuthorization | Exception]:
        async with self._database.write() as connection:
            accounts = {item.authorization.account for item in items}
            versions = await load_policy_versions(connection, accounts)
            orders: dict[str, set[str]] = {account: set() for account in accounts}
            for item in items:
                orders[item.authorization.account].add(item.authorization.order_id)
            latest = await load_latest(connection, orders, lock=True)
            ledger = _Ledger(versions, latest)
            results = [ledger.apply(item) for item in items]
            await update_authorizations(connection, ledger.updated)
            await insert_authorizations(connection, ledger.inserted)
            await insert_events(connection, ledger.events)
            snapshots = self._unknown_snapshots(ledger.policies)
            if snapshots:
                await insert_snapshots(connection, snapshots, now_ms())
        for account, version in versions.items():
            self._policies.seen(account, version)
        for account, policy in ledger.policies.values():
            self._policies.keep_snapshot(account, policy)
        return results

    def _unknown_snapshots(
        self, policies: dict[SnapshotKey, tuple[str, Policy]]
    ) -> dict[SnapshotKey, list[Dimension]]:
        return {
            key: [compiled.dimension for compiled in policy.dimensions]
            for key, (account, policy) in policies.items()
            if not self._policies.has_snapshot(account, policy.digest)
        }


class _Ledger:
    """The state of the batch's orders while its items are applied one after the other."""

    def __init__(
        self, versions: dict[str, int], latest: dict[tuple[str, str], StoredAuthorization]
    ) -> None:
        self._versions = versions
        self._latest = latest
        self._new: dict[str, StoredAuthorization] = {}
        self._changed: dict[str, StoredAuthorization] = {}
        self.events: list[tuple[Authorization, int, Event]] = []
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
            key=lambda entry: (entry.authorization.account, entry.authorization.id),
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
        self._check_policy(new.account, item.policy_version)
        if existing is not None:
            self._retire(existing, item)
            new = replace(new, revision=existing.authorization.revision + 1)
        stored = StoredAuthorization(new, version=1, latest=True)
        self._latest[new.account, new.order_id] = stored
        self._new[new.id] = stored
        self._record(new, since=0)
        self._keep_policy(new.account, item.policy)
        return stored

    def _retire(self, existing: StoredAuthorization, item: Submit) -> None:
        before = existing.authorization
        after = before
        if before.live:
            after = supersede(before, actor=item.actor, now=item.authorization.created_at)
        self._put(StoredAuthorization(after, existing.version + 1, latest=False))
        self._record(after, since=len(before.history))

    def _change(self, item: Change) -> StoredAuthorization:
        after = item.authorization
        current = self._latest.get((after.account, after.order_id))
        expected = (after.id, item.before.version)
        if current is None or (current.authorization.id, current.version) != expected:
            raise Outdated
        if item.policy is not None:
            self._check_policy(after.account, item.policy_version)
            self._keep_policy(after.account, item.policy)
        stored = StoredAuthorization(after, current.version + 1, latest=True)
        self._latest[after.account, after.order_id] = stored
        self._put(stored)
        self._record(after, since=len(item.before.authorization.history))
        return stored

    def _check_policy(self, account: str, version: int | None) -> None:
        if self._versions.get(account) != version:
            raise Outdated

    def _keep_policy(self, account: str, policy: Policy) -> None:
        self.policies[SnapshotKey(account, policy.digest)] = (account, policy)

    def _put(self, stored: StoredAuthorization) -> None:
        group = self._new if stored.authorization.id in self._new else self._changed
        group[stored.authorization.id] = stored

    def _record(self, authorization: Authorization, *, since: int) -> None:
        for sequence, event in enumerate(authorization.history[since:], start=since + 1):
            self.events.append((authorization, sequence, event))
