"""Bodies take every fact of a budget, and change only what can change."""

from __future__ import annotations

import pytest

from placet.api.budgets.examples import BUDGET_CHANGE_EXAMPLE, BUDGET_EXAMPLE
from placet.api.budgets.schemas import BudgetBody, BudgetChangeBody
from placet.budgets.core.book import Book
from placet.budgets.core.facts import FACTS, BudgetFacts, changeable
from placet.budgets.core.model import NO_POSITION
from placet.budgets.core.operations import CreateBudget, UpdateBudget
from placet.budgets.core.posting import apply
from placet.budgets.core.views import BudgetView
from placet.budgets.service.input import checked_facts
from placet.errors import InvalidRequest
from placet.kit.reading import read
from support.budgets.facts import CHANGING, LASTING, NAMES, PLAIN, made, other


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
    apply(book, CreateBudget("b", PLAIN, 0, None), 0)
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
    with pytest.raises(InvalidRequest, match=f"`{wire}`: cannot be changed"):
        said.check_unchanged(BudgetView("unit", made(PLAIN), NO_POSITION), "unit")


def test_the_examples_name_every_fact() -> None:
    wires = {FACTS[name].wire for name in NAMES}
    assert wires <= set(BUDGET_EXAMPLE)
    assert {FACTS[name].wire for name in CHANGING} <= set(BUDGET_CHANGE_EXAMPLE)
