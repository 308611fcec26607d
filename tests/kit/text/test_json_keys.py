"""A key that comes twice in a JSON object, however it is written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json, to_json

from placet.kit.text.json_keys import duplicate_key


def found(text: str) -> str | None:
    content = text.encode()
    return duplicate_key(content, to_json(from_json(content, allow_inf_nan=False)))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a":1,"a":1}', "the key `a` comes twice in one object, in line 1, column 8"),
        (
            '{"a" : 1,\n "b":[{"x":1,\n"x" :2}]}',
            "`x` comes twice in one object, in line 3,",
        ),
        ('{"a":1,"\\u0061":2}', "`a` comes twice"),
        ('{"a":{},"a":null}', "`a` comes twice"),
        ('{"a":1,"a":":"}', "`a` comes twice"),
        ('{"a":1,"b":"\\u003a","a":1}', "`a` comes twice"),
        ('{"a":1,"b":"\\u003A","a":1}', "`a` comes twice"),
        ('{"":1,"":2}', "`` comes twice"),
        ('{"a\\"b":1,"a\\u0022b":2}', '`a"b` comes twice'),
        ("[" * 150 + '{"k":1,"k":1}' + "]" * 150, "`k` comes twice in one object"),
    ],
)
def test_it_is_found(text: str, words: str) -> None:
    assert words in (found(text) or "")


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]}',
        '{"a":"\\"a\\": : \\u003a","b":"{\\"a\\":1,\\"a\\":2}"}',
        '{"A":1,"a":2}',
        '"a:a"',
        "[1, 2e5, true, null]",
        "{}",
    ],
)
def test_nothing_else_is_taken_for_one(text: str) -> None:
    assert found(text) is None


_KEYS = st.sampled_from(["a", "b", ":", '"', '":', "\\", "\\u003a", "é", " ", "\n"])
_PLAIN = st.none() | st.booleans() | st.integers() | _KEYS
_PAIRS = st.recursive(
    _PLAIN,
    lambda inner: (
        st.lists(inner, max_size=3) | st.lists(st.tuples(_KEYS, inner), max_size=4).map(tuple)
    ),
    max_leaves=12,
)


def _written(value: Any, draw: Any) -> str:
    """JSON text with the freedom that writers have; a tuple of pairs is an object."""
    if isinstance(value, tuple):
        space = draw(st.sampled_from(["", " ", "\n", "\t "]))
        inner = ",".join(
            f"{_written(key, draw)}{space}:{space}{_written(item, draw)}" for key, item in value
        )
        return f"{{{space}{inner}}}"
    if isinstance(value, list):
        return f"[{','.join(_written(item, draw) for item in value)}]"
    if isinstance(value, str) and draw(st.booleans()):
        return '"' + "".join(f"\\u{ord(letter):04x}" for letter in value) + '"'
    return json.dumps(value, ensure_ascii=draw(st.booleans()))


def _twice(value: Any) -> bool:
    if isinstance(value, tuple):
        keys = [key for key, _ in value]
        return len(set(keys)) < len(keys) or any(_twice(item) for _, item in value)
    return isinstance(value, list) and any(map(_twice, value))


@given(_PAIRS, st.data())
def test_it_is_found_exactly_where_there_is_one(value: Any, data: st.DataObject) -> None:
    assert (found(_written(value, data.draw)) is not None) == _twice(value)
