"""The tree of an evaluation: spans, values, branches not taken, errors where they arose."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from jsonata.generated import ORDER, REAL, Writer, mutated
from placet.jsonata import UNDEFINED, Explanation, Limits, compile


def entries(root: Explanation) -> Iterator[Explanation]:
    """The tree's entries, each before its parts."""
    yield root
    for child in root.children:
        yield from entries(child)


def found(root: Explanation, source: str) -> Explanation:
    """The first entry of a piece of the source."""
    return next(entry for entry in entries(root) if entry.source == source)


def test_each_operand_is_shown_with_its_value() -> None:
    root = compile("value > 100 and status = 'open'").explain({"value": 150, "status": "open"})
    assert root.value is True
    assert [(child.source, child.value) for child in root.children] == [
        ("value > 100", True),
        ("status = 'open'", True),
    ]
    assert found(root, "value").value == 150


@pytest.mark.parametrize(
    ("source", "skipped"),
    [
        ("value > 100 and status = 'x'", "status = 'x'"),
        ("value < 100 or status = 'x'", "status = 'x'"),
        ("value < 100 ? status : 'rest'", "'rest'"),
        ("value > 100 ? status : value", "status"),
        ("value ?? status", "status"),
        ("value ?: status", "status"),
    ],
)
def test_part_that_was_not_looked_at_is_marked(source: str, skipped: str) -> None:
    root = compile(source).explain({"value": 50, "status": "open"})
    assert [entry.source for entry in entries(root) if entry.skipped] == [skipped]
    assert "not evaluated" in root.render()


def test_error_stands_at_every_level_above_its_cause() -> None:
    root = compile("$sum(items.price) > 10 and status > 1").explain(
        {"items": {"price": 11}, "status": "x"}
    )
    assert root.error is not None
    assert root.error.code == "T2009"
    assert found(root, "$sum(items.price) > 10").value is True
    assert found(root, "status > 1").error is root.error
    assert found(root, "status").value == "x"


def test_one_entry_per_item_of_a_loop() -> None:
    root = compile("items.(price * 2)").explain({"items": [{"price": 1}, {"price": 2}]})
    assert [entry.value for entry in entries(root) if entry.source == "price * 2"] == [2, 4]


def test_whole_numbers_are_shown_as_such() -> None:
    root = compile("price * 2 > 3").explain({"price": 2.5})
    assert type(found(root, "price * 2").value) is int
    assert root.to_document()["children"][0]["value"] == 5


def test_call_in_tail_position_shows_what_it_came_to() -> None:
    root = compile("($f := function($n) { $n = 0 ? 'done' : $f($n - 1) }; $f(3))").explain(None)
    assert root.value == "done"
    calls = [
        entry.value for entry in entries(root) if entry.source == "$f($n - 1)" and not entry.skipped
    ]
    assert calls == ["done"] * 3


def test_a_large_evaluation_is_cut_and_says_so() -> None:
    root = compile("$sum([1..20000].($ + 1))").explain(None)
    assert root.value == sum(range(2, 20_002))
    assert any(entry.truncated for entry in entries(root))
    assert sum(1 for _ in entries(root)) < 20_000


def test_nothing_found_is_nothing_in_the_document() -> None:
    document = compile("missing").explain({}).to_document()
    assert document == {"kind": "path", "source": "missing", "start": 0, "end": 7}
    assert compile("missing").explain({}).render() == "missing → nothing"


def test_limit_is_an_error_of_the_root() -> None:
    root = compile("$map([1..100000], function($i) { $i })").explain(
        None, None, Limits(steps=1_000)
    )
    assert root.error is not None
    assert root.error.code == "U1001"


@pytest.mark.parametrize("source", REAL)
def test_tree_is_made_of_pieces_of_the_source(source: str) -> None:
    random = Random(source)
    for data in (ORDER, mutated(ORDER, random), {}):
        root = compile(source).explain(data, now=0)
        for entry in entries(root):
            assert entry.source == source[entry.start : entry.end]
            for child in entry.children:
                assert 0 <= child.start <= child.end <= len(source)
        assert root.render().count("\n") + 1 >= sum(1 for _ in entries(root))


def test_document_of_any_explanation_is_json() -> None:
    for number in range(300):
        random = Random(f"explain-{number}")
        root = compile(Writer(random).expression(4)).explain(mutated(ORDER, random), now=0)
        assert isinstance(json.loads(json.dumps(root.to_document())), dict)


def test_bindings_reach_the_explanation() -> None:
    root = compile("$limit > value").explain({"value": 1}, {"limit": 2})
    assert root.value is True
    assert found(root, "$limit").value == 2


def plain(value: Any) -> Any:
    """UNDEFINED as something that compares."""
    return "nothing" if value is UNDEFINED else value


@pytest.mark.parametrize("source", ["$", "$$", "1", "a", "[a]", "{'a': a}", "a[]", "[a, a]"])
def test_root_value_is_what_evaluate_returns(source: str) -> None:
    for data in (None, 1, [], [1], [[1]], {"a": [1]}, {"a": {"a": 2.0}}, UNDEFINED):
        expression = compile(source)
        assert plain(expression.explain(data).value) == plain(expression.evaluate(data))
