"""What the clocks on the walls of a time zone show, and when they show it.

A wall time is written like an instant, in milliseconds, as if the zone were UTC. Where clocks are
put forward some wall times never come, where they are put back some come twice.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from placet.kit.instants import DAY, milliseconds, utc
from placet.kit.time_zones import zone_named

_MILLISECOND: Final = timedelta(milliseconds=1)


def wall_at(instant: int, zone: str | None) -> int:
    """The wall time at an instant; None is UTC."""
    if zone is None:
        return instant
    offset = utc(instant).astimezone(zone_named(zone)).utcoffset() or timedelta()
    return instant + offset // _MILLISECOND


def when(wall: int, zone: str | None) -> int:
    """The instant of a wall time.

    Of one that comes twice the first; one that is left out stands for the moment at which the
    clocks were put forward.
    """
    if zone is None:
        return wall
    local = utc(wall).replace(tzinfo=zone_named(zone))
    instant = milliseconds(local)
    if wall_at(instant, zone) == wall:
        return instant
    return _put_forward(milliseconds(local.replace(fold=1)), instant, zone)


def midnight_before(wall: int) -> int:
    """The midnight at which the day of a wall time began, as a wall time."""
    return wall - wall % DAY


def _put_forward(before: int, after: int, zone: str) -> int:
    """The moment between two instants at which the clocks were put forward."""
    earlier = wall_at(before, zone) - before
    while after - before > 1:
        middle = (before + after) // 2
        if wall_at(middle, zone) - middle == earlier:
            before = middle
        else:
            after = middle
    return after
