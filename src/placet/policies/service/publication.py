"""What publishing a rule file changes, and what of it would be deleted.

Deleting takes a word of its own: a file that lost a dimension, a rule or a unit would otherwise
approve what was denied before, without anybody having said so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Generic, TypeVar

from placet.errors import Conflict
from placet.people.store.units import UnitRow
from placet.policies.core.model import Dimension

_MOST_TOLD: Final = 50
Item = TypeVar("Item", Dimension, UnitRow)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many were new, changed, left as they were, and deleted."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0


@dataclass(frozen=True, slots=True)
class Changes(Generic[Item]):
    """How to get from what is stored to what is wanted; `gone` are the stored ones to delete."""

    created: list[Item]
    updated: list[Item]
    unchanged: int
    gone: list[Item]

    @property
    def counts(self) -> Counts:
        """How many of each."""
        return Counts(len(self.created), len(self.updated), self.unchanged, len(self.gone))


def changes_of(old: Mapping[str, Item], wanted: Sequence[Item]) -> Changes[Item]:
    """The changes from `old`, by id, to exactly what is `wanted`."""
    created = [item for item in wanted if item.id not in old]
    updated = [item for item in wanted if item.id in old and item != old[item.id]]
    gone = [old[key] for key in sorted(old.keys() - {item.id for item in wanted})]
    return Changes(created, updated, len(wanted) - len(created) - len(updated), gone)


def refuse_deletions(
    old: Mapping[str, Dimension], dimensions: Changes[Dimension], units: Changes[UnitRow]
) -> None:
    """Make sure that nothing is deleted: no dimension, no rule of one that stays, and no unit.

    Raises:
        Conflict: of the code `would-delete`; the message lists what would be gone.
    """
    gone = [
        *(f"the dimension `{item.name}` (`{item.id}`)" for item in dimensions.gone),
        *_rules_gone(old, dimensions.updated),
        *(f"the unit `{item.id}`" for item in units.gone),
    ]
    if not gone:
        return
    told = ", ".join(islice(gone, _MOST_TOLD))
    more = f" and {len(gone) - _MOST_TOLD} more" if len(gone) > _MOST_TOLD else ""
    raise Conflict(
        f"the rule file would delete {told}{more}; nothing was changed: to publish it all the same,"
        " set `delete` to true (`placet push --delete`)",
        code="would-delete",
    )


def _rules_gone(old: Mapping[str, Dimension], updated: Iterable[Dimension]) -> Iterable[str]:
    for dimension in updated:
        kept = {rule.id for rule in dimension.rule_collection}
        for rule in old[dimension.id].rule_collection:
            if rule.id not in kept:
                yield f"the rule `{rule.name}` of `{dimension.name}`"
