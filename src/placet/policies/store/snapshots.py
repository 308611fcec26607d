"""The policies that judged orders, kept for good under the digest of their content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic_core import from_json, to_json
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.database.tables import policy_snapshot_table
from placet.policies.core.model import Dimension

_columns = policy_snapshot_table.c


@dataclass(frozen=True, slots=True)
class SnapshotKey:
    """Which policy: an account's, by the digest of its dimensions."""

    account: str
    digest: str


async def insert_snapshots(
    connection: AsyncConnection,
    snapshots: Mapping[SnapshotKey, Sequence[Dimension]],
    now_ms: int,
) -> None:
    """Keep those of the snapshots that are not there yet."""
    missing = snapshots.keys() - await _present(connection, snapshots)
    if missing:
        rows = [
            {
                "account": key.account,
                "digest": key.digest,
                "created_at": now_ms,
                "document": to_json([d.to_document() for d in snapshots[key]]).decode(),
            }
            for key in sorted(missing, key=lambda key: (key.account, key.digest))
        ]
        await connection.execute(insert(policy_snapshot_table), rows)


async def load_snapshot(
    connection: AsyncConnection, account: str, digest: str
) -> tuple[Dimension, ...] | None:
    """The dimensions of a kept policy, or None."""
    query = select(_columns.document).where(_columns.account == account, _columns.digest == digest)
    document = await connection.scalar(query)
    if document is None:
        return None
    return tuple(Dimension.model_validate(item) for item in from_json(document))


async def _present(connection: AsyncConnection, keys: Iterable[SnapshotKey]) -> set[SnapshotKey]:
    digests: dict[str, list[str]] = {}
    for key in keys:
        digests.setdefault(key.account, []).append(key.digest)
    found: set[SnapshotKey] = set()
    for account, wanted in digests.items():
        query = select(_columns.digest).where(
            _columns.account == account, _columns.digest.in_(wanted)
        )
        found |= {SnapshotKey(account, row.digest) for row in await connection.execute(query)}
    return found
