"""Lists for `IN` that come in few lengths.

Each length is a statement of its own to the database's driver, which parses it once and remembers
only so many.
"""

from __future__ import annotations

from collections.abc import Collection

__all__ = ["padded"]


def padded(values: Collection[str]) -> list[str]:
    """The values in order, the last one repeated until there are a power of two."""
    found = sorted(values)
    if found:
        size = 1 << (len(found) - 1).bit_length()
        found += found[-1:] * (size - len(found))
    return found
