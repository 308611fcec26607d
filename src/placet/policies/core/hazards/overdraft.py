"""The usual rule on budgets, and what it does not see."""

from __future__ import annotations

from collections.abc import Iterator

from placet.jsonata import nodes as n
from placet.jsonata.recognition import calls
from placet.policies.core.hazards.model import Hazard
from placet.policies.core.hazards.scan import Scan
from placet.policies.core.hazards.uses import use_of

__all__ = ["check_budgets"]


def check_budgets(scan: Scan, node: n.Node) -> Iterator[Hazard]:
    """`$exists(budgetData.budgets.**.allocations[balance.remaining < 0])`, alone.

    The allocations of a budget may add up to more than it has; then it can be overdrawn while none
    of them is. Whoever reads the budget's own balance as well has thought of that.
    """
    call = calls(node, "exists")
    if call is None or len(call.arguments) != 1:
        return
    path = call.arguments[0]
    if not isinstance(path, n.Path) or not _leads_to_allocations(path):
        return
    last = path.steps[-1]
    stages = [stage for stage in last.stages if isinstance(stage, n.Filter)]
    if len(stages) != 1 or len(last.stages) != 1:
        return
    test = stages[0].expression
    if not _is_of_remaining(scan, test) or scan.known("own balance", _reads_own_balance):
        return
    message = (
        "this looks at each allocation alone: where the allocations of a budget add up to more "
        "than it has, the budget itself can be overdrawn while none of them is"
    )
    written = scan.text(test)
    start = scan.text(path.steps[0].node)
    prefix = scan.source[path.start : path.steps[0].node.start] if _is_named(path) else "$$."
    root = f"{prefix}{start}" if _is_named(path) else "$$.budgetData"
    both = f"$exists({root}.budgets[{written}]) or $exists({root}.budgets.allocations[{written}])"
    parent = scan.parents[node]
    alone = parent is None or (isinstance(parent, n.Binary) and parent.operator == "or")
    truth = use_of(scan, node).kind == "truth"
    change = both if alone else f"({both})"
    yield scan.hazard("H23", node, message, change if truth else None)


def _names(path: n.Path) -> list[str]:
    names = []
    for step in path.steps:
        match step.node:
            case n.Name(value=value):
                names.append(value)
            case n.Descendant():
                names.append("**")
            case n.Wildcard():
                names.append("*")
            case n.Variable(name=name) if name in {"", "$"}:
                continue
            case _:
                names.append("")
    return names


def _is_named(path: n.Path) -> bool:
    return isinstance(path.steps[0].node, n.Name)


def _leads_to_allocations(path: n.Path) -> bool:
    names = _names(path)
    plain = [name for name in names if name != "**"]
    if plain != ["budgetData", "budgets", "allocations"]:
        return False
    return not any(step.stages or step.tuples for step in path.steps[:-1])


def _is_of_remaining(scan: Scan, test: n.Node) -> bool:
    """Whether a predicate is about the balance alone, which budgets have as well."""
    reads = [_names(part) for part in scan.inside(test) if isinstance(part, n.Path)]
    paths = [names for names in reads if names]
    return ["balance", "remaining"] in paths and all(names[:1] == ["balance"] for names in paths)


def _reads_own_balance(scan: Scan) -> bool:
    """Whether the expression looks at a budget's own balance, or at its flag."""
    own = {("budgetData", "budgets", "balance"), ("budgetData", "budgets", "overAllocated")}
    return any(
        tuple(part for part in scan.fact(node).path or () if part not in {"*", "**"}) in own
        for node in scan.nodes
        if isinstance(node, n.Name)
    )
