"""Rewrites that are offered only after they were tried: searched for hazards, compiled and run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from placet.jsonata import nodes as n
from placet.jsonata.errors import JSONataError
from placet.jsonata.expression import Expression
from placet.jsonata.functions.registry import BUILTINS
from placet.jsonata.parser.parse import parse
from placet.jsonata.recognition import calls, literal
from placet.jsonata.runtime.state import Limits
from placet.jsonata.runtime.values import UNDEFINED
from placet.policies.core.hazards.model import NOTES, Hazard
from placet.policies.core.hazards.rewrites.witnesses import Witnesses
from placet.policies.core.hazards.scan import Scan
from placet.policies.core.hazards.uses import COMPARISONS, JOINS

__all__ = ["TRIAL", "Prover", "Search"]

Search = Callable[[str, n.Node], tuple[Scan | None, Sequence[Hazard]]]
_ROUNDS: Final = 5
# So many hazards inside another one are tried before its own rewrite.
_INNER: Final = 3
# With more fields than this, the witnesses meet by chance only what is asked of all of them.
_EXHAUSTED: Final = 4
# What the orders at hand lack may be in others: the rewrite of something else may keep it. So may
# it a variable that nobody knows.
_BEARABLE: Final = NOTES | {"H07", "H18", "H22"}
_NAMES: Final = frozenset({"H06", "H07", "H13", "H14", "H15", "H18", "H20", "H21"})
# What running a rewrite over orders costs, whatever its length and for each character.
TRIAL: Final = 500
_TRIAL_TEXT: Final = 4
# Loops within each other that are run: rule files may be hostile, and servers read them.
_MOST_LOOPS: Final = 3
_GROWING: Final = frozenset({"eval", "pad", "reduce"})
_LIMITS: Final = Limits(steps=20_000)
_GIVEN: Final = 5
# What asks for nothing but whether something is there.
_OF_PRESENCE: Final = ("exists", "count", "not", "boolean", "distinct", "sort", "reverse")
_PLAIN: Final = (
    n.Path, n.Name, n.Wildcard, n.Descendant, n.Parent, n.Sort, n.Literal, n.Variable, n.Block,
    n.Coalesce, n.Default,
)  # fmt: skip
_NOW: Final = 1_790_000_000_000


class Prover:
    """Proves the rewrites of one expression, as long as its effort lasts (characters looked at).

    `search` finds the hazards of a text; `original` is the expression's own scan.
    """

    def __init__(self, search: Search, original: Scan, effort: int) -> None:
        self._search = search
        self._original = original
        self._effort = effort
        self._kept = {_key(h, original.source) for h in search(original.source, original.root)[1]}
        self._mendings: dict[str, str | None] = {}
        self._tried: dict[str, bool] = {}

    def prove(self, hazards: list[Hazard]) -> list[Hazard]:
        """The hazards with their rewrites made free of all hazards, or with none."""
        return [replace(hazard, suggestion=self._proved(hazard, hazards)) for hazard in hazards]

    def _proved(self, hazard: Hazard, hazards: list[Hazard]) -> str | None:
        """Names come first, and what is wrong inside: once that is mended, this may be gone."""
        if hazard.suggestion is None:
            return None
        first = [other for other in hazards if _comes_before(other, hazard)]
        texts = [other.suggestion for other in sorted(first, key=_rank)[:_INNER]]
        if first and _rank(hazard) > _rank(min(first, key=_rank)) == 0:
            # A test whose names stand for something else is not rewritten as it is.
            texts = [other.suggestion for other in first if _rank(other) == 0]
        else:
            texts.append(hazard.suggestion)
        for text in texts:
            if text is None:
                continue
            if text not in self._mendings:
                self._mendings[text] = self.mended(text)
            if (found := self._mendings[text]) is not None:
                return found
        return None

    def mended(self, text: str) -> str | None:
        """A rewrite without hazards that was tried, None where it cannot be made so."""
        for _ in range(_ROUNDS):
            if not self._spend(len(text)):
                return None
            try:
                node = parse(text)
            except JSONataError:
                return None
            scan, found = self._search(text, node)
            left = [hazard for hazard in found if not self._bearable(hazard, text)]
            if scan is None:
                return None
            if not left:
                return text if self._holds(text, scan) else None
            following = _applied(text, left)
            if following is None:
                return None
            text = following
        return None

    def _spend(self, effort: int) -> bool:
        self._effort -= effort
        return self._effort >= 0

    def _bearable(self, hazard: Hazard, text: str) -> bool:
        if hazard.suggestion is not None and not hazard.is_note:
            return False
        return hazard.code in _BEARABLE and _key(hazard, text) in self._kept

    def _holds(self, text: str, scan: Scan) -> bool:
        if text not in self._tried:
            affordable = self._spend(TRIAL + _TRIAL_TEXT * len(text))
            self._tried[text] = affordable and _is_cheap(scan) and self._try(text, scan)
        return self._tried[text]

    def _try(self, text: str, scan: Scan) -> bool:
        """Whether the rewrite gives true for some orders, not for others, and never fails."""
        witnesses = Witnesses(scan, self._original)
        program = Expression(text, scan.root)
        if not program.analysis.is_deterministic:
            return False
        full = self._outcomes(program, witnesses.full())
        partial = self._outcomes(program, witnesses.partial())
        if full is None or partial is None:
            return False
        fired = [*full, *partial] if _asks_for_presence(scan) else full
        return not all(fired) and (any(fired) or self._may_never_fire(program, witnesses))

    def _may_never_fire(self, program: Expression, witnesses: Witnesses) -> bool:
        """Whether it is a matter of the witnesses that the rewrite fires for none of them.

        They may meet no condition of many, nor one for a computed value; and few are `null`.
        """
        if witnesses.fields > _EXHAUSTED or any(map(self._fires(program), witnesses.nulls())):
            return True
        original = Expression(self._original.source, self._original.root)
        return self._outcomes(original, witnesses.full()) is not None

    def _fires(self, program: Expression) -> Callable[[Any], bool]:
        return lambda order: any(self._outcomes(program, [order]) or ())

    def _outcomes(self, program: Expression, orders: Iterable[Any]) -> list[bool] | None:
        """Whether a rule with this expression fires for each order; None where one fails."""
        outcomes = []
        # Variables that nothing binds may be given by who evaluates.
        given = dict.fromkeys(program.analysis.variables, _GIVEN)
        for order in orders:
            try:
                value = program.evaluate(order, given, limits=_LIMITS, now=_NOW)
            except JSONataError as error:
                if error.code == "U1001":
                    # What is as slow as this for so small an order is not run again.
                    self._effort = 0
                return None
            if not isinstance(value, bool) and value is not UNDEFINED:
                return None
            outcomes.append(value is True)
        return outcomes


def _comes_before(other: Hazard, hazard: Hazard) -> bool:
    """Whether another hazard's rewrite is tried before this one's own."""
    if other.suggestion is None or other is hazard:
        return False
    within = hazard.start <= other.start and other.end <= hazard.end
    around = other.start <= hazard.start and hazard.end <= other.end
    smaller = within and other.end - other.start < hazard.end - hazard.start
    return (_rank(other) < _rank(hazard) and (smaller or around or _rank(other) == 0)) or (
        smaller and _rank(other) == _rank(hazard)
    )


def _rank(hazard: Hazard) -> int:
    """Names before all else, as what is around them is judged by what they stand for; then tests.

    What a `$not` does to missing values is asked last, when it is known to stand at its place.
    """
    return 0 if hazard.code in _NAMES else 2 if hazard.code == "H03" else 1


def _key(hazard: Hazard, source: str) -> tuple[str, str]:
    return hazard.code, source[hazard.start : hazard.end]


def _applied(text: str, hazards: Iterable[Hazard]) -> str | None:
    """The text with the first rewrite that one of its hazards offers; None where one has none."""
    rewrites = [hazard.suggestion for hazard in sorted(hazards, key=_rank)]
    if None in rewrites:
        return None
    return next((rewrite for rewrite in rewrites if rewrite != text), None)


def _is_cheap(scan: Scan) -> bool:
    """Whether running an expression over small orders is little work, whatever it says."""
    for node in scan.nodes:
        if isinstance(node, n.Range | n.Transform):
            return False
        if isinstance(node, n.Variable) and node.name in _GROWING:
            return False
        if isinstance(node, n.Lambda) and not _is_argument(scan, node):
            return False
        if _is_loop(scan, node) and _loops_around(scan, node) >= _MOST_LOOPS:
            return False
    return True


def _is_argument(scan: Scan, node: n.Lambda) -> bool:
    """Whether a function is handed to a built-in one, so that it cannot call itself."""
    call = scan.parents[node]
    known = isinstance(call, n.Call) and isinstance(call.procedure, n.Variable)
    return known and call.procedure.name in BUILTINS  # type: ignore[union-attr]


def _is_loop(scan: Scan, node: n.Node) -> bool:
    if node in scan.predicates or isinstance(node, n.Lambda | n.Sort | n.Descendant):
        return True
    return isinstance(scan.parents[node], n.Path) and isinstance(node, n.Block)


def _loops_around(scan: Scan, node: n.Node) -> int:
    count, parent = 0, scan.parents[node]
    while parent is not None:
        count += _is_loop(scan, parent)
        parent = scan.parents[parent]
    return count


def _asks_for_presence(scan: Scan) -> bool:
    """Whether all that is asked is what there is, so that orders with everything say nothing."""
    return all(_is_of_presence(node) for node in scan.nodes)


def _is_of_presence(node: n.Node) -> bool:
    if isinstance(node, n.Binary):
        either = _asks_for_any(node.left, node.right) or _asks_for_any(node.right, node.left)
        return node.operator in JOINS or (node.operator in COMPARISONS and either)
    if isinstance(node, n.Call):
        return calls(node, *_OF_PRESENCE) is not None
    return isinstance(node, _PLAIN)


def _asks_for_any(side: n.Node, other: n.Node) -> bool:
    """Whether one side is `null`, or one a number of items and the other zero."""
    constant = literal(other)
    if constant is None:
        return False
    return constant.value is None or (calls(side, "count") is not None and constant.value == 0)
