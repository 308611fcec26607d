"""Orders that no unit places: refused, asked about, or judged without one, as accounts choose."""

from __future__ import annotations

import pytest

from placet.policies.core.model import AccountSettings, Rule, UnitChoice
from placet.policies.core.unit_gate import UNIT_GATE, UnitGap, is_gate_rule, meant_unit
from support.policies.drawn import rule

KNOWN = ["sales", "north-1", "north-2"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("Sales", "sales"), ("slaes", "sales"), (" sales ", "sales"), ("xyz", None)],
)
def test_a_slip_of_an_id_says_what_is_meant(written: str, meant: str | None) -> None:
    assert meant_unit(written, KNOWN) == meant
    gap = UnitGap.of(written, known=KNOWN, roots=["sales"])
    assert (gap.meant, gap.roots) == (meant, ("sales",))
    assert ("did you mean" in str(gap.refusal())) == (meant is not None)
    assert gap.refusal().code == "unknown-unit"


@pytest.mark.parametrize("unit", [None, "nowhere"])
@pytest.mark.parametrize("choice", UnitChoice)
def test_the_account_chooses_for_each_of_both_gaps(unit: str | None, choice: UnitChoice) -> None:
    name = "orders_without_unit" if unit is None else "unknown_unit"
    settings = AccountSettings.model_validate({name: choice})
    assert UnitGap(unit).choice(settings) is choice


@pytest.mark.parametrize("unit", [None, "nowhere"])
@pytest.mark.parametrize("roots", [(), ("acme", "globex")])
def test_people_of_the_topmost_units_are_asked(unit: str | None, roots: tuple[str, ...]) -> None:
    dimension = UnitGap(unit, roots=roots).dimension()
    [asked] = dimension.rule_collection
    assert (dimension.id, is_gate_rule(asked)) == (UNIT_GATE, True)
    assert [authorizer.id for authorizer in asked.authorizers] == list(roots)


def test_more_roots_than_a_rule_can_list_leave_it_to_anybody() -> None:
    assert UnitGap.of("x", known=[], roots=[str(number) for number in range(10_000)]).roots == ()


def test_a_rule_that_only_bears_its_name_is_no_gate() -> None:
    assert not is_gate_rule(Rule.model_validate(rule(UNIT_GATE, "true", 2)))
