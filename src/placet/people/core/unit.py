"""A unit on a path through an organization."""

from __future__ import annotations

from placet.kit.wire_model import Identifier, PolicyModel

__all__ = ["Unit"]


class Unit(PolicyModel):
    """One step of a unit path, which leads from the root of the tree down to the buyer's unit."""

    id: Identifier
    name: str
