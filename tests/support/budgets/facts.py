"""The facts of a budget, and budgets that differ in one of them."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from placet.budgets.core.book import Book
from placet.budgets.core.facts import FACTS, BudgetFacts
from placet.budgets.core.model import Budget
from placet.budgets.core.operations import CreateBudget
from placet.budgets.core.posting import apply

NAMES = [field.name for field in fields(BudgetFacts)]
CHANGING = [name for name in NAMES if FACTS[name].changes]
LASTING = [name for name in NAMES if not FACTS[name].changes]
PLAIN = BudgetFacts(name="Budget", description="")


def other(name: str) -> BudgetFacts:
    """The plain facts, but one, which is as in its example."""
    value, example = FACTS[name].value, FACTS[name].example
    return replace(PLAIN, **{name: value(example) if value else example})


def made(facts: BudgetFacts) -> Budget:
    """A budget without money."""
    book = Book()
    apply(book, CreateBudget("b", facts, 0, None), 0)
    return book.budgets.values["b"]


def said(name: str, **more: Any) -> dict[str, Any]:
    """What a caller says of a budget: its name, no description, and perhaps more."""
    return {"name": name, "description": "", **more}
