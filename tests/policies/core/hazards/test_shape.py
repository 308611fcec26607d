"""What orders look like, as far as a sample, a schema and the orders at hand tell."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.policies.core.hazards.shape import Shape, learn, shape_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=20,
)


def covers(shape: Shape, value: Any) -> bool:
    """Whether a value is of this shape."""
    kinds = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}
    if kinds.get(type(value), "number") not in shape.kinds:
        return False
    if isinstance(value, dict):
        return all(
            name in shape.fields and covers(shape.fields[name], part)
            for name, part in value.items()
        )
    if isinstance(value, list):
        return shape.items is not None and all(covers(shape.items, part) for part in value)
    return True


@given(orders=st.lists(JSON, min_size=1, max_size=5))
def test_every_order_is_of_the_shape_that_is_learnt_from_all(orders: list[Any]) -> None:
    shape = learn(orders)
    assert shape is not None
    assert all(not isinstance(order, list) or shape.items for order in orders if order != [])
    assert all(covers(shape, order) for order in orders)
    assert (shape.samples, shape.learnt) == (len(orders), shape.complete)


def test_nothing_is_known_of_no_orders() -> None:
    assert learn([]) is None
    assert shape_of(None, None) is None


def test_texts_and_fractions_are_remembered_up_to_a_bound() -> None:
    shape = learn([{"a": "x", "b": 1.5}, {"a": "x"}, {"a": "y"}])
    assert shape is not None
    assert dict(shape.fields["a"].texts) == {"x": 2, "y": 1}
    assert shape.fields["b"].fractions
    many = learn([{"a": str(number)} for number in range(1_000)])
    assert many is not None
    assert not many.fields["a"].learnt
    assert len(many.fields["a"].texts) < 1_000


def test_what_may_have_more_is_not_all_there_is() -> None:
    shape = learn([{"a": [{"b": 1}]}])
    assert shape is not None
    shape.may_have_more()
    inner = shape.fields["a"].items
    assert inner is not None
    assert not any(part.learnt for part in (shape, shape.fields["a"], inner, inner.fields["b"]))


@pytest.mark.parametrize(
    ("schema", "kinds"),
    [
        ({"type": "integer"}, {"number"}),
        ({"type": ["string", "null"]}, {"string", "null"}),
        ({"enum": ["a", 1, None]}, {"string", "number", "null"}),
        ({"const": True}, {"boolean"}),
        ({"properties": {}}, {"object"}),
        ({"items": {}}, {"array"}),
        ({"anyOf": [{"type": "string"}, {"type": "array"}]}, {"string", "array"}),
        ({"$ref": "#/$defs/x", "$defs": {"x": {"type": "object"}}}, {"object"}),
        ({"$ref": "#/nowhere"}, set()),
        (True, set()),
    ],
)
def test_a_schema_tells_the_kinds(schema: Any, kinds: set[str]) -> None:
    shape = shape_of(None, schema)
    assert shape is not None
    assert shape.kinds == kinds


def test_a_schema_that_refers_to_itself_ends() -> None:
    node = {"properties": {"below": {"$ref": "#/$defs/node"}, "name": {"type": "string"}}}
    shape = shape_of(None, {"$ref": "#/$defs/node", "$defs": {"node": node}})
    assert shape is not None
    deep = shape.fields["below"].fields["below"].fields["name"]
    assert deep.kinds == {"string"}
