"""A budget's cycle as a client writes it, with dates that mean something only in a time zone.

The zone is the cycle's own, else that which the budget has already, else the account's. Where none
is set, a start date with an offset from UTC has its periods counted at that offset, whatever
daylight saving does there.
"""

from __future__ import annotations

from dataclasses import dataclass

from placet.budgets.core.model import Cycle
from placet.errors import Detail, InvalidRequest
from placet.kit.instants import DAY, MINUTE, Moment
from placet.kit.time_zones import is_offset, known_time_zone, offset_name
from placet.kit.wall_clock import when

_SECOND = 1_000


@dataclass(frozen=True, slots=True)
class CycleRequest:
    """What was written; `time_zone` is known, or None where the client left it out."""

    start: Moment
    end: Moment | None
    auto_reset: bool = False
    carry_over: bool = False
    time_zone: str | None = None

    def zone(self, account_zone: str | None, stored_zone: str | None = None) -> str | None:
        """The zone of a new window: its own, one that was chosen for the budget before, the
        account's, or else the offset of the start; None is UTC.
        """
        chosen = stored_zone if stored_zone and not is_offset(stored_zone) else None
        offset = self.start.offset
        default = account_zone or (offset_name(offset) if offset else None)
        return self.time_zone or chosen or default or stored_zone

    def read(self, zone: str | None) -> Cycle:
        """The cycle with its dates as they are meant in a zone.

        `time_zone` stays that of the request: None, where it says none.
        """
        start = _instant(self.start, zone)
        end = None if self.end is None else self._end(self.end, zone)
        return Cycle(start, end, self.auto_reset, self.carry_over, self.time_zone)

    def _end(self, end: Moment, zone: str | None) -> int:
        offset = self.start.offset
        if not (self.auto_reset and zone and offset and zone == offset_name(offset)):
            return _instant(end, zone)
        # Written on the other side of a change to or from daylight saving time, which nobody knows
        # here: the dates count.
        whole_days = (end.wall - self.start.wall) % DAY
        dates = whole_days == 0 or end.wall % DAY >= DAY - _SECOND
        return end.wall - offset * MINUTE if dates else _instant(end, zone)


def checked_zone(name: str) -> str:
    """The name itself, of an IANA time zone or an offset such as `+02:00`.

    Raises:
        InvalidRequest: it is neither; the sentence names the zone that may be meant.
    """
    if is_offset(name):
        return name
    try:
        return known_time_zone(name)
    except ValueError as error:
        detail = Detail("cycleConfiguration.timeZone", str(error))
        raise InvalidRequest(str(detail), code="unknown-time-zone", details=[detail]) from None


def _instant(moment: Moment, zone: str | None) -> int:
    if moment.offset is None:
        return when(moment.wall, zone)
    return moment.wall - moment.offset * MINUTE
