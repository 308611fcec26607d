"""CPU time of a few ways to do the same, taken in turns so that they share the machine's moods."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from statistics import median
from typing import Any

__all__ = ["geometric_mean", "interleaved"]

ROUNDS = 9
SLICE = 0.003


def interleaved(ways: dict[str, Callable[[Any], Any]], argument: Any) -> dict[str, float]:
    """The median microseconds of CPU time that one call of each way takes."""
    counts = {name: _count(call, argument) for name, call in ways.items()}
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, call in ways.items():
            times[name].append(_time(call, argument, counts[name]) / counts[name])
    return {name: median(taken) * 1e6 for name, taken in times.items()}


def _count(call: Callable[[Any], Any], argument: Any) -> int:
    """How many calls fill one slice."""
    count = 1
    while (taken := _time(call, argument, count)) < SLICE / 2:
        count = max(count * 2, int(count * SLICE / max(taken, 1e-6) / 2))
    return count


def _time(call: Callable[[Any], Any], argument: Any, count: int) -> float:
    repeat = range(count)
    begun = time.process_time()
    for _ in repeat:
        call(argument)
    return time.process_time() - begun


def geometric_mean(values: list[float]) -> float:
    return math.exp(sum(map(math.log, values)) / len(values))
