"""What has to be known beside an authorization to say who may decide it.

It is looked up for one caller at one instant: the tree of units and the delegations may have
changed by the next.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from placet.people.core.actor import Delegator
from placet.policies.core.model import Authorizer

# No unit has this id, as ids are not empty.
WHOLE_ACCOUNT: Final = ""


@dataclass(frozen=True, slots=True)
class Few:
    """All who may approve in a unit, and the nearest unit above that has anybody, if one has."""

    people: frozenset[str]
    above: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far an approval reaches beyond the person who is listed.

    `unable` says of listed people why they cannot decide anything: `is inactive`. `fallbacks` maps
    a unit nobody can approve in to the unit that does it instead (None: nobody up to the root can),
    `few` a unit in which so few approve that all of them may be barred from an order, `parents` a
    unit to the one above it (needed for the authorizer units of escalated levels only). What they
    do not name is as it should be: the person can decide, and so can plenty of members of the unit.
    `stands_in_for` are those who have delegated to the caller, also those who may decide nothing
    (any more): one hop, never through another delegation. `emails` are ids and addresses of those
    who may approve, by unit and for each listed person.
    """

    unable: Mapping[str, str] = field(default_factory=dict)
    fallbacks: Mapping[str, str | None] = field(default_factory=dict)
    few: Mapping[str, Few] = field(default_factory=dict)
    parents: Mapping[str, str] = field(default_factory=dict)
    stands_in_for: tuple[Delegator, ...] = ()
    emails: Mapping[Authorizer, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def approving_unit(self, unit_id: str, barred: Collection[str] = ()) -> str | None:
        """The unit whose members approve where `unit_id` is listed: the nearest with somebody who
        is not `barred` from the order; None where there is none up to the root.
        """
        acting = self.fallbacks.get(unit_id, unit_id)
        while acting is not None and self._all_barred(acting, barred):
            acting = self.few[acting].above
        return acting

    def unit_above(self, unit_id: str, barred: Collection[str] = ()) -> str | None:
        """The unit whose members approve once the listed unit has not; None above a root."""
        acting = self.approving_unit(unit_id, barred)
        parent = None if acting is None else self.parents.get(acting)
        return None if parent is None else self.approving_unit(parent, barred)

    def staffed(self, unit_id: str, barred: Collection[str] = ()) -> bool:
        """Whether a unit has an approver of its own who is not `barred`; `WHOLE_ACCOUNT` stands for
        all people of the account.
        """
        return self.fallbacks.get(unit_id, unit_id) == unit_id and not self._all_barred(
            unit_id, barred
        )

    def _all_barred(self, unit_id: str, barred: Collection[str]) -> bool:
        few = self.few.get(unit_id)
        return few is not None and few.people.issubset(barred)


NO_REACH: Final = Reach()
