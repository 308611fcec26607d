"""No fact of a budget can be forgotten: print, row and document know it."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from placet.budgets.core.facts import FACTS, BudgetFacts, plain_facts
from placet.budgets.core.model import NO_POSITION
from placet.budgets.core.operations import CreateBudget, fingerprint
from placet.budgets.core.views import BudgetView
from placet.budgets.core.wire import budget_document
from placet.budgets.store.rows import budget_of, budget_row
from placet.budgets.store.tables import budget_table
from support.budgets.facts import NAMES, PLAIN, made, other


def create(facts: BudgetFacts) -> CreateBudget:
    return CreateBudget("b", facts, 0, None)


def document(facts: BudgetFacts) -> dict[str, Any]:
    return budget_document(BudgetView("unit", made(facts), NO_POSITION))


def stored(facts: BudgetFacts) -> dict[str, Any]:
    """The row without what is derived from a fact for searching."""
    row = budget_row(made(facts))
    return {column: value for column, value in row.items() if not column.endswith("_folded")}


def differing(one: dict[str, Any], another: dict[str, Any]) -> set[str]:
    return {key for key in one | another if one.get(key) != another.get(key)}


@pytest.mark.parametrize("name", NAMES)
def test_another_value_is_another_request(name: str) -> None:
    assert fingerprint(create(other(name))) != fingerprint(create(PLAIN))


@pytest.mark.parametrize("name", NAMES)
def test_a_fact_has_its_column(name: str) -> None:
    assert differing(stored(other(name)), stored(PLAIN)) == {name}
    assert set(budget_row(made(PLAIN))) <= set(budget_table.c.keys())


@pytest.mark.parametrize("name", NAMES)
def test_a_stored_fact_comes_back(name: str) -> None:
    row = budget_row(made(other(name)))
    assert budget_of(SimpleNamespace(budget_id="b", **row)).facts == other(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_fact_is_shown(name: str) -> None:
    wire = FACTS[name].wire
    assert differing(document(other(name)), document(PLAIN)) == {wire}
    assert document(other(name))[wire] == FACTS[name].example


def test_the_plain_form_is_json() -> None:
    assert json.loads(json.dumps(plain_facts(PLAIN))) == plain_facts(PLAIN)
