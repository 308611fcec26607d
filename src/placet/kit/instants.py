"""Instants as the Budgets API writes them; inside they are milliseconds since 1970 in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from placet.errors import Detail, InvalidRequest

DAY: Final = 86_400_000
MINUTE: Final = 60_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
# The years 1900 to 9900, so that calendar arithmetic always has room on both sides.
MIN_INSTANT: Final = (datetime(1900, 1, 1, tzinfo=UTC) - _EPOCH) // _MILLISECOND
MAX_INSTANT: Final = (datetime(9900, 1, 1, tzinfo=UTC) - _EPOCH) // _MILLISECOND
_FORM: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)


class Moment(NamedTuple):
    """A date and time as they were written: `wall` in milliseconds as if in UTC, and the offset
    from UTC in minutes, None where none was written.
    """

    wall: int
    offset: int | None


def parse_instant(text: str, field: str) -> int:
    """The instant that an ISO 8601 text denotes; one without an offset is meant as UTC.

    Raises:
        InvalidRequest: as `parse_moment`.
    """
    wall, offset = parse_moment(text, field)
    return wall - (offset or 0) * MINUTE


def parse_moment(text: str, field: str) -> Moment:
    """The date and time of an ISO 8601 text, with its offset from UTC.

    Fractions of a second are cut after the milliseconds.

    Raises:
        InvalidRequest: not such a text, or outside the years 1900 to 9900.
    """
    match = _FORM.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError
        day, clock, fraction, zone = match.groups()
        offset = "+00:00" if (zone or "Z") in "Zz" else zone
        moment = datetime.fromisoformat(f"{day}T{clock or '00:00'}{offset}")
        instant = milliseconds(moment) + int(f"{fraction or '0':0<3}"[:3])
        if not MIN_INSTANT <= instant <= MAX_INSTANT:
            raise ValueError
        minutes = (moment.utcoffset() or timedelta()) // timedelta(minutes=1)
    except (ValueError, OverflowError):
        detail = Detail(field, f"`{text[:50]}` is no instant like `2026-01-31T00:00:00Z`")
        raise InvalidRequest(str(detail), code="invalid-instant", details=[detail]) from None
    return Moment(instant + minutes * MINUTE, None if zone is None else minutes)


def instant_text(instant: int) -> str:
    """The instant with seven decimals and `Z`: `2025-06-10T19:11:14.7100000Z`."""
    moment = utc(instant)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}0000Z"


def utc(instant: int) -> datetime:
    """The instant as a date and time in UTC."""
    return _EPOCH + instant * _MILLISECOND


def milliseconds(moment: datetime) -> int:
    """The instant of a date and time with a zone."""
    return (moment - _EPOCH) // _MILLISECOND
