"""One process: what its use cases and its workers work with, opened and closed by the server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from placet.access.service.access_desk import AccessDesk
from placet.access.service.key_tokens import KeyTokens
from placet.access.service.keys import AppKeyCache
from placet.access.service.oidc import OidcIssuer
from placet.access.service.token_callers import UserTokenCache
from placet.budgets.service.books import Books
from placet.budgets.service.renewal_worker import DueWorker
from placet.budgets.store.unit_budgets import UNIT_BUDGETS
from placet.database.database import Database
from placet.imports.service.import_desk import ImportDesk
from placet.imports.service.worker import ImportWorker
from placet.kit.alarm import Alarm
from placet.kit.clock import Clock, SystemClock
from placet.kit.group_commit import GroupCommit
from placet.messages.delivery.configured import configured_deliveries
from placet.messages.delivery.destination import AllowedHosts
from placet.messages.service.retry_schedule import RetrySchedule
from placet.messages.service.worker import OutboxWorker
from placet.orders.service.batch import AuthorizationBatch
from placet.orders.service.ground import BudgetPlaces, Turns
from placet.orders.service.notices.approval_mail import Letters
from placet.orders.service.notices.approval_worker import ApprovalWorker
from placet.orders.service.notices.stand_ins import StandIns
from placet.orders.service.order_desk import OrderDesk
from placet.orders.service.pending_approvals import follow_directory
from placet.orders.service.reach_cache import ReachCache
from placet.orders.service.reads import AuthorizationReads
from placet.orders.store.unit_orders import find_waiting_order
from placet.people.service.people_desk import PeopleDesk
from placet.people.store.unit_uses import MEMBERS
from placet.policies.core.evaluation import Timing
from placet.policies.service.lane import SlowLane, Threads
from placet.policies.service.policies import Policies
from placet.policies.service.policy_desk import PolicyDesk
from placet.policies.store.unit_policies import UNIT_DIMENSIONS, find_authorizing_rule
from placet.schema import check_schema
from placet.schema.upgrading import upgrade_database
from placet.settings import Settings

_DAY_MS: Final = 86_400_000
# What keeps a unit from being deleted, in the order in which it is told.
_UNIT_USES: Final = (
    MEMBERS.find_unit_use,
    UNIT_BUDGETS.find_unit_use,
    UNIT_DIMENSIONS.find_unit_use,
    find_authorizing_rule,
    find_waiting_order,
)


@dataclass(frozen=True, slots=True)
class Desks:
    """What the use cases of each room work with."""

    access: AccessDesk
    people: PeopleDesk
    policies: PolicyDesk
    imports: ImportDesk
    books: Books
    orders: OrderDesk


@dataclass(frozen=True, slots=True)
class Workers:
    """What goes on by itself, from `start` on."""

    due: DueWorker
    approvals: ApprovalWorker
    imports: ImportWorker
    outbox: OutboxWorker


@dataclass(frozen=True, slots=True)
class Process:
    """The database, the desks and the workers of one process."""

    settings: Settings
    database: Database
    desks: Desks
    workers: Workers

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
        books = Books.on(
            database,
            clock=clock.now_ms,
            max_batch=settings.max_batch,
            max_queue=settings.max_queue,
        )
        # One thread, as compiling shares a cache of the whole process, and not one of the lane's: a
        # policy must not wait behind the slow rules of others.
        compiler = Threads(1, name="placet-compiler")
        outbox, alarm = _outbox(settings, database, clock), Alarm(clock)
        letters = Letters(bool(settings.smtp_url.get_secret_value()), settings.public_url)
        policies = Policies(database, compiler, capacity=settings.policy_cache)
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
        orders = OrderDesk(
            database=database,
            clock=clock,
            lane=_lane(settings),
            policies=policies,
            books=books,
            places=BudgetPlaces(books),
            turns=Turns(),
            reads=AuthorizationReads(
                database, max_batch=settings.max_batch, max_queue=settings.max_queue
            ),
            writes=GroupCommit(
                batch.commit, max_batch=settings.max_batch, max_queue=settings.max_queue
            ),
            reaches=ReachCache(database, seconds=settings.key_cache_seconds),
        )
        people = PeopleDesk(database, clock, StandIns(letters, clock).follow, _UNIT_USES)
        desks = Desks(
            access=_access(settings, database),
            people=people,
            policies=PolicyDesk(database, compiler, people),
            imports=import_desk(database, clock),
            books=books,
            orders=orders,
        )
        workers = Workers(
            due=DueWorker(books, clock=clock),
            approvals=ApprovalWorker(database, policies, orders.writes, clock=clock, alarm=alarm),
            imports=ImportWorker(desks.imports, keep_ms=settings.import_keep_days * _DAY_MS),
            outbox=outbox,
        )
        return cls(settings, database, desks, workers)

    async def open(self) -> None:
        """Make the database ready: an embedded one is brought to this version's schema.

        Raises:
            Unavailable: another database does not have exactly this schema.
        """
        if self.database.embedded:
            await upgrade_database(self.database)
        await check_schema(self.database)

    def start(self) -> None:
        """Let the workers begin, those of imports and messages where the settings say so."""
        self.workers.due.start()
        self.workers.approvals.start()
        if self.settings.import_worker:
            self.workers.imports.start()
        if self.settings.outbox_worker:
            self.workers.outbox.start()

    async def close(self) -> None:
        """Finish what was accepted, then let go of threads and connections."""
        desks, workers = self.desks, self.workers
        await workers.due.close()
        await workers.approvals.close()
        await workers.imports.close()
        await desks.orders.writes.close()
        await desks.orders.reads.close()
        await desks.books.close()
        await workers.outbox.close()
        await desks.access.people.close()
        desks.orders.lane.close()
        desks.policies.compiler.close()
        await self.database.close()


def import_desk(database: Database, clock: Clock) -> ImportDesk:
    """What imports work with, also at the command line."""
    return ImportDesk(database, clock, follow_directory)


def _access(settings: Settings, database: Database) -> AccessDesk:
    seconds = settings.key_cache_seconds
    keys = AppKeyCache(database, seconds=seconds)
    people = UserTokenCache(database, oidc=OidcIssuer.from_settings(settings), seconds=seconds)
    return AccessDesk(keys, KeyTokens(database, keys), people)


def _lane(settings: Settings) -> SlowLane:
    return SlowLane(
        threads=settings.slow_decisions,
        limit=settings.slow_decision_queue,
        allowance_ms=settings.inline_allowance_ms,
        timing=Timing(settings.rule_timeout_ms, settings.decision_timeout_ms),
    )


def _outbox(settings: Settings, database: Database, clock: Clock) -> OutboxWorker:
    return OutboxWorker(
        database,
        configured_deliveries(settings, clock),
        clock=clock,
        schedule=RetrySchedule(max_attempts=settings.outbox_max_attempts),
        keep_ms=settings.outbox_keep_days * _DAY_MS,
    )
