"""An expression becomes its tree, and a node knows where it was written."""

from __future__ import annotations

import pytest

from placet.jsonata import nodes as n
from placet.jsonata.parser.parse import parse
from support.jsonata.trees import cases, dump


@pytest.mark.parametrize(("source", "tree"), cases("parser.yaml"))
def test_an_expression_becomes_its_tree(source: str, tree: str) -> None:
    assert dump(parse(source)) == tree


@pytest.mark.parametrize(
    ("source", "kind", "text", "position"),
    [
        ("1 + foo.bar", n.Path, "foo.bar", 8),
        ("1 + a[0]", n.Path, "a[0]", 5),
        ("1 + $f(2, 3)", n.Call, "$f(2, 3)", 7),
        ("1 + $x[0]{'k': 1}", n.Variable, "$x[0]{'k': 1}", 6),
        ("1 + (2 * 3)", n.Block, "(2 * 3)", 5),
        ("1 + -a", n.Negate, "-a", 5),
        ("1 + -5", n.Literal, "-5", 6),
        ("1 + [1, 2]", n.ArrayConstructor, "[1, 2]", 5),
        ("1 + function($x){ $x }", n.Lambda, "function($x){ $x }", 13),
        ("1 + |a|{}|", n.Transform, "|a|{}|", 5),
        ("1 + a^(b, >c)", n.Binary, "1 + a", 3),
    ],
)
def test_a_node_knows_its_source_text_and_position(
    source: str, kind: type[n.Node], text: str, position: int
) -> None:
    root = parse(source)
    node = root.right if isinstance(root, n.Binary) else root
    if isinstance(root, n.Path):
        node = root.steps[0].node
    assert isinstance(node, kind)
    assert (source[node.start : node.end], node.position) == (text, position)
