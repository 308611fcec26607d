"""What the use cases work with: one object per process, opened and closed by the server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from placet.access.service.key_tokens import KeyTokens
from placet.access.service.keys import AppKeyCache
from placet.access.service.oidc import OidcIssuer
from placet.access.service.token_callers import UserTokenCache
from placet.budgets.service.books import Books
from placet.budgets.service.renewal_worker import DueWorker
from placet.database.database import Database
from placet.imports.service.worker import ImportWorker
from placet.kit.alarm import Alarm
from placet.kit.clock import Clock, SystemClock
from placet.kit.group_commit import GroupCommit
from placet.messages.delivery.configured import configured_deliveries
from placet.messages.delivery.destination import AllowedHosts
from placet.messages.service.retry_schedule import RetrySchedule
from placet.messages.service.worker import OutboxWorker
from placet.orders.service.batch import AuthorizationBatch, Write
from placet.orders.service.ground import BudgetPlaces, Turns
from placet.orders.service.notices.approval_mail import Letters
from placet.orders.service.notices.approval_worker import ApprovalWorker
from placet.orders.service.reach_cache import ReachCache
from placet.orders.service.reads import AuthorizationReads
from placet.orders.store.authorizations import StoredAuthorization
from placet.policies.core.evaluation import Timing
from placet.policies.service.lane import SlowLane, Threads
from placet.policies.service.policies import Policies
from placet.schema import check_schema
from placet.schema.upgrading import upgrade_database
from placet.settings import Settings

_DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Service:
    """The database and what is kept in memory beside it."""

    database: Database
    clock: Clock
    lane: SlowLane
    compiler: Threads
    policies: Policies
    keys: AppKeyCache
    key_tokens: KeyTokens
    people: UserTokenCache
    writes: GroupCommit[Write, StoredAuthorization]
    reads: AuthorizationReads
    books: Books
    places: BudgetPlaces
    turns: Turns
    due: DueWorker
    outbox: OutboxWorker
    approvals: ApprovalWorker
    imports: ImportWorker
    reaches: ReachCache
    letters: Letters

    @classmethod
    def from_settings(cls, settings: Settings, *, clock: Clock | None = None) -> Self:
        """Wire the parts together, with another clock than this machine's where one is given;
        nothing is opened yet.

        Raises:
            InvalidRequest: the database URL is none, or messages cannot go out as the settings say.
        """
        clock = clock or SystemClock()
        database = Database(
            settings.database_url,
            connections=settings.database_connections,
            patience_s=settings.commit_patience_seconds,
        )
        lane = SlowLane(
            threads=settings.slow_decisions,
            limit=settings.slow_decision_queue,
            allowance_ms=settings.inline_allowance_ms,
            timing=Timing(settings.rule_timeout_ms, settings.decision_timeout_ms),
        )
        # One thread, as compiling shares a cache of the whole process, and not one of the lane's: a
        # policy must not wait behind the slow rules of others.
        compiler = Threads(1, name="placet-compiler")
        policies = Policies(database, compiler, capacity=settings.policy_cache)
        outbox = _outbox(settings, database, clock)
        alarm = Alarm(clock)
        books = Books.on(
            database,
            clock=clock.now_ms,
            max_batch=settings.max_batch,
            max_queue=settings.max_queue,
        )
        letters = Letters(bool(settings.smtp_url.get_secret_value()), settings.public_url)
        batch = AuthorizationBatch(
            database,
            policies,
            kept_books=books.kept,
            clock=clock.now_ms,
            allowed=AllowedHosts.parse(settings.allowed_hosts),
            mails=letters.sent,
            public_url=letters.public_url,
            wake=outbox.wake,
            wake_for=alarm.ring_for,
        )
        writes = GroupCommit(
            batch.commit, max_batch=settings.max_batch, max_queue=settings.max_queue
        )
        keys = AppKeyCache(database, seconds=settings.key_cache_seconds)
        return cls(
            database=database,
            clock=clock,
            lane=lane,
            compiler=compiler,
            policies=policies,
            keys=keys,
            reaches=ReachCache(database, seconds=settings.key_cache_seconds),
            letters=letters,
            key_tokens=KeyTokens(database, keys),
            people=UserTokenCache(
                database,
                oidc=OidcIssuer.from_settings(settings),
                seconds=settings.key_cache_seconds,
            ),
            writes=writes,
            reads=AuthorizationReads(
                database, max_batch=settings.max_batch, max_queue=settings.max_queue
            ),
            books=books,
            places=BudgetPlaces(books),
            turns=Turns(),
            due=DueWorker(books, clock=clock),
            outbox=outbox,
            approvals=ApprovalWorker(database, policies, writes, clock=clock, alarm=alarm),
            imports=ImportWorker(
                database, keep_ms=settings.import_keep_days * _DAY_MS, clock=clock
            ),
        )

    async def open(self) -> None:
        """Make the database ready: an embedded one is brought to this version's schema.

        Raises:
            Unavailable: another database does not have exactly this schema.
        """
        if self.database.embedded:
            await upgrade_database(self.database)
        await check_schema(self.database)

    async def close(self) -> None:
        """Finish what was accepted, then let go of threads and connections."""
        await self.due.close()
        await self.approvals.close()
        await self.imports.close()
        await self.writes.close()
        await self.reads.close()
        await self.books.close()
        await self.outbox.close()
        await self.people.close()
        self.lane.close()
        self.compiler.close()
        await self.database.close()


def _outbox(settings: Settings, database: Database, clock: Clock) -> OutboxWorker:
    return OutboxWorker(
        database,
        configured_deliveries(settings, clock),
        clock=clock,
        schedule=RetrySchedule(max_attempts=settings.outbox_max_attempts),
        keep_ms=settings.outbox_keep_days * _DAY_MS,
    )
