"""YAML is read as far as JSON goes, and means what it shows."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.kit.text.located import MAX_NESTING, Place
from placet.kit.text.yaml_reader import read_yaml

TEXTS = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]))
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def value(text: str) -> object:
    found = read_yaml(text, lambda *problem: pytest.fail(str(problem)))
    assert found is not None
    return found.plain()


def problems(text: str) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    read_yaml(text, lambda place, code, _message: found.append((place.line, place.column, code)))
    return found


@given(document=DOCUMENTS)
def test_json_of_plain_characters_is_yaml(document: object) -> None:
    assert value(json.dumps(document)) == document


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: yes", {"a": "yes"}),
        ("a: NO", {"a": "NO"}),
        ("a: 2026-01-01", {"a": "2026-01-01"}),
        ("a: 12:30", {"a": "12:30"}),
        ("a: 0x1F", {"a": "0x1F"}),
        ("a: 010", {"a": 10}),
        ("a: 1e3", {"a": 1000.0}),
        ("a: .5", {"a": 0.5}),
        ("a: ~", {"a": None}),
        ("a:", {"a": None}),
        ("a: TRUE", {"a": True}),
        ("a: '1'", {"a": "1"}),
        ("- a\n- - b", ["a", ["b"]]),
        ("a: |\n  x\n  y\n", {"a": "x\ny\n"}),
        ("a: >\n  x\n  y\n", {"a": "x y\n"}),
    ],
)
def test_plain_words_mean_what_they_show(text: str, expected: object) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", (1, 1, "empty")),
        ("# nothing", (1, 1, "empty")),
        ("a: &x 1", (1, 4, "alias")),
        ("a: *x", (1, 4, "alias")),
        ("a: !!str 1", (1, 4, "tag")),
        ("a: 1\n---\nb: 2", (2, 1, "several-documents")),
        ("a: 1\na: 2", (2, 1, "duplicate-key")),
        ("a: [1, }", (1, 8, "syntax")),
        ("a: \x07", (1, 4, "syntax")),
    ],
)
def test_what_does_not_mean_what_it_shows_is_refused_in_its_place(
    text: str, problem: tuple[int, int, str]
) -> None:
    assert problems(text) == [problem]


def test_keys_and_values_know_where_they_stand() -> None:
    found = read_yaml("a:\n  - 1\n  - x\n", lambda *problem: pytest.fail(str(problem)))
    assert found is not None
    assert found.keys["a"] == Place(1, 1)
    listed = found.get("a")
    assert listed is not None
    assert [item.place for item in listed.items()] == [Place(2, 5), Place(3, 5)]


@pytest.mark.parametrize(("levels", "told"), [(MAX_NESTING, []), (MAX_NESTING + 1, ["too-deep"])])
def test_levels_are_counted(levels: int, told: list[str]) -> None:
    assert [code for *_, code in problems("[" * levels + "]" * levels)] == told
