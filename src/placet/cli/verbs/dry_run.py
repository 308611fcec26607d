"""`placet dry-run`: what a rule file would decide, rule by rule."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from placet.cli.command import AtTime, Json, command_app, examples
from placet.cli.configuration import load_settings
from placet.cli.dry_run_many import dry_run_many
from placet.cli.learning import learn_beside, learn_from
from placet.cli.moments import moment
from placet.cli.orders import one_order
from placet.cli.output import OUTCOME_STYLES, console, print_json, printable_lines, table
from placet.cli.rule_files import load_valid
from placet.errors import InvalidRequest
from placet.kit.log_lines import printable
from placet.orders.core.submission import Submission
from placet.orders.service.in_process import Rules, decision_document
from placet.policies.core.evaluation import Timing
from placet.policies.core.hazards import Shape
from placet.policies.core.trace import Decision, DimensionTrace, RuleTrace

app = command_app()


@app.command(
    "dry-run",
    epilog=examples(
        "placet dry-run rules.yaml --order order.json",
        "placet dry-run rules.yaml --order order.json --unit plant-4 --at 2026-12-24 --json",
        "placet dry-run rules.yaml --orders orders.ndjson",
        "placet dry-run rules.yaml --orders - --json < orders.ndjson | jq .outcome",
        closing="An order is the order document, or a whole submission as the API takes it: "
        '{"order": {...}, "unitId": "..."}. --json prints {"orderId", "unitId", "outcome", '
        '"reason", "dimensionId", "ruleId", "dimensions"}, with --orders one line per order '
        'that begins with "line", and {"line", "error"} for one that cannot be read or that the '
        "server would refuse, as it does without a unit where the file has units. Exit codes: "
        "0 decided, whatever the outcome; 2 bad input.",
    ),
)
def dry_run(
    rule_file: Annotated[str, typer.Argument(metavar="RULEFILE", help="The rule file.")],
    *,
    order: Annotated[
        str | None, typer.Option("--order", metavar="FILE", help="One order; `-` for stdin.")
    ] = None,
    orders: Annotated[
        str | None,
        typer.Option("--orders", metavar="FILE", help="Many orders, one per line; `-` for stdin."),
    ] = None,
    unit: Annotated[
        str | None,
        typer.Option("--unit", metavar="ID", help="The buyer's unit, where the order names none."),
    ] = None,
    at: AtTime = None,
    json: Json = False,
) -> None:
    """Decide orders by a rule file, without a server.

    The rules, limits and decisions are those of the server. Nothing is stored.
    """
    if (order is None) == (orders is None):
        raise InvalidRequest("give either --order with one order or --orders with many")
    if rule_file == "-" and "-" in (order, orders):
        raise InvalidRequest("only one of the two files can be standard input")
    settings = load_settings()
    now = moment(at)
    submission = None if order is None else _order(order, unit, settings.max_body_bytes)
    file, _ = load_valid(rule_file, _known_orders(rule_file, submission, orders))
    if isinstance(submission, InvalidRequest):
        raise submission
    timing = Timing(settings.rule_timeout_ms, settings.decision_timeout_ms)
    rules = Rules(file, timing=timing)
    if submission is None:
        dry_run_many(rules, now, orders or "-", unit, limit=settings.max_body_bytes, json=json)
        return
    decision = rules.decide_submission(submission, now)
    if json:
        print_json(decision_document(submission, decision), indent=2)
    else:
        out = console()
        _show(out, submission, decision)
        for name, failure in rules.failures(submission, decision, now):
            out.print(f"\n{printable(name)}\n{printable_lines(failure)}")


def _order(name: str, unit: str | None, limit: int) -> Submission | InvalidRequest:
    """The order, or what is wrong with it, which is told after what is wrong with the rules."""
    try:
        return one_order(name, unit, limit)
    except InvalidRequest as error:
        return error


def _known_orders(
    rule_file: str, submission: Submission | InvalidRequest | None, orders: str | None
) -> Shape | None:
    """What the orders to decide look like, as far as they can be read beforehand."""
    if isinstance(submission, Submission):
        return learn_beside(rule_file, submission.order)
    if orders is None or orders == "-":
        return None
    try:
        return learn_from([orders])[0]
    except InvalidRequest:
        return None  # told for each line when it is decided


def _show(out: Console, submission: Submission, decision: Decision) -> None:
    style = f"bold {OUTCOME_STYLES[decision.outcome]}"
    out.print(Text.assemble("order    ", printable(submission.order_id)))
    out.print(Text.assemble("outcome  ", (decision.outcome, style)))
    out.print(Text.assemble("reason   ", printable(decision.reason)))
    if not decision.dimensions:
        return
    out.print()
    rows = [_row(item, rule) for item in decision.dimensions for rule in item.rules]
    table(out, ["dimension", "rule", "effect", "fired", "status", "why"], rows)


def _row(dimension: DimensionTrace, rule: RuleTrace) -> list[str | Text]:
    label = f"{dimension.title} (simulated)" if dimension.simulated else dimension.title
    style = OUTCOME_STYLES.get(rule.status or "", "")
    return [
        label,
        rule.name,
        rule.effect.word,
        rule.result or "not reached",
        Text(rule.status or "", style),
        _why(dimension, rule),
    ]


def _why(dimension: DimensionTrace, rule: RuleTrace) -> str:
    if rule.error is not None:
        review = " (manual review)" if rule.review else ""
        return f"{rule.error.code}: {rule.error.message}{review}"
    if rule.skipped is not None:
        return dimension.skipped or rule.skipped
    return " and ".join(rule.evidence)
