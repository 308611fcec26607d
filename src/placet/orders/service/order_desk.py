"""What the use cases of orders work with."""

from __future__ import annotations

from dataclasses import dataclass

from placet.budgets.service.books import Books
from placet.database.database import Database
from placet.kit.clock import Clock
from placet.kit.group_commit import GroupCommit
from placet.orders.service.batch import Write
from placet.orders.service.ground import BudgetPlaces, Turns
from placet.orders.service.reach_cache import ReachCache
from placet.orders.service.reads import AuthorizationReads
from placet.orders.store.authorizations import StoredAuthorization
from placet.policies.service.lane import SlowLane
from placet.policies.service.policies import Policies


@dataclass(frozen=True, slots=True)
class OrderDesk:
    """Where orders are kept, the ways to read and to write them, and what they are judged by."""

    database: Database
    clock: Clock
    lane: SlowLane
    policies: Policies
    books: Books
    places: BudgetPlaces
    turns: Turns
    reads: AuthorizationReads
    writes: GroupCommit[Write, StoredAuthorization]
    reaches: ReachCache
