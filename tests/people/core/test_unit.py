"""Units in their places."""

from __future__ import annotations

from placet.people.core.unit import StoredUnit


def test_a_unit_knows_the_one_above_it() -> None:
    assert StoredUnit("north", "North", ("acme", "sales", "north"), 1, 1).parent_id == "sales"
    assert StoredUnit("acme", "Acme", ("acme",), 1, 1).parent_id is None
