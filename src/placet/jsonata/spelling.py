"""The known name that an unknown one is a slip of.

The language takes nothing of the rest of the package along, not even its spelling.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_SHORTEST: Final = 4
_LONGEST: Final = 100
_MOST_KNOWN: Final = 1_000


def closest(name: str, known: Iterable[str]) -> str | None:
    """The one of `known` that `name` is a slip of: other case, or a letter in four off.

    Very long names, and very many known ones, are only compared for their case.
    """
    folded = {other.casefold(): other for other in sorted(set(known), reverse=True)}
    wanted = name.casefold()
    if wanted in folded:
        return folded[wanted]
    if not _SHORTEST <= len(wanted) <= _LONGEST or len(folded) > _MOST_KNOWN:
        return None
    most = len(wanted) // 4
    near = [other for other in folded if abs(len(other) - len(wanted)) <= most]
    distance, other = min(
        ((_slips(wanted, other, most), other) for other in near), default=(most + 1, "")
    )
    return folded[other] if distance <= most else None


def _slips(first: str, second: str, most: int) -> int:
    """How many letters were left out, added, replaced or swapped with their neighbour.

    Beyond `most` the number is some larger one.
    """
    beyond = most + 1
    before = [beyond] * (len(second) + 1)
    row = list(range(len(second) + 1))
    for i, letter in enumerate(first, 1):
        earlier, before, row = before, row, [beyond] * len(row)
        row[0] = i
        for j in range(max(1, i - most), min(len(second), i + most) + 1):
            other = second[j - 1]
            slips = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and first[i - 2] == other and letter == second[j - 2]:
                slips = min(slips, earlier[j - 2] + 1)
            row[j] = slips
        if min(row) > most and min(before) > most:
            return beyond
    return row[-1]
