"""Recognizing common constructs in trees."""

from __future__ import annotations

from typing import TypeVar

from placet.jsonata import nodes as n

__all__ = ["calls", "chain", "literal", "unwrapped"]

_Chain = TypeVar("_Chain", n.Binary, n.Apply)


def chain(node: _Chain) -> list[_Chain]:
    """The operations of `a + b + c` from the inner to the outer one.

    Chains may be too long for recursion: the inner one's `left` and then each one's `right` are the
    operands in their order.
    """
    found = [node]
    left = node.left
    while isinstance(left, type(node)) and not left.predicates and left.group is None:
        found.append(left)
        left = left.left
    return found[::-1]


def calls(node: n.Node, *names: str) -> n.Call | None:
    """The node as a call of one of these built-in functions."""
    if not isinstance(node, n.Call) or node.predicates:
        return None
    procedure = node.procedure
    return node if isinstance(procedure, n.Variable) and procedure.name in names else None


def literal(node: n.Node) -> n.Literal | None:
    """The node as a plain literal, parentheses taken off."""
    node = unwrapped(node)
    return node if isinstance(node, n.Literal) and not node.predicates else None


def unwrapped(node: n.Node) -> n.Node:
    """The node without the parentheses around it alone."""
    while isinstance(node, n.Block) and len(node.expressions) == 1:
        if node.predicates or node.group or isinstance(node.expressions[0], n.Bind):
            break
        node = node.expressions[0]
    return node
