"""How far an approval reaches beyond who is listed."""

from __future__ import annotations

import pytest

from placet.orders.core.reach import NO_REACH, WHOLE_ACCOUNT, Few, Reach

REACH = Reach(
    fallbacks={"north": "sales", "island": None},
    few={
        "sales": Few(frozenset({"ana", "bob"}), "acme"),
        "acme": Few(frozenset({"ana"}), None),
        WHOLE_ACCOUNT: Few(frozenset({"ana"}), None),
    },
    parents={"north": "sales", "sales": "acme"},
)


@pytest.mark.parametrize(
    ("unit", "barred", "acting"),
    [
        ("design", ["ana", "bob"], "design"),
        ("sales", [], "sales"),
        ("sales", ["ana"], "sales"),
        ("sales", ["ana", "bob"], None),
        ("sales", ["bob", "cid"], "sales"),
        ("north", ["bob"], "sales"),
        ("north", ["ana", "bob"], None),
        ("island", [], None),
        ("acme", ["ana"], None),
    ],
)
def test_the_nearest_unit_approves_in_which_somebody_is_not_barred(
    unit: str, barred: list[str], acting: str | None
) -> None:
    assert REACH.approving_unit(unit, barred) == acting


@pytest.mark.parametrize(
    ("unit", "barred", "above"),
    [
        ("sales", [], "acme"),
        ("north", [], "acme"),
        ("sales", ["ana"], None),
        ("acme", [], None),
        ("island", [], None),
        ("design", [], None),
    ],
)
def test_above_an_escalated_level_is_the_unit_above_the_one_that_acts(
    unit: str, barred: list[str], above: str | None
) -> None:
    assert REACH.unit_above(unit, barred) == above


@pytest.mark.parametrize(
    ("unit", "barred", "staffed"),
    [
        ("north", [], False),
        ("sales", ["ana"], True),
        ("sales", ["ana", "bob"], False),
        (WHOLE_ACCOUNT, [], True),
        (WHOLE_ACCOUNT, ["ana"], False),
    ],
)
def test_a_unit_is_staffed_by_people_of_its_own(
    unit: str, barred: list[str], *, staffed: bool
) -> None:
    assert REACH.staffed(unit, barred) is staffed


def test_what_is_not_named_is_as_it_should_be() -> None:
    assert NO_REACH.approving_unit("any", ["ana"]) == "any"
    assert NO_REACH.staffed("any", ["ana"])
    assert NO_REACH.unit_above("any") is None
