"""No fact of a budget can be forgotten: print, row, document, body and change all know it."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from types import SimpleNamespace
from typing import Any

import pytest

from placet.api.budgets.examples import BUDGET_CHANGE_EXAMPLE, BUDGET_EXAMPLE
from placet.api.budgets.schemas import BudgetBody, BudgetChangeBody
from placet.budgets.core.book import Book
from placet.budgets.core.facts import FACTS, BudgetFacts, changeable, plain_facts
from placet.budgets.core.model import NO_POSITION, Budget
from placet.budgets.core.operations import CreateBudget, UpdateBudget, fingerprint
from placet.budgets.core.posting import apply
from placet.budgets.core.views import BudgetView
from placet.budgets.core.wire import budget_document
from placet.budgets.service.input import checked_facts
from placet.budgets.store.rows import budget_of, budget_row
from placet.budgets.store.tables import budget_table
from placet.kit.reading import read

NAMES = [field.name for field in fields(BudgetFacts)]
CHANGING = [name for name in NAMES if FACTS[name].changes]
LASTING = [name for name in NAMES if not FACTS[name].changes]
PLAIN = BudgetFacts(name="Budget", description="")


def other(name: str) -> BudgetFacts:
    """The plain facts, but one, which is as in its example."""
    value, example = FACTS[name].value, FACTS[name].example
    return replace(PLAIN, **{name: value(example) if value else example})


def create(facts: BudgetFacts) -> CreateBudget:
    return CreateBudget("b", facts, 0, None)


def made(facts: BudgetFacts) -> Budget:
    book = Book()
    apply(book, create(facts), 0)
    return book.budgets.values["b"]


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


@pytest.mark.parametrize("name", NAMES)
def test_a_new_budget_takes_a_fact_from_the_body(name: str) -> None:
    wire, example = FACTS[name].wire, FACTS[name].example
    body = {"name": "Budget", "description": "", "amount": 0, wire: example}
    said = read(BudgetBody, body).to_input().facts
    assert BudgetFacts(**checked_facts(said)) == other(name)


@pytest.mark.parametrize("name", CHANGING)
def test_a_changed_budget_takes_a_fact_from_the_body(name: str) -> None:
    wire, example = FACTS[name].wire, FACTS[name].example
    body = {"name": "Budget", "description": "", "amount": 0, wire: example}
    book = Book()
    apply(book, create(PLAIN), 0)
    said = read(BudgetChangeBody, body).to_input().facts
    apply(book, UpdateBudget("b", checked_facts(changeable(said)), 0), 1)
    assert book.budgets.values["b"].facts == other(name)


@pytest.mark.parametrize("name", LASTING)
def test_what_lasts_may_be_sent_again_and_changes_nothing(name: str) -> None:
    wire, example = FACTS[name].wire, FACTS[name].example
    body = {"name": "Budget", "description": "", "amount": 0, wire: example}
    said = read(BudgetChangeBody, body)
    said.check_unchanged(BudgetView("unit", made(other(name)), NO_POSITION), "unit")
    assert name not in changeable(said.to_input().facts)
    with pytest.raises(Exception, match=f"`{wire}`: cannot be changed"):
        said.check_unchanged(BudgetView("unit", made(PLAIN), NO_POSITION), "unit")


def test_the_examples_name_every_fact() -> None:
    wires = {FACTS[name].wire for name in NAMES}
    assert wires <= set(BUDGET_EXAMPLE)
    assert {FACTS[name].wire for name in CHANGING} <= set(BUDGET_CHANGE_EXAMPLE)


def test_the_plain_form_is_json() -> None:
    assert json.loads(json.dumps(plain_facts(PLAIN))) == plain_facts(PLAIN)
