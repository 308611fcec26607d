"""The policies of accounts as decisions need them: of one unit, compiled, cached per process."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final, TypeVar

from placet.database.database import Database
from placet.errors import NotFound
from placet.people.core.unit import Unit
from placet.people.store.accounts import load_account
from placet.people.store.unit_tree import load_unit_path
from placet.policies.core.compiled import Policy, applicable, compile_rules
from placet.policies.core.model import AccountSettings, Dimension
from placet.policies.core.unit_gate import UnitGap
from placet.policies.service.lane import Threads
from placet.policies.service.unit_gaps import find_unit_gap
from placet.policies.store.dimensions import load_applicable_dimensions
from placet.policies.store.snapshots import load_snapshot

Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class UnitPolicy:
    """What judges the orders of one unit of an account, as of `version`.

    `unit_path` leads from the root down to the unit; a unit that the tree does not know stands
    alone, and `gap` tells of it where the account has units.
    """

    account: str
    version: int
    settings: AccountSettings
    unit_path: tuple[Unit, ...]
    policy: Policy
    gap: UnitGap | None = None


class Policies:
    """A bounded cache over the database.

    It may lag behind; whoever decides by it checks `version` in the transaction that records the
    decision and reports what it found there through `seen`.
    """

    def __init__(self, database: Database, compiler: Threads, *, capacity: int) -> None:
        self._database = database
        self._compiler = compiler
        self._capacity: Final = capacity
        self._versions: dict[str, int] = {}
        self._by_unit: OrderedDict[tuple[str, str | None], UnitPolicy] = OrderedDict()
        self._snapshots: OrderedDict[tuple[str, str], Policy] = OrderedDict()

    def seen(self, account: str, version: int) -> None:
        """Note the version that a transaction found."""
        self._versions[account] = version

    async def of_unit(self, account: str, unit_id: str | None) -> UnitPolicy:
        """The policy for orders of a unit, at least as new as the last version seen.

        Raises:
            NotFound: there is no such account.
        """
        cached = self._by_unit.get((account, unit_id))
        if cached is not None and cached.version == self._versions.get(account):
            self._by_unit.move_to_end((account, unit_id))
            return cached
        loaded = await self._load(account, unit_id)
        self.seen(account, loaded.version)
        _remember(self._by_unit, (account, unit_id), loaded, self._capacity)
        return loaded

    async def snapshot(self, account: str, digest: str) -> Policy:
        """The policy that judged an order, by its digest.

        Raises:
            NotFound: the account has no such snapshot.
        """
        cached = self._snapshots.get((account, digest))
        if cached is not None:
            self._snapshots.move_to_end((account, digest))
            return cached
        async with self._database.read() as connection:
            dimensions = await load_snapshot(connection, account, digest)
        if dimensions is None:
            raise NotFound(f"there is no policy snapshot `{digest}`")
        policy = await self._compile(list(dimensions))
        self.keep_snapshot(account, policy)
        return policy

    def has_snapshot(self, account: str, digest: str) -> bool:
        """Whether the snapshot is known to be stored."""
        return (account, digest) in self._snapshots

    def keep_snapshot(self, account: str, policy: Policy) -> None:
        """Note that the snapshot is stored, after the commit that did it."""
        _remember(self._snapshots, (account, policy.digest), policy, self._capacity)

    async def _load(self, account: str, unit_id: str | None) -> UnitPolicy:
        async with self._database.read() as connection:
            stored = await load_account(connection, account)
            if stored is None:
                raise NotFound(f"there is no account `{account}`")
            path: tuple[Unit, ...] = ()
            if unit_id is not None:
                path = await load_unit_path(connection, account, unit_id)
            gap = None if path else await find_unit_gap(connection, account, unit_id)
            if unit_id is not None:
                path = path or (Unit(id=unit_id, name=unit_id),)
            ids = [unit.id for unit in path]
            dimensions = await load_applicable_dimensions(connection, account, ids)
        settings = AccountSettings.of_document(stored.settings)
        policy = await self._compile(applicable(dimensions, path, settings, gap))
        return UnitPolicy(account, stored.policy_version, settings, path, policy, gap)

    async def _compile(self, dimensions: list[Dimension]) -> Policy:
        return await self._compiler.run(lambda: compile_rules(dimensions))


def _remember(cache: OrderedDict[Key, Value], key: Key, value: Value, capacity: int) -> None:
    cache[key] = value
    cache.move_to_end(key)
    if len(cache) > capacity:
        cache.popitem(last=False)
