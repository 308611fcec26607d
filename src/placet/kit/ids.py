"""New identifiers and the wall clock: the only places where the service meets chance and time."""

from __future__ import annotations

import os
import time


def new_id() -> str:
    """A UUID of version 7 (RFC 9562): its first 48 bits are the milliseconds since 1970, so ids
    sort by age.

    The next 12 bits are the fraction of the millisecond, which keeps the order within one process
    too.
    """
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    fraction = rest * 4096 // 1_000_000
    random = int.from_bytes(os.urandom(8), "big") & 0x3FFF_FFFF_FFFF_FFFF
    low = f"{0x8000_0000_0000_0000 | random:016x}"
    return (
        f"{milliseconds >> 16:08x}-{milliseconds & 0xFFFF:04x}-7{fraction:03x}-{low[:4]}-{low[4:]}"
    )


def ids_before(milliseconds: int) -> str:
    """What every id of `new_id` made before that instant is smaller than."""
    return f"{milliseconds >> 16:08x}-{milliseconds & 0xFFFF:04x}-"


def new_numbers(count: int) -> list[int]:
    """Whole numbers that sort by age and fit a double: microseconds since 1970, counted on.

    Two processes may come upon the same one, so whoever stores them must be ready to ask again.
    """
    first = time.time_ns() // 1_000
    return list(range(first, first + count))


def now_ms() -> int:
    """Milliseconds since 1970 in UTC."""
    return time.time_ns() // 1_000_000
