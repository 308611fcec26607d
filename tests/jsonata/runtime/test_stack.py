"""Recursion goes on where there is room, whatever stack its caller stands on."""

from __future__ import annotations

import sys
import threading

import pytest

from placet.jsonata.runtime.stack import on_fresh_stack


def depth() -> int:
    frame, count = sys._getframe(), 0
    while frame.f_back is not None:
        frame, count = frame.f_back, count + 1
    return count


def deep(levels: int) -> int:
    return on_fresh_stack(depth) if levels == 0 else deep(levels - 1)


def test_how_deep_the_caller_stands_makes_no_difference() -> None:
    assert deep(0) == deep(200) < 20


def test_what_is_raised_there_is_raised_here() -> None:
    with pytest.raises(ZeroDivisionError):
        on_fresh_stack(lambda number: 1 // number, 0)


def test_the_thread_is_gone_afterwards() -> None:
    before = threading.active_count()
    assert on_fresh_stack(threading.get_ident) != threading.get_ident()
    assert threading.active_count() == before
