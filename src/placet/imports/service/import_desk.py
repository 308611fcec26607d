"""What the use cases of imports, and those who work on them, work with."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from placet.database.database import Database
from placet.kit.clock import Clock
from placet.people.service.people_desk import Follow


@dataclass(frozen=True, slots=True)
class ImportDesk:
    """Where imports are kept, what time it is, who follows changes of people, and what wakes the
    worker of this process.
    """

    database: Database
    clock: Clock
    follow: Follow
    wake: asyncio.Event = field(default_factory=asyncio.Event)
