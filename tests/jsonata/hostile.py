"""Hostile expressions, made of every built-in and every form of the language.

Arguments are chosen by the signatures in the registry, so that a new built-in takes part at once.
As a script it looks for expressions that pass their bounds, far longer than the tests do:
`python tests/jsonata/hostile.py --count 5000 --time-ms 100 --seed 7`.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator

from placet.jsonata.functions.registry import BUILTINS
from placet.jsonata.runtime.signature import Parameter
from support.bounded import Job, Outcome, measured
from support.orders.hostile import ORDERS

MEBIBYTES = 256.0
FACTOR = 1.5
# Giving back what was made takes a while after the limit has been noticed.
MARGIN_SECONDS = 0.05

TEXTS = [
    "'abc'",
    "name",
    "$string(items)",
    "$pad('x', 999999)",
    "$pad('', 999999, 'a1 ')",
    "$pad('', 999999, 'é')",
    "$pad('', 900000, 'a\N{GRINNING FACE},b')",
    "$pad('', 300000, '%41')",
    "$join($map([1..100000], $string), ',')",
    "$base64encode($pad('', 700000, 'xyz'))",
    "items.name",
]
SMALL_TEXTS = [
    "''",
    "','",
    "'a'",
    "' '",
    "'[Y0001]-[M01]-[D01]'",
    "'#,##0.00'",
    "'w'",
    "'I'",
    "'x'",
]
NUMBERS = ["0", "1", "-1", "2.5", "1e300", "999999", "$count(items)", "1000000", "-999999"]
ARRAYS = [
    "[1..1000000]",
    "[1..100000]",
    "items",
    "items.price",
    "items.name",
    "[1..200000].$string()",
    "[1..300000].($ * 1.5)",
    "[1..100000].{'k': $}",
    "[1..1000].[[1..1000]]",
    "$split($pad('', 999999, 'ab,'), ',')",
    "$map([1..100000], function($i){[$i, $i]})",
    "$map([1..1000], function($i){$pad('y', 5000)})",
]
OBJECTS = [
    "$",
    "[1..200000]{$string($): $}",
    "$merge([1..100000].{$string($): $})",
    "{'a': [1..1000000], 'b': items}",
    "items[0]",
    "{}",
]
FUNCTIONS = [
    "function($v){$v}",
    "function($v, $k){$string($v) & $k}",
    "function($a, $b){$append($a, $b)}",
    "function($a, $b){$a & $b}",
    "function($v){[$v, $v]}",
    "function($v){{'v': $v, 'w': [$v]}}",
    "function($l, $r){$string($l) > $string($r)}",
    "function($v){function(){$v}}",
    "$string",
    "/a+/",
    "/(a|b|,)*/",
    "/[^x]/",
    "/((a)|(b)|(\\d))+/i",
]
BY_LETTER = {
    "s": TEXTS + SMALL_TEXTS,
    "n": NUMBERS,
    "b": ["true", "false"],
    "o": OBJECTS,
    "a": ARRAYS,
    "f": FUNCTIONS,
    "l": ["null"],
}
# `C` is a call with its arguments, `V` a value, `F` a built-in applied to `$s` and small arguments.
FORMS = [
    "C",
    "[1..1000000].(C)",
    "[1..1000000][C]",
    "[1..1000000][$boolean(C)]",
    "($v := V; [1..1000000][$contains($string($v), 'yyyy')])",
    "($v := V; [1..1000000].($v & $))",
    "($v := V; $w := V; [1..1000000][$v = $w])",
    "($v := V; $w := V; [1..1000000].[$v, $w, C])",
    "$map([1..1000000], function($i){C})",
    "$filter([1..1000000], function($i){C})",
    "($v := V; $map([1..1000], function($i){$map([1..1000], function($j){[$v, $i & $j]})}))",
    "$reduce([1..60], function($s, $n){F}, V)",
    "$reduce([1..1000000], function($s, $n){F}, V)",
    "$reduce([1..40], function($s, $n){$s & $s}, V)",
    "$reduce([1..40], function($s, $n){[$s, $s]}, V)",
    "$reduce([1..40], function($s, $n){{'a': $s, 'b': $s}}, V) ~> $string",
    "$reduce([1..100000], function($s, $n){$append($s, C)}, [])",
    "[1..1000000]{$string($): C}",
    "[1..1000000]{$string($ % 7): [$, C]}",
    "[1..1000000]^(C)",
    "[1..1000000]^(>$string($))",
    "$sort([1..1000000], function($a, $b){$string(C) > $string($b)})",
    "[" + ", ".join(["C"] * 20) + "]",
    "{" + ", ".join(f"'k{n}': C" for n in range(20)) + "}",
    "(" + "; ".join(f"$v{n} := C" for n in range(20)) + ")",
    "items@$a.items@$b.{'x': $a, 'y': $b, 'z': C}",
    "items#$i.items#$j[$i = $j]",
    "items.tags.%.name",
    "items.(items.%.%)",
    "$ ~> |**|{'a': C}|",
    "V ~> |$|{'a': V, 'b': C}, ['c']|",
    "[1..100000].($$ ~> |items|{'a': 1}|)",
    "($f := function($x, $n){$n = 0 ? $x : $f([$x, C], $n - 1)}; $f(V, 100000))",
    "($f := function($x){[$f($x), $f(C)]}; $f(V))",
    "($f := function($x, $n){$n = 0 ? $x : $f(function(){$x}, $n - 1)}; $f(V, 1000000))",
    "($f := function($n){$n = 0 ? C : $f($n - 1) & $string(C)}; $f(400))",
    "$map([1..1000000], function($i){function($j){$i + $j}})",
    "[1..1000000].(function($x){$x}(C))",
    "[1..1000000].$spread({'a': $, 'b': C})",
    "**.**.**",
    "*.*.(C)",
    "$string(**)",
    "[V, V].*",
    "[[V, V], [V, V]] = [[V, V], [V, V]]",
    "V in [1..1000000].$string()",
    "$eval('[1..1000000].(' & '$string($)' & ')')",
    "$map([1..1000], function($i){$eval('$count([1..1000]) + ' & $i)})",
    "V ~> $string ~> $length",
    "$error(V)",
    "$assert(false, V)",
    "V[0].V",
    "V.V",
    "$number(V)",
    "(V) & (V) & (V)",
    "V < V",
    "[V..V]",
]


class Maker:
    """Makes expressions by a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def call(self, name: str, *, first: str | None = None) -> str:
        """A call of a built-in; `first` is its first argument."""
        arguments = [] if first is None else [first]
        for parameter in BUILTINS[name].signature.parameters[len(arguments) :]:
            if parameter.optional and self.random.random() < 0.4:
                break
            arguments.append(self.argument(parameter))
            if parameter.repeated:
                arguments.append(self.argument(parameter))
        return f"${name}({', '.join(arguments)})"

    def argument(self, parameter: Parameter) -> str:
        """A value of the parameter's type, most often a large one."""
        letters = [letter for letter in parameter.accepts if letter in BY_LETTER]
        wanted = parameter.type if parameter.type in BY_LETTER else self.random.choice(letters)
        choices = BY_LETTER[wanted]
        if wanted == "a" and parameter.subtype in {"s", "n", "o"}:
            choices = [text for text in choices if text != "[1..1000].[[1..1000]]"]
        return self.random.choice(choices)

    def value(self) -> str:
        """Any large value."""
        return self.random.choice([*TEXTS, *ARRAYS, *OBJECTS])

    def expression(self, name: str) -> str:
        """A hostile expression around one built-in."""
        form = self.random.choice(FORMS)
        call = self.call(name)
        if self.random.random() < 0.3:
            call = self.call(name, first=self.random.choice(["$", "$string($)", "[$, $]"]))
        made = form.replace("C", "\0").replace("F", "\1")
        while "V" in made:
            made = made.replace("V", self.value(), 1)
        return made.replace("\0", call).replace("\1", self.call(name, first="$s"))

    def jobs(self, rounds: int, time_ms: float, *, explain: bool = False) -> Iterator[Job]:
        """So many expressions for each built-in, over orders of all kinds."""
        for _ in range(rounds):
            for name in sorted(BUILTINS):
                order = self.random.choice([*ORDERS, "usual", "usual", "usual"])
                yield Job(self.expression(name), order, time_ms, explain)


def passed_bound(job: Job, outcome: Outcome) -> bool:
    """Whether an evaluation took more of time or memory than it may."""
    too_long = outcome.seconds > FACTOR * job.time_ms / 1000 + MARGIN_SECONDS
    odd = outcome.code.startswith("died") or outcome.code.endswith("Error")
    return too_long or odd or outcome.mebibytes > MEBIBYTES


def main() -> None:
    """Look for expressions that pass their bounds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--time-ms", type=float, default=100.0)
    parser.add_argument("--explain", action="store_true")
    options = parser.parse_args()
    rounds = options.count // len(BUILTINS) + 1
    jobs = Maker(options.seed).jobs(rounds, options.time_ms, explain=options.explain)
    codes: dict[str, int] = {}
    for number, (job, outcome) in enumerate(measured(jobs)):
        codes[outcome.code] = codes.get(outcome.code, 0) + 1
        if passed_bound(job, outcome):
            print(f"{number} {job.order!r} {outcome.code} {outcome.message}")
            print(f"  {outcome.seconds:.3f} s, {outcome.mebibytes:.0f} MiB: {job.expression}")
    print(codes)


if __name__ == "__main__":
    main()
