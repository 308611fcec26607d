"""Units of an organization."""

from __future__ import annotations

from dataclasses import dataclass

from placet.kit.wire_model import Identifier, WireModel


class Unit(WireModel):
    """One step of a unit path, which leads from the root of the tree down to the buyer's unit."""

    id: Identifier
    name: str


@dataclass(frozen=True, slots=True)
class StoredUnit:
    """A unit in its place: `path` are the ids from the root down to it, itself included."""

    id: str
    name: str
    path: tuple[str, ...]
    created_at: int
    changed_at: int

    @property
    def parent_id(self) -> str | None:
        """The unit above, None for a root."""
        return self.path[-2] if len(self.path) > 1 else None


@dataclass(frozen=True, slots=True)
class UnitUse:
    """One thing that needs a unit, in words: `the dimension \\`Sales\\` belongs to it`."""

    unit_id: str
    what: str
