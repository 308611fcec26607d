"""Who holds a level: the one function that says who may act for it.

A seat is a level's question, `user lab1` or `unit lab`, with all it takes to answer it whoever
asks: turns, inboxes, e-mails and explanations derive from its holder. Nothing waits for nobody:
where the listed person cannot act, or nobody of the listed unit and those above it can, the
approvers of the dimension's unit stand in, then those of the units above that one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from placet.kit.wire_model import Document
from placet.orders.core.reach import WHOLE_ACCOUNT, Reach
from placet.people.core.actor import Actor, ActorKind
from placet.policies.core.model import Authorizer, AuthorizerType


class SeatKind(StrEnum):
    """`LISTED`: an authorizer. `ABOVE`: the unit above a listed one, as the level took too long.
    `PATH`: nobody is listed; of all who may decide, those closest to the dimension's unit.
    """

    LISTED = "listed"
    ABOVE = "above"
    PATH = "path"


class HolderKind(StrEnum):
    """`USER`: a person. `UNIT`: the approvers of a unit. `ANYONE`: whoever may approve at all, as
    the order has no units. `NOBODY`: there is no one.
    """

    USER = "user"
    UNIT = "unit"
    ANYONE = "anyone"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who may act; `id` is that of the person or unit."""

    kind: HolderKind
    id: str = ""

    @property
    def authorizer(self) -> Authorizer | None:
        """The person or unit as rules list them; None for anyone and nobody."""
        if self.kind in (HolderKind.ANYONE, HolderKind.NOBODY):
            return None
        return Authorizer(type=AuthorizerType(self.kind.value), id=self.id)

    def means(self, who: Actor) -> bool:
        """Whether a person is one of these, as far as it is for the holder to say."""
        match self.kind:
            case HolderKind.USER:
                return who.id == self.id
            case HolderKind.UNIT:
                return self.id in who.unit_ids
            case HolderKind.ANYONE:
                return True
            case HolderKind.NOBODY:
                return False


_NOBODY = Holder(HolderKind.NOBODY)


@dataclass(frozen=True, slots=True)
class Seat:
    """One question of a level. `path` leads from the root to the dimension's unit; the `barred` may
    not act, whoever the holder is.
    """

    kind: SeatKind
    authorizer: Authorizer | None
    path: tuple[str, ...]
    barred: frozenset[str]

    def holder(self, reach: Reach) -> Holder:
        """Who may act for the seat now."""
        match self.kind:
            case SeatKind.LISTED:
                return self.listed(reach) or self.stand_in(reach)
            case SeatKind.ABOVE:
                return self._above(reach)
            case SeatKind.PATH:
                return self.stand_in(reach)

    def may_act(self, who: Actor, reach: Reach) -> bool:
        """Whether a person holds the seat."""
        if who.kind is not ActorKind.USER or who.id in self.barred:
            return False
        return self.holder(reach).means(who)

    def listed(self, reach: Reach) -> Holder | None:
        """The authorizer itself, or for a unit those above it; None where none of them can act."""
        listed = self.authorizer
        if listed is None:
            return None
        if listed.type is AuthorizerType.USER:
            able = listed.id not in self.barred and listed.id not in reach.unable
            return Holder(HolderKind.USER, listed.id) if able else None
        acting = reach.approving_unit(listed.id, self.barred)
        return None if acting is None else Holder(HolderKind.UNIT, acting)

    def stand_in(self, reach: Reach) -> Holder:
        """The approvers of the dimension's unit, or of the nearest above it that has any."""
        return self._nearest(self.path, reach)

    def _above(self, reach: Reach) -> Holder:
        if self.authorizer is None:
            return _NOBODY
        if reach.approving_unit(self.authorizer.id, self.barred) is not None:
            unit_id = reach.unit_above(self.authorizer.id, self.barred)
            return _NOBODY if unit_id is None else Holder(HolderKind.UNIT, unit_id)
        acting = self.stand_in(reach)
        if acting.kind is not HolderKind.UNIT:
            return _NOBODY
        above = self.path[: self.path.index(acting.id)]
        return self._nearest(above, reach) if above else _NOBODY

    def _nearest(self, path: Sequence[str], reach: Reach) -> Holder:
        if not path:
            anyone = reach.staffed(WHOLE_ACCOUNT, self.barred)
            return Holder(HolderKind.ANYONE) if anyone else _NOBODY
        for unit_id in reversed(path):
            if reach.staffed(unit_id, self.barred):
                return Holder(HolderKind.UNIT, unit_id)
        return _NOBODY

    def to_document(self) -> Document:
        """As JSON; the same for equal seats."""
        return {
            "kind": self.kind,
            "authorizer": self.authorizer.to_document() if self.authorizer else None,
            "path": list(self.path),
            "barred": sorted(self.barred),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """From JSON."""
        listed = document["authorizer"]
        return cls(
            SeatKind(document["kind"]),
            Authorizer.model_validate(listed) if listed else None,
            tuple(document["path"]),
            frozenset(document["barred"]),
        )
