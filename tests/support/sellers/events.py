"""One-line events on sellers' budgets: `support.budgets.events` with instants, and with these.

@2026-05-01T10:00 …              an instant in UTC
seller B A 310 2026-05-01 2026-05-31 [in ZONE] [suspended] [minimum N]
change B [amount N] [from DAY] [to DAY] [suspend] [resume] [minimum N]
reserve A r1 30 [until INSTANT]
pace B 10 3 7 -2 [REASON]        allowance, spent and remaining today, ahead
plan B DAY 10 3, DAY 10 ?        allowance and spent of each day, ? for one to come
window B DAY DAY                 the first and the last day
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from placet.budgets.core.model import Direction
from placet.budgets.core.operations import ChangeSellerBudget, OpenSellerBudget, Operation, Reserve
from placet.budgets.core.pacing import first_and_last_day, pace_of
from placet.kit.instants import parse_instant
from placet.kit.money import amount_text, parse_amount
from placet.sellers.core.daily_plan import daily_plan
from support.budgets.events import Events, event_cases, run_events

_SHOWN = ("pace", "plan", "window")


@dataclass
class SellerEvents(Events):
    """A book that understands events on sellers' budgets too."""

    def run(self, line: str) -> None:
        """Carry out a line and compare its outcome."""
        text = line.strip()
        if text.startswith("@"):
            instant, text = text[1:].split(maxsplit=1)
            self.now = parse_instant(instant, "now")
        verb, _, rest = text.partition(" ")
        if verb in _SHOWN:
            name, _, expected = rest.partition(" ")
            assert getattr(self, f"_{verb}")(name) == expected.strip(), line
            return
        super().run(text)

    def _seller(self, budget: str, part: str, amount: str, *words: str) -> Operation:
        first, last, *options = words
        named = dict(pairwise(options))
        return OpenSellerBudget(
            budget, part, "seller", "campaign", parse_amount(amount), date.fromisoformat(first),
            date.fromisoformat(last), named.get("in", "UTC"), "suspended" in options,
            parse_amount(named.get("minimum", "0")),
        )  # fmt: skip

    def _change(self, budget: str, *options: str) -> Operation:
        named = dict(pairwise(options))
        days = {key: date.fromisoformat(named[key]) for key in ("from", "to") if key in named}
        suspended = {"suspend": True, "resume": False}
        [part] = [item.id for item in self.book.allocations_of(budget)]
        return ChangeSellerBudget(
            budget, part, parse_amount(named["amount"]) if "amount" in named else None,
            days.get("from"), days.get("to"),
            next((value for word, value in suspended.items() if word in options), None),
            parse_amount(named.get("minimum", "0")),
        )  # fmt: skip

    def _reserve(self, allocation: str, name: str, amount: str, *words: str) -> Operation:
        expires_at = parse_instant(words[1], "until") if words else None
        return Reserve(
            self._owner(allocation), allocation, name, Direction.DEBIT, parse_amount(amount),
            "test", "", "buyer@example.com", expires_at,
        )  # fmt: skip

    def _pace(self, name: str) -> str:
        budget, position = self.book.budgets.values[name], self.book.budget_positions.values[name]
        pace = pace_of(budget, position, self.now)
        assert pace is not None
        figures = (pace.allowance, pace.spent, pace.remaining, pace.ahead)
        reason = [] if pace.stopped_by is None else [pace.stopped_by.value]
        return " ".join([*map(amount_text, figures), *reason])

    def _plan(self, name: str) -> str:
        budget, position = self.book.budgets.values[name], self.book.budget_positions.values[name]
        days = daily_plan(budget, position, self.book.entries, self.now)
        return ", ".join(
            f"{item.day} {amount_text(item.allowance)} "
            + ("?" if item.spent is None else amount_text(item.spent))
            for item in days
        )

    def _window(self, name: str) -> str:
        return " ".join(map(str, first_and_last_day(self.book.budgets.values[name])))


def seller_cases(name: str) -> list[Any]:
    """The cases of a table as parameters: the lines of each."""
    return event_cases(f"sellers/{name}")


def run_seller_events(lines: list[str]) -> None:
    """That each line ends as it says, and that the books add up afterwards."""
    run_events(lines, SellerEvents())
