"""Documents that remember where everything stands."""

from __future__ import annotations

import pytest

from placet.kit.text.located import Located, Place, Problem, Severity

HERE = Place(1, 1)
NODE = Located(
    {
        "a": Located(
            [Located(1, Place(1, 5)), Located({"b": Located("x", Place(2, 3))}, HERE)], HERE
        )
    },
    HERE,
)


def test_a_document_is_plain_again_without_its_places() -> None:
    assert NODE.plain() == {"a": [1, {"b": "x"}]}


@pytest.mark.parametrize(
    ("path", "value", "whole"),
    [
        (["a", 1, "b"], "x", True),
        (["a", 0], 1, True),
        (["a", 0, "b"], 1, False),
        (["a", 9], [1, {"b": "x"}], False),
        (["z"], {"a": [1, {"b": "x"}]}, False),
        ([], {"a": [1, {"b": "x"}]}, True),
    ],
)
def test_the_deepest_value_on_a_path_is_found(
    path: list[str | int], value: object, whole: bool
) -> None:
    found, complete = NODE.find(path)
    assert (found.plain(), complete) == (value, whole)


def test_keys_lead_through_objects_and_items_through_arrays_only() -> None:
    listed = NODE.get("a")
    assert listed is not None
    assert [item.plain() for item in listed.items()] == [1, {"b": "x"}]
    assert NODE.get("a", "b") is None
    assert NODE.get("nothing", "b") is None
    assert list(NODE.items()) == []


def test_a_problem_is_told_with_its_place_and_code() -> None:
    problem = Problem("rules.yaml", 3, 7, Severity.WARNING, "no-authorizers", "nobody is listed")
    assert str(problem) == "rules.yaml:3:7: warning: nobody is listed [no-authorizers]"
    assert problem.to_document() == {
        "file": "rules.yaml", "line": 3, "column": 7, "severity": "warning",
        "code": "no-authorizers", "message": "nobody is listed",
    }  # fmt: skip
