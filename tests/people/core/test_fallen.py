"""What is told of orders that a change of people has moved."""

from __future__ import annotations

import pytest

from placet.people.core.fallen import NOTHING_FELL, Fallen

STUCK = "wait for nobody: `?waitsFor=nobody` lists what is stuck, and an app key can decide it"


@pytest.mark.parametrize(
    ("fallen", "told"),
    [
        (NOTHING_FELL, ()),
        (Fallen(1), ("1 order waits for others now, who stand in",)),
        (Fallen(2), ("2 orders wait for others now, who stand in",)),
        (Fallen(3, 2), ("3 orders wait for others now, who stand in", f"2 orders {STUCK}")),
    ],
)
def test_people_are_told_of_orders_that_wait_for_others(
    fallen: Fallen, told: tuple[str, ...]
) -> None:
    assert fallen.warnings == told
