"""Policies are known by what they say, in the order in which they are walked."""

from __future__ import annotations

import json

from hypothesis import given

from placet.policies.core.compiled import Policy, compile_rules
from placet.policies.core.model import Dimension
from support.policies.drawn import dimension, dimensions, policy_of, rule


@given(dimensions())
def test_a_policy_survives_its_snapshot(drawn: list[Dimension]) -> None:
    policy = policy_of(drawn)
    again = Policy.from_document(json.loads(json.dumps(policy.to_document())))
    assert again.digest == policy.digest
    assert again.to_document() == policy.to_document()


def test_equal_dimensions_share_one_compiled_policy() -> None:
    make = [dimension("d", [rule("a", "true")])]
    again = [Dimension.model_validate(make[0].to_document())]
    assert compile_rules(make) is compile_rules(again)


def test_the_digest_depends_on_the_order_of_the_walk() -> None:
    first, second = dimension("a", []), dimension("b", [])
    assert compile_rules([first, second]).digest != compile_rules([second, first]).digest
