"""What is documented of orders, at any depth."""

from __future__ import annotations

import pytest

from placet.policies.core.hazards.order_fields import KNOWN_TYPES, fields_at


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ((), "items"),
        ((), "budgetData"),
        (("items",), "price"),
        (("items", "priceDefinition"), "total"),
        (("budgetData", "budgets", "allocations"), "linkedEntity"),
        (("budgetData", "unitAllocations", "any"), "allocationId"),
    ],
)
def test_a_documented_field_is_found_at_its_path(path: tuple[str, ...], field: str) -> None:
    assert field in fields_at(path)


@pytest.mark.parametrize("path", [("nothing",), ("value",), ("items", "price"), ("items", "0")])
def test_nothing_is_known_of_other_places(path: tuple[str, ...]) -> None:
    assert fields_at(path) == frozenset()


def test_what_shops_add_counts_only_at_the_top_and_where_asked_for() -> None:
    assert "shippingData" in fields_at(())
    assert "shippingData" not in fields_at((), usual=False)
    assert fields_at(("**",)) == fields_at(())


def test_every_known_type_is_of_a_documented_field() -> None:
    for path in KNOWN_TYPES:
        assert path[-1] in fields_at(path[:-1], usual=False), path
