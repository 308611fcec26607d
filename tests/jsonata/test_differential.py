"""Every way to evaluate an expression gives the same: fast, complete, without shortcuts, explained.

`PLACET_DIFFERENTIAL_ROUNDS` sets how many expressions are generated (default 1,000, three orders
each).
"""

from __future__ import annotations

import copy
import os
from random import Random

import pytest

from jsonata.agreement import disagreements
from jsonata.generated import (
    BINDINGS,
    LANGUAGE,
    ORDER,
    REAL,
    SHOP,
    Writer,
    mutated,
    random_json,
)
from placet.jsonata import JSONataError, compile

ROUNDS = int(os.environ.get("PLACET_DIFFERENTIAL_ROUNDS", "1000"))
BATCHES = 20


@pytest.mark.parametrize("source", REAL)
def test_all_ways_agree_on_real_expressions(source: str) -> None:
    random = Random(source)
    expression = compile(source)
    assert not disagreements(expression, ORDER)
    for _ in range(25):
        order = mutated(ORDER, random)
        assert not disagreements(expression, order), order


@pytest.mark.parametrize("batch", range(BATCHES))
def test_all_ways_agree_on_generated_expressions(batch: int) -> None:
    for number in range(batch, ROUNDS, BATCHES):
        random = Random(f"differential-{number}")
        source = Writer(random).expression(random.randrange(1, 5))
        expression = compile(source)
        for _ in range(3):
            order = mutated(ORDER, random)
            before = copy.deepcopy(order)
            assert not disagreements(expression, order), (source, order)
            assert repr(order) == repr(before), f"{source} changed its input"


@pytest.mark.parametrize("batch", range(4))
def test_all_ways_agree_on_input_of_any_shape(batch: int) -> None:
    for number in range(batch, ROUNDS // 2, 4):
        random = Random(f"shapes-{number}")
        expression = compile(Writer(random, wild=False).expression(3))
        data = random_json(random)
        assert not disagreements(expression, data), (expression.source, data)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_all_ways_agree_on_the_whole_language(batch: int) -> None:
    """With variables and functions of the caller's and without, at a time that is not now."""
    for number in range(batch, ROUNDS, BATCHES):
        random = Random(f"language-{number}")
        source = Writer(random, grammar=LANGUAGE).expression(random.randrange(1, 5))
        if "$random" in source or "$shuffle" in source:
            continue
        try:
            expression = compile(source)
        except JSONataError:
            continue
        data = mutated(SHOP, random)
        for bindings in (None, BINDINGS):
            assert not disagreements(expression, data, bindings), (source, bindings, data)
