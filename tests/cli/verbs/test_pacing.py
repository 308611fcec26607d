"""`placet pacing`."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from cli.conftest import Placet
from placet.budgets.core.model import Direction
from placet.budgets.core.operations import Post
from placet.budgets.service.books import Books, enqueue
from placet.budgets.service.input import Context
from placet.database.database import Database
from placet.kit.instants import DAY, milliseconds
from placet.kit.money import SCALE
from placet.people.core.visit import operator_of
from placet.schema import upgrade
from placet.sellers.core.model import SellerPair
from placet.sellers.service.seller_budgets import NewSellerBudget, create_seller_budgets
from support.budgets.books_file import write_books_file


@dataclass(frozen=True)
class Paced:
    """A budget of 40 for the four days from two days ago; 7, nothing and 5 are spent so far."""

    budget_id: str
    first: date

    def day(self, number: int) -> str:
        return (self.first + timedelta(days=number)).isoformat()


@pytest.fixture
def paced(tmp_path: Path) -> Paced:
    return asyncio.run(_write(tmp_path / "placet.db"))


async def _write(path: Path, days: int = 4) -> Paced:
    database = Database(f"sqlite:///{path}")
    await upgrade(database)
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    now = milliseconds(today) - 2 * DAY
    ledger = Books.on(database, clock=lambda: now)
    first = (today - timedelta(days=2)).date()
    wanted = NewSellerBudget(
        SellerPair("17", "10001"), 40 * SCALE, first, first + timedelta(days=days - 1)
    )
    [made] = await create_seller_budgets(ledger, operator_of("acme"), [wanted])
    budget_id, part = made.seller.budget_id, made.seller.allocation_id
    context = Context("acme", "seller:17")
    for name, amount, later in (("t1", 7, 0), ("t2", 5, 2)):
        now += later * DAY
        debit = Post(budget_id, part, Direction.DEBIT, amount * SCALE, "test", "o-1", "ana", name)
        await enqueue(ledger, context, debit)
    await ledger.close()
    await database.close()
    return Paced(budget_id, first)


def test_programs_get_the_plan_and_what_was_spent(placet: Placet, paced: Paced) -> None:
    result = placet("pacing", paced.budget_id, "--account", "acme", "--json")
    assert result.code == 0, result.err
    document = json.loads(result.out)
    assert document["days"] == [
        {"date": paced.day(0), "plan": 10, "actual": 7},
        {"date": paced.day(1), "plan": 11, "actual": 0},
        {"date": paced.day(2), "plan": 16.5, "actual": 5},
        {"date": paced.day(3), "plan": 16.5, "actual": None},
    ]
    assert document["amount"] == 40
    pacing = document["pacing"]
    assert (pacing["date"], pacing["daysLeft"]) == (paced.day(2), 2)
    assert (pacing["spentToday"], pacing["remainingToday"], pacing["ahead"]) == (5, 11.5, -13)


def test_people_get_a_chart(placet: Placet, paced: Paced) -> None:
    shown = placet("pacing", paced.budget_id, "--account", "acme").out.splitlines()
    assert shown[0] == ("Seller 17, campaign 10001: 12 of 40 spent or reserved, 2 days left")
    assert shown[1] == f"today {paced.day(2)} (UTC): 5 of 16.5, 13 behind plan"
    bars = [line.split()[-1] for line in shown if line.startswith("20")]
    assert bars == ["█" * 13 + "·" * 5, "·" * 20, "█" * 9 + "·" * 21, "░" * 30]
    assert "today" in next(line for line in shown if line.startswith(paced.day(2)))


def test_the_last_day_is_one_day(placet: Placet, tmp_path: Path) -> None:
    paced = asyncio.run(_write(tmp_path / "placet.db", days=3))
    shown = placet("pacing", paced.budget_id, "--account", "acme").out.splitlines()
    assert shown[0].endswith(", 1 day left")


def test_a_budget_that_is_not_paced_has_no_plan(placet: Placet, tmp_path: Path) -> None:
    books = write_books_file(tmp_path / "placet.db")
    result = placet("pacing", books.budget_id, "--account", "acme")
    assert result.code == 2
    assert "is not paced" in result.err
    unknown = placet("pacing", "nothing", "--account", "acme")
    assert unknown.code == 2
    assert "the account `acme` has no budget `nothing`" in unknown.err
