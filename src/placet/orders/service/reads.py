"""Looking up single authorizations: requests that arrive at the same time share one transaction.

A request joins a transaction that begins after it arrived, so it reads nothing older than it would
have read alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from placet.database.database import Database
from placet.errors import NotFound
from placet.kit.group_commit import GroupCommit
from placet.orders.store.authorizations import StoredAuthorization, load_authorizations

_Key = tuple[str, str]


class AuthorizationReads:
    """Loads stored authorizations by account and id, at most `max_batch` in one transaction and
    `max_queue` waiting.
    """

    def __init__(self, database: Database, *, max_batch: int, max_queue: int) -> None:
        self._database: Final = database
        self._group: Final = GroupCommit(self._read, max_batch=max_batch, max_queue=max_queue)

    async def load(self, account: str, authorization_id: str) -> StoredAuthorization:
        """One authorization.

        Raises:
            NotFound: the account has none of this id.
            Unavailable: overload, or the database does not answer.
        """
        return await self._group.submit((account, authorization_id))

    async def close(self) -> None:
        """Take no more requests and answer those that wait."""
        await self._group.close()

    async def _read(self, keys: Sequence[_Key]) -> list[StoredAuthorization | Exception]:
        wanted: dict[str, set[str]] = {}
        for account, authorization_id in keys:
            wanted.setdefault(account, set()).add(authorization_id)
        found: dict[_Key, StoredAuthorization] = {}
        async with self._database.read() as connection:
            for account in sorted(wanted):
                for stored in await load_authorizations(connection, account, wanted[account]):
                    found[account, stored.authorization.id] = stored
        return [found.get(key) or _not_found(key[1]) for key in keys]


def _not_found(authorization_id: str) -> NotFound:
    return NotFound(f"there is no authorization `{authorization_id[:100]}`")
