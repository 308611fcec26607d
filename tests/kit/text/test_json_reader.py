"""JSON is read as RFC 8259 has it, and every value and key knows where it stands."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.kit.text.json_reader import read_json
from placet.kit.text.located import MAX_NESTING, Place

DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def problems(text: str) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    read_json(text, lambda place, code, _message: found.append((place.line, place.column, code)))
    return found


@given(document=DOCUMENTS, indent=st.sampled_from([None, 0, 2]), ascii_only=st.booleans())
def test_what_another_writer_wrote_is_read_back(
    document: object, indent: int | None, ascii_only: bool
) -> None:
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_only)
    found = read_json(text, lambda *problem: pytest.fail(str(problem)))
    assert found is not None
    assert found.plain() == document


def test_keys_and_values_know_where_they_stand() -> None:
    found = read_json('{\n  "a": [1,\n "x"]}', lambda *problem: pytest.fail(str(problem)))
    assert found is not None
    assert found.keys["a"] == Place(2, 3)
    listed = found.get("a")
    assert listed is not None
    assert [item.place for item in listed.items()] == [Place(2, 9), Place(3, 2)]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", (1, 1)),
        ("{", (1, 2)),
        ("[1,]", (1, 4)),
        ("[1 2]", (1, 4)),
        ("{a: 1}", (1, 2)),
        ("{'a': 1}", (1, 2)),
        ('{"a" 1}', (1, 6)),
        ("01", (1, 2)),
        ("+1", (1, 1)),
        ("NaN", (1, 1)),
        ("True", (1, 1)),
        ("1 2", (1, 3)),
        ("[1,\n  // no\n  2]", (2, 3)),
    ],
)
def test_what_only_looks_like_json_is_refused_in_its_place(
    text: str, place: tuple[int, int]
) -> None:
    [(line, column, code)] = problems(text)
    assert (line, column) == place
    assert code == "syntax"


def test_a_key_twice_is_told_and_the_first_one_stays() -> None:
    text = '{"a": 1,\n "a": 2}'
    assert problems(text) == [(2, 2, "duplicate-key")]
    found = read_json(text, lambda *_problem: None)
    assert found is not None
    assert found.plain() == {"a": 1}


@pytest.mark.parametrize(("levels", "told"), [(MAX_NESTING, []), (MAX_NESTING + 1, ["too-deep"])])
def test_levels_are_counted(levels: int, told: list[str]) -> None:
    assert [code for *_, code in problems("[" * levels + "]" * levels)] == told
