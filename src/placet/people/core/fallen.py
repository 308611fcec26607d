"""What a change of people or units does to orders that wait."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Fallen:
    """What a change of people or units did to orders that wait: how many waited for somebody who
    cannot decide them any more, and how many of these nobody can decide now. `seats` are the
    digests of those that others have taken.
    """

    orders: int = 0
    stuck: int = 0
    seats: frozenset[str] = frozenset()

    @property
    def warnings(self) -> tuple[str, ...]:
        """The same in sentences; none where nothing waited."""
        told = []
        if self.orders:
            verb = "order waits" if self.orders == 1 else "orders wait"
            told.append(f"{self.orders} {verb} for others now, who stand in")
        if self.stuck:
            verb = "order waits" if self.stuck == 1 else "orders wait"
            told.append(
                f"{self.stuck} {verb} for nobody: `?waitsFor=nobody` lists what is stuck, and an"
                " app key can decide it"
            )
        return tuple(told)


NOTHING_FELL: Final = Fallen()
