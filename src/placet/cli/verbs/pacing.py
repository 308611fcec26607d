"""`placet pacing`: a paced budget day by day, plan against actual."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Final

import typer
from rich.text import Text

from placet.access.service.keys import account_name
from placet.budgets.core.pacing import pace_document
from placet.cli.command import DatabaseUrl, Json, command_app, examples
from placet.cli.database import ready
from placet.cli.output import console, print_json, table
from placet.kit.ids import now_ms
from placet.kit.log_lines import printable
from placet.kit.money import amount_number, amount_text
from placet.people.core.visit import operator_of
from placet.sellers.core.daily_plan import PlannedDay
from placet.sellers.service.plan import BudgetPlan, load_plan

app = command_app()

_WIDTH: Final = 30
_SPENT: Final = "█"
_FREE: Final = "·"
_OVER: Final = "▓"
_TO_COME: Final = "░"


@app.command(
    epilog=examples(
        "placet pacing 1777593600000000 --account acme",
        "placet pacing 1777593600000000 --account acme --json",
        closing=f"One line a day. plan: what the day may spend, for a day to come if all before "
        f"are spent in full. actual: what was spent or reserved, less what came back. In the chart "
        f"{_SPENT} is spent, {_FREE} left of the plan, {_OVER} spent beyond it, {_TO_COME} to "
        "come. ahead: by how much the days before today spent more than evenly, or less (below 0).",
    )
)
def pacing(
    budget: Annotated[str, typer.Argument(metavar="BUDGET", help="The budget's id.")],
    account: Annotated[
        str, typer.Option("--account", metavar="ACCOUNT", help="Whose budget.")
    ] = "main",
    database: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """Print a paced budget's plan against what was spent, day by day."""
    account_name(account)
    plan = asyncio.run(_load(database, account, budget))
    if json:
        print_json(_document(plan))
        return
    out = console()
    out.print(_summary(plan))
    table(out, ["day", "", "plan", "actual", "chart"], _rows(plan))


async def _load(database_url: str | None, account: str, budget: str) -> BudgetPlan:
    async with ready(database_url, create=False) as database:
        return await load_plan(database, operator_of(account), budget, now_ms())


def _summary(plan: BudgetPlan) -> str:
    pace, position = plan.pace, plan.view.position
    days = "1 day" if pace.days_left == 1 else f"{pace.days_left} days"
    lines = [
        f"{printable(plan.view.budget.facts.name)}: {amount_text(position.adjustment)} of "
        f"{amount_text(position.amount)} spent or reserved, {days} left",
        f"today {pace.day} ({_zone(plan)}): {amount_text(pace.spent)} of "
        f"{amount_text(pace.allowance)}, {_course(pace.ahead)}",
    ]
    if pace.stopped_by is not None:
        lines.append(f"stopped: {pace.stopped_by}")
    return "\n".join(lines)


def _course(ahead: int) -> str:
    if ahead == 0:
        return "on plan"
    return f"{amount_text(abs(ahead))} {'ahead of' if ahead > 0 else 'behind'} plan"


def _rows(plan: BudgetPlan) -> list[list[str | Text]]:
    scale = max((max(day.allowance, day.spent or 0) for day in plan.days), default=0)
    return [
        [
            f"{item.day:%Y-%m-%d %a}",
            "today" if item.day == plan.pace.day else "",
            amount_text(item.allowance),
            "" if item.spent is None else amount_text(item.spent),
            _bar(item, scale),
        ]
        for item in plan.days
    ]


def _bar(item: PlannedDay, scale: int) -> Text:
    """The day's bar; the longest one is as wide as the chart."""
    allowed = _columns(item.allowance, scale)
    if item.spent is None:
        return Text(_TO_COME * allowed, style="dim")
    spent = _columns(item.spent, scale)
    within = min(spent, allowed)
    bar = Text(_SPENT * within, style="green")
    bar.append(_FREE * (allowed - within), style="dim")
    bar.append(_OVER * (spent - within), style="red")
    return bar


def _columns(amount: int, scale: int) -> int:
    """How wide an amount is; whatever is not nothing is seen."""
    if amount <= 0 or scale <= 0:
        return 0
    return max(1, (amount * _WIDTH + scale // 2) // scale)


def _document(plan: BudgetPlan) -> dict[str, Any]:
    return {
        "budgetId": plan.view.budget.id,
        "amount": amount_number(plan.view.position.amount),
        "pacing": pace_document(plan.pace, _zone(plan)),
        "days": [
            {
                "date": item.day.isoformat(),
                "plan": amount_number(item.allowance),
                "actual": None if item.spent is None else amount_number(item.spent),
            }
            for item in plan.days
        ],
    }


def _zone(plan: BudgetPlan) -> str:
    paced = plan.view.budget.pacing
    return "UTC" if paced is None else paced.time_zone
