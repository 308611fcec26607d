"""Random expressions of the whole language by our engine and by the reference implementation."""

from __future__ import annotations

import copy
import json
import math
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

import yaml

from jsonata.agreement import NOW
from jsonata.generated import (
    BINDINGS,
    LANGUAGE,
    ORDER,
    SHOP,
    VARIABLES,
    Writer,
    mutated,
    random_json,
)
from placet.jsonata import UNDEFINED, JSONataError, Limits, compile
from placet.jsonata.runtime.values import Function

__all__ = ["FAULTS", "Case", "Difference", "broken", "cases", "differences", "known_fault"]

HERE: Final = Path(__file__).parent
SCRIPT: Final = HERE / "reference.js"
# Far above what these expressions need, so that no outcome depends on the machine.
LIMITS: Final = Limits(time_ms=60_000, depth=300)
# How many jobs one process of the reference answers, and the seconds it may take.
BATCH: Final = 100
PATIENCE: Final = 20
# Where the reference is at fault, by class: patterns that a difference has to match, and `without`
# one of what has to be cut from both outcomes to make them the same.
FAULTS: Final[dict[str, dict[str, str]]] = yaml.safe_load(
    (HERE / "known_faults.yaml").read_text("utf-8")
)


_TOKEN: Final = re.compile(
    r"""/\*.*?\*/|"[^"]*"|'[^']*'|`[^`]*`|\$*\w+|\.\.|[:!<>]=|~>|\?\?|\?:|\*\*|\s+|.""", re.DOTALL
)
_ODD_TOKENS: Final = (
    "+", ".", "[", "]", "(", ")", "{", "}", "%", "@", "#", "$", "?", ":", ";", "~>", "..", "*",
    "**", "=", "in", "and", "or", "^", "|", '"x"', "1", "-", "function", "λ", ",", "<", ">", "!",
    "&", "/", "null", ":=", "`a", "@$x", "#$y", "??", "?:",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """One expression and its input."""

    name: str
    source: str
    data: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """A case with two outcomes, as JSON texts."""

    case: Case
    ours: str
    theirs: str

    def __str__(self) -> str:
        return f"{self.case.name}: {self.case.source}\n  {self.ours:.200}\n  {self.theirs:.200}"


def cases(seed: str, start: int, count: int) -> list[Case]:
    """`count` cases of the series that a seed begins; a case's name makes it again."""
    return [_case(f"{seed}-{number}") for number in range(start, start + count)]


def broken(case: Case) -> Case:
    """The case with one or two of its tokens left out, doubled, exchanged or replaced."""
    random = Random(f"broken {case.name}")
    tokens = _TOKEN.findall(case.source)
    for _ in range(random.randrange(1, 3)):
        place = random.randrange(len(tokens))
        change = random.randrange(4)
        if change == 0 and len(tokens) > 1:
            del tokens[place]
        elif change == 1:
            tokens.insert(place, tokens[place])
        elif change == 2:
            other = random.randrange(len(tokens))
            tokens[place], tokens[other] = tokens[other], tokens[place]
        else:
            tokens[place] = random.choice(_ODD_TOKENS)
    return Case(case.name, "".join(tokens), case.data)


def _case(name: str) -> Case:
    random = Random(name)
    source = Writer(random, grammar=LANGUAGE).expression(random.randrange(1, 5))
    return Case(name, source, _data(random))


def _data(random: Random) -> Any:
    chance = random.random()
    if chance < 0.4:
        return SHOP
    if chance < 0.5:
        return [SHOP, *SHOP["items"]] if chance < 0.47 else SHOP["items"]
    if chance < 0.9:
        return _exact(mutated(SHOP, random))
    return _exact(mutated(ORDER, random) if chance < 0.97 else random_json(random))


def _exact(value: Any) -> Any:
    """The value as both sides read it: what JavaScript has for numbers and texts."""
    return json.loads(json.dumps(value), parse_int=_number) if _has_form(value) else SHOP


def _has_form(value: Any) -> bool:
    text = json.dumps(value)
    return str(10**400) not in text and '\\ud83d"' not in text


def _number(text: str) -> Any:
    value = float(text)
    return int(value) if abs(value) < 2**53 else value


def ours(case: Case) -> dict[str, Any]:
    """Our outcome, in the reference script's form."""
    data = copy.deepcopy(case.data)
    try:
        value = compile(case.source).evaluate(data, BINDINGS, LIMITS, NOW)
    except JSONataError as error:
        return {"error": error.code}
    return {"value": _written(value)}


def _written(value: Any) -> Any:
    if value is UNDEFINED:
        return {"$": "undefined"}
    if isinstance(value, Function):
        return {"$": "function"}
    if isinstance(value, list):
        return [_written(item) for item in value]
    if isinstance(value, dict):
        return {name: _written(item) for name, item in value.items()}
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return _written_number(float(value))


def _written_number(value: float) -> Any:
    if math.isfinite(value):
        return value + 0.0
    return {"$": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}


def theirs(jobs: list[Case], node: str, package: str) -> Iterator[dict[str, Any]]:
    """The reference's outcomes."""
    lines = [
        json.dumps({"source": job.source, "data": job.data, "bindings": VARIABLES, "now": NOW})
        for job in jobs
    ]
    for start in range(0, len(lines), BATCH):
        yield from _answers(lines[start : start + BATCH], [node, str(SCRIPT), package])


def _answers(lines: list[str], command: list[str]) -> Iterator[dict[str, Any]]:
    """The answers to some jobs. One at which the reference never ends is begun behind again."""
    while lines:
        answered = _run("\n".join(lines), command)
        for line in answered:
            found = json.loads(line, parse_int=float)
            found.pop("message", None)
            yield found
        if len(answered) < len(lines):
            yield {"error": "endless"}
        lines = lines[len(answered) + 1 :]


def _run(text: str, command: list[str]) -> list[str]:
    try:
        done = subprocess.run(
            command, input=text.encode(), capture_output=True, timeout=PATIENCE, check=True
        )
        output = done.stdout
    except subprocess.TimeoutExpired as late:
        # of what it was writing, only whole lines are answers
        output = (late.stdout or b"").rpartition(b"\n")[0]
    return output.decode().splitlines()


def differences(jobs: list[Case], node: str, package: str) -> list[Difference]:
    """All cases whose outcomes differ."""
    found = []
    for case, expected in zip(jobs, theirs(jobs, node, package), strict=True):
        answer = ours(case)
        if _text(answer) != _text(expected):
            found.append(Difference(case, _text(answer), _text(expected)))
    return found


def _text(outcome: dict[str, Any]) -> str:
    return json.dumps(outcome, sort_keys=True).replace("-0.0,", "0.0,")


def known_fault(difference: Difference) -> str | None:
    """The class of known faults of the reference that a difference belongs to."""
    for name, fault in FAULTS.items():
        parts = (
            ("source", difference.case.source),
            ("ours", difference.ours),
            ("theirs", difference.theirs),
            ("input", json.dumps(difference.case.data)),
        )
        if not all(part not in fault or re.search(fault[part], text) for part, text in parts):
            continue
        without = fault.get("without")
        if without and _cut(without, difference.ours) != _cut(without, difference.theirs):
            continue
        return name
    return None


def _cut(pattern: str, text: str) -> str:
    return re.sub(pattern, "", text)
