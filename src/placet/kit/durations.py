"""Durations as rules write them: ISO 8601, in units that have one length."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import AfterValidator, Field, StrictStr

# Editors and API pages check by it too.
PATTERN: Final = (
    r"^P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?$"
)
_FORM: Final = re.compile(PATTERN, re.ASCII)
_SECONDS: Final = (604_800, 86_400, 3_600, 60, 1)
MAX_DURATION: Final = 3_660 * 86_400_000


def milliseconds_of(text: str) -> int:
    """The length of a duration such as `P2D` or `PT36H`.

    Raises:
        ValueError: it is none, or longer than ten years; months and years have no fixed length.
    """
    match = _FORM.fullmatch(text)
    if match is None or text.endswith(("P", "T")):
        raise ValueError(
            "must be an ISO 8601 duration in weeks, days, hours, minutes and seconds, "
            "such as `P2D` or `PT36H`"
        )
    told = zip(match.groups(default="0"), _SECONDS, strict=True)
    length = 1000 * sum(int(count) * seconds for count, seconds in told)
    if not 0 < length <= MAX_DURATION:
        raise ValueError("must be longer than nothing and at most ten years (`P3660D`)")
    return length


def parts_of(text: str, *, week: int) -> tuple[int, int]:
    """The days of a duration, of which `week` make one, and the milliseconds beside them.

    Raises:
        ValueError: as `milliseconds_of`.
    """
    milliseconds_of(text)
    match = _FORM.fullmatch(text)
    weeks, days, *rest = map(int, match.groups(default="0")) if match else (0, 0)
    clock = zip(rest, _SECONDS[2:], strict=True)
    return weeks * week + days, 1000 * sum(count * seconds for count, seconds in clock)


def _checked(text: str) -> str:
    milliseconds_of(text)
    return text


Duration = Annotated[
    StrictStr,
    Field(max_length=50, json_schema_extra={"pattern": PATTERN}),
    AfterValidator(_checked),
]
