"""The worker of pending orders: a task of every server process that reminds, escalates and expires.

Any number of workers share one database. What is due is claimed in one short transaction and done
by the group commit like any other change, so it is done once however many try: whoever comes second
finds that the authorization has changed. What a worker that died had claimed is due again when the
lease ends.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from placet.database.database import Database
from placet.database.rounds import Rounds
from placet.errors import PlacetError
from placet.kit.alarm import Alarm
from placet.kit.clock import Clock
from placet.kit.group_commit import GroupCommit
from placet.orders.core.moments import due_moments
from placet.orders.service.batch import Outdated, Write
from placet.orders.service.moments import due_change
from placet.orders.store.authorizations import (
    StoredAuthorization,
    load_authorization,
    load_authorizations,
)
from placet.orders.store.moments import (
    AuthorizationDue,
    claim_due,
    due_accounts,
    next_due,
    postpone_due,
)
from placet.policies.service.policies import Policies

_log = logging.getLogger("placet.approvals")

# Long enough for a busy database; should it not be, the change is still made once only.
_LEASE_MS: Final = 15_000
_LIMIT: Final = 100
_ATTEMPTS: Final = 20
_PAUSE_MS: Final = 1_000
# Other servers' orders ring their own alarms only; theirs are found by looking, should they end.
_LOOK_MS: Final = 60_000


class ApprovalWorker:
    """Sleeps until something is due in a pending order, by `alarm`, and does it."""

    def __init__(
        self,
        database: Database,
        policies: Policies,
        writes: GroupCommit[Write, StoredAuthorization],
        *,
        clock: Clock,
        alarm: Alarm,
    ) -> None:
        self._database: Final = database
        self._policies: Final = policies
        self._writes: Final = writes
        self._clock: Final = clock
        self._alarm: Final = alarm
        self._look_at = 0
        self._rounds: Final = Rounds(
            self._round,
            self._rest,
            name="approval worker",
            log=_log,
            trouble="what is due in pending orders cannot be done",
        )

    def start(self) -> None:
        """Work from now on, until `close`."""
        self._rounds.start()

    async def close(self) -> None:
        """Finish what is under way and claim no more."""
        self._alarm.ring()
        await self._rounds.close()

    async def do_due(self) -> int:
        """Do all that is due now, and answer in how many authorizations there was something."""
        done = 0
        while not self._rounds.closing:
            claimed = await self._claim()
            if not claimed:
                break
            for account in sorted(claimed):
                done += await self._do_claimed(account, claimed[account])
        return done

    async def _round(self) -> None:
        """Do what is due, and find out when to look again."""
        self._alarm.reset()
        # Where anything goes wrong, soon.
        self._look_at = self._clock.now_ms() + _PAUSE_MS
        await self.do_due()
        async with self._database.read() as connection:
            due_at = await next_due(connection)
        latest = self._clock.now_ms() + _LOOK_MS
        self._look_at = latest if due_at is None else min(due_at, latest)

    async def _rest(self) -> None:
        await self._alarm.sleep_until(self._look_at)

    async def _claim(self) -> dict[str, list[AuthorizationDue]]:
        async with self._database.read() as connection:
            accounts = await due_accounts(connection, self._clock.now_ms())
        claimed: dict[str, list[AuthorizationDue]] = {}
        for account in accounts:
            async with self._database.write() as connection:
                now = self._clock.now_ms()
                found = await claim_due(
                    connection, account, now_ms=now, until_ms=now + _LEASE_MS, limit=_LIMIT
                )
            if found:
                claimed[account] = found
        return claimed

    async def _do_claimed(self, account: str, claimed: list[AuthorizationDue]) -> int:
        """Do what is due in these authorizations, which are read at once and stored in few commits;
        in how many of them that was something.
        """
        ids = [item.authorization_id for item in claimed]
        async with self._database.read() as connection:
            loaded = await load_authorizations(connection, account, ids)
        stored = {entry.authorization.id: entry for entry in loaded}
        results = await asyncio.gather(
            *(self._do(item, stored.get(item.authorization_id)) for item in claimed)
        )
        return sum(results)

    async def _do(self, claimed: AuthorizationDue, stored: StoredAuthorization | None) -> bool:
        """Do what is due in one authorization; whether that was anything."""
        try:
            for _ in range(_ATTEMPTS):
                try:
                    return await self._attempt(claimed, stored)
                except Outdated:
                    async with self._database.read() as connection:
                        stored = await load_authorization(connection, *_names(claimed))
            _log.warning("%s keeps changing; its turn comes again", claimed.authorization_id)
        except (PlacetError, SQLAlchemyError, OSError) as error:
            # The lease ends by itself, and then it is tried again.
            _log.error("account=%s authorization=%s: %s", *_names(claimed), error)
        except Exception:
            # Whatever it was must not hold up the other authorizations.
            _log.exception("account=%s authorization=%s", *_names(claimed))
        return False

    async def _attempt(self, claimed: AuthorizationDue, stored: StoredAuthorization | None) -> bool:
        due_at = None
        if stored is not None:
            policy = await self._policies.snapshot(claimed.account, stored.authorization.policy)
            change = due_change(stored, policy, self._clock.now_ms())
            if change is not None:
                await self._writes.submit(change)
                return True
            moment = due_moments(stored.authorization, policy).next
            due_at = None if moment is None else moment.at
        async with self._database.write() as connection:
            await postpone_due(connection, claimed, due_at)
        return False


def _names(claimed: AuthorizationDue) -> tuple[str, str]:
    return claimed.account, claimed.authorization_id
