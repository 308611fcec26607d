"""What the use cases of policies work with."""

from __future__ import annotations

from dataclasses import dataclass

from placet.database.database import Database
from placet.people.service.people_desk import PeopleDesk
from placet.policies.service.lane import Threads


@dataclass(frozen=True, slots=True)
class PolicyDesk:
    """Where policies are kept, the thread that compiles them, and the people whom they name."""

    database: Database
    compiler: Threads
    people: PeopleDesk
