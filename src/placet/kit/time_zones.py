"""Time zones by name: those of the IANA database, and fixed offsets such as `+02:00`."""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from placet.kit.spelling import closest

_OFFSET: Final = re.compile(r"([+-])([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


def known_time_zone(name: str) -> str:
    """The name itself, where there is such an IANA time zone.

    Raises:
        ValueError: there is none; the message names the zone that may be meant.
        OSError: the system's zones cannot be read now.
    """
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # Raises where no zone at all can be read, for want of file descriptors: no fault of a name.
        ZoneInfo.no_cache("Etc/UTC")
        meant = _closest(name)
    hint = f"did you mean `{meant}`?" if meant else "use a name such as `Europe/Paris`"
    raise ValueError(f"must be a time zone, and `{name[:50]}` is none; {hint}")


def is_offset(name: str) -> bool:
    """Whether it is a fixed offset from UTC, such as `+02:00`, and no zone with rules."""
    return _OFFSET.fullmatch(name) is not None


def offset_name(minutes: int) -> str:
    """The name of a fixed offset: 120 is `+02:00`."""
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"


@lru_cache(maxsize=1_024)
def zone_named(name: str | None) -> tzinfo:
    """The zone or offset with a known name; None is UTC."""
    if name is None:
        return UTC
    match = _OFFSET.fullmatch(name)
    if match is None:
        return ZoneInfo(name)
    distance = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return timezone(-distance if match[1] == "-" else distance)


def _closest(name: str) -> str | None:
    """The zone that is meant, also by its city alone or with a blank for an underscore."""
    zones = available_timezones()
    written = "_".join(name.split())
    cities = {zone.rpartition("/")[2]: zone for zone in sorted(zones, reverse=True)}
    city = closest(written, cities)
    return closest(written, zones) or (cities[city] if city else None)
