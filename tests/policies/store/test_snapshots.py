"""Policies that judged orders are kept for good, once."""

from __future__ import annotations

import pytest

from placet.database.database import Database
from placet.people.store.accounts import ensure_account
from placet.policies.core.compiled import compile_rules
from placet.policies.store.snapshots import SnapshotKey, insert_snapshots, load_snapshot
from support.policies.drawn import dimension, rule

pytestmark = pytest.mark.anyio


async def test_a_policy_comes_back_with_its_digest_and_is_kept_once(database: Database) -> None:
    dimensions = [dimension("a", [rule("cap", "value > 5")]), dimension("b", [])]
    digest = compile_rules(dimensions).digest
    key = SnapshotKey("acme", digest)
    async with database.write() as connection:
        for account in ("acme", "globex"):
            await ensure_account(connection, account, 1)
        for now, kept in ((1, dimensions), (2, [])):
            await insert_snapshots(connection, {key: kept}, now)
            found = await load_snapshot(connection, "acme", digest)
            assert found is not None
            assert compile_rules(found).digest == digest
        assert await load_snapshot(connection, "globex", digest) is None
        await insert_snapshots(connection, {key: [], SnapshotKey("globex", digest): dimensions}, 3)
        assert await load_snapshot(connection, "globex", digest) == tuple(dimensions)
