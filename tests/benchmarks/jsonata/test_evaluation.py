"""Evaluation speed next to other engines and to hand-written Python, in one interleaved run.

`pytest tests/benchmarks/jsonata` prints microseconds of CPU time per evaluation: the expression
compiled, the order a ready dict. Node's engine joins in where there is a `node` and
PLACET_NODE_JSONATA names the folder of its package.
"""

from __future__ import annotations

import pytest

from benchmarks.jsonata.engines import RULES, SIZES, VARIED, order_of, peers, placet_engine
from benchmarks.jsonata.floor import FLOOR
from benchmarks.jsonata.measuring import geometric_mean, interleaved
from benchmarks.jsonata.node import measure_node
from placet.jsonata import Limits

LIMITS = Limits()
Table = list[dict[str, float]]


def shown(title: str, sources: list[str], table: Table, base: str = "placet") -> str:
    """The table as text: one line per expression, geometric means, and ratios to `base`."""
    names = list(table[0])
    lines = [title, " ".join(f"{name:>11}" for name in names)]
    for source, row in zip(sources, table, strict=True):
        lines.append(" ".join(f"{row[name]:11.3f}" for name in names) + "  " + source[:60])
    means = {name: geometric_mean([row[name] for row in table]) for name in names}
    lines.append(" ".join(f"{means[name]:11.3f}" for name in names) + "  geometric mean")
    lines.append(
        " ".join(f"{means[name] / means[base]:11.2f}" for name in names) + f"  times {base}"
    )
    return "\n".join(lines)


def best_peer(row: dict[str, float]) -> float:
    return min(row[name] for name in row if name in peers())


def summary(sources: list[str], table: Table) -> str:
    """How Placet does against the best peer: of all expressions, and of each."""
    if not peers():
        return "no other engine is installed: pip install --group bench"
    means = {name: geometric_mean([row[name] for row in table]) for name in table[0]}
    slower = [
        source for source, row in zip(sources, table, strict=True) if row["placet"] > best_peer(row)
    ]
    ratio = best_peer(means) / means["placet"]
    text = f"{ratio:.2f} times as fast as the fastest engine; slower than one on {len(slower)}"
    return "\n  ".join([text, *slower])


@pytest.mark.parametrize("size", SIZES)
def test_rules(size: int, capsys: pytest.CaptureFixture[str]) -> None:
    order = order_of(size)
    table: Table = []
    for source, floor in zip(RULES, FLOOR, strict=True):
        ways = {
            "placet": placet_engine(source),
            **{name: make(source) for name, make in peers().items()},
        }
        assert ways["placet"](order) == floor(order), source
        table.append(interleaved({**ways, "floor": floor}, order))
    for row, taken in zip(
        table, measure_node([(source, order) for source in RULES]) or [], strict=False
    ):
        row["node"] = taken
    with capsys.disabled():
        print("\n" + shown(f"{size} items, microseconds", RULES, table))
        print(summary(RULES, table))


@pytest.mark.parametrize("size", SIZES)
def test_varied_expressions(size: int, capsys: pytest.CaptureFixture[str]) -> None:
    order = order_of(size)
    table: Table = []
    for source in VARIED:
        ways = {
            "placet": placet_engine(source),
            **{name: make(source) for name, make in peers().items()},
        }
        table.append(interleaved(ways, order))
    with capsys.disabled():
        print("\n" + shown(f"varied expressions, {size} items, microseconds", VARIED, table))
        print(summary(VARIED, table))
    assert len(table) == len(VARIED)


def test_cost_of_limits(capsys: pytest.CaptureFixture[str]) -> None:
    """A call that names its limits against one that leaves them at their defaults."""
    order = order_of(30)
    table: Table = []
    for source in RULES:
        evaluate = placet_engine(source)
        ways = {
            "placet": evaluate,
            "limited": lambda order, evaluate=evaluate: evaluate(order, None, LIMITS),
        }
        plain = {"called": lambda order, evaluate=evaluate: evaluate(order, None, None)}
        table.append(interleaved({**ways, **plain}, order))
    with capsys.disabled():
        print("\n" + shown("cost of limits, microseconds", RULES, table, "called"))
    assert len(table) == len(RULES)
