"""What a rule file's shape cannot show: bad expressions, rules out of order, unknown units.

Works on the located document, not on the models, so that one wrong field hides no other problem.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from placet.jsonata import Expression, JSONataError
from placet.kit.text.located import Located, Place, Severity
from placet.kit.text.positions import place_in
from placet.policies.core.compiled import compile_expression
from placet.policies.core.effects import EffectType
from placet.policies.core.evidence import shorten
from placet.policies.core.expressions import LONGEST_SUGGESTION, MAX_REPAIRS, advice
from placet.policies.core.hazards import EFFORT, TRIAL, Hazard, Shape, find_hazards
from placet.policies.core.hints import Hints
from placet.policies.core.model import UnitChoice

Report = Callable[..., None]

MAX_EFFORT: Final = 5 * EFFORT
_UNIT_CHOICES: Final = {
    "ordersWithoutUnit": "that name no unit",
    "unknownUnit": "of units that the account does not have",
}


@dataclass(frozen=True, slots=True)
class _RuleView:
    """What the checks need of a rule, as far as it is usable."""

    node: Located
    name: str
    effect: EffectType | None
    priority: int | None

    @property
    def priority_place(self) -> Place:
        return (self.node.get("priority") or self.node).place

    @property
    def title(self) -> str:
        effect = "" if self.effect is None else f"{self.effect.word} "
        return f"{effect}rule `{self.name}`"


class _Units:
    """The unit ids a file knows."""

    def __init__(self, listed: list[str]) -> None:
        self.listed = listed
        self.ids = frozenset(listed)
        self.hints = Hints()


def lint(document: Located, lines: list[str], report: Report, orders: Shape | None = None) -> None:
    """Report every problem between the fields of a rule file; `lines` are the file's own.

    `orders` is what was learnt from orders, by which the expressions are judged.
    `report(place, code, message, severity)` is called once per problem, in no particular order.
    """
    units = _check_units(document, report)
    expressions = _Expressions(lines, report, orders)
    check = document.get("settings", "spendingCheck")
    expressions.compile(check and (check.get("expression") or check))
    dimensions = list((document.get("dimensions") or document).items())
    _check_distinct(dimensions, "id", "dimension", Severity.ERROR, report)
    _check_unit_choices(document, units, dimensions, report)
    for dimension in dimensions:
        _check_unit(dimension.get("unitId"), units, report)
        rules = [_view(node) for node in (dimension.get("ruleCollection") or dimension).items()]
        nodes = [rule.node for rule in rules]
        _check_distinct(nodes, "id", "rule", Severity.ERROR, report)
        _check_distinct(nodes, "name", "rule", Severity.WARNING, report)
        _check_order(rules, report)
        _check_bypass_effect(dimension, rules, report)
        for rule in rules:
            expressions.check(rule.node.get("trigger", "condition", "expression"))
            _check_authorizers(rule, units, report)


def _view(node: Located) -> _RuleView:
    effect, priority = node.get("trigger", "effect", "effectType"), node.get("priority")
    name = node.get("name")
    kind = effect.value if effect else None
    kind = EffectType.of_word(kind) if isinstance(kind, str) else kind
    number = priority.value if priority else None
    return _RuleView(
        node,
        shorten(str(name.value)) if name else "?",
        EffectType.of_number(kind) if isinstance(kind, int) else None,
        number if isinstance(number, int) and not isinstance(number, bool) else None,
    )


def _check_units(document: Located, report: Report) -> _Units | None:
    """The units of the tree, None where the file has none."""
    roots = document.get("units")
    if roots is None:
        return None
    nodes = [node for root in roots.items() for node in _tree(root)]
    _check_distinct(nodes, "id", "unit", Severity.ERROR, report)
    ids = (node.get("id") for node in nodes)
    return _Units([node.value for node in ids if node and isinstance(node.value, str)])


def _tree(node: Located) -> Iterator[Located]:
    yield node
    for child in (node.get("children") or Located(None, node.place)).items():
        yield from _tree(child)


def _check_distinct(
    nodes: list[Located], key: str, what: str, severity: Severity, report: Report
) -> None:
    first: dict[str, Place] = {}
    for node in nodes:
        value = node.get(key)
        if value is None or not isinstance(value.value, str):
            continue
        earlier = first.setdefault(value.value, value.place)
        if earlier is not value.place:
            message = f"the {what} {key} `{value.value}` is used already, in line {earlier.line}"
            report(value.place, f"duplicate-{key}", message, severity)


def _check_unit(node: Located | None, units: _Units | None, report: Report) -> None:
    if node is None or units is None or not isinstance(node.value, str):
        return
    if node.value in units.ids:
        return
    hint = units.hints.near(node.value, units.listed)
    message = f"`units` has no unit `{shorten(node.value)}`{hint}"
    report(node.place, "unknown-unit", message)


def _check_unit_choices(
    document: Located, units: _Units | None, dimensions: list[Located], report: Report
) -> None:
    """Orders that no unit places are accepted unseen where every dimension has a unit."""
    if units is None or not units.ids or any(item.get("unitId") is None for item in dimensions):
        return
    for setting, which in _UNIT_CHOICES.items():
        choice = document.get("settings", setting)
        if choice is not None and choice.value == UnitChoice.ACCEPTED:
            message = f"`{setting}` accepts orders {which}, which meet none of these rules"
            report(choice.place, "no-unit", message, Severity.WARNING)


def _check_order(rules: list[_RuleView], report: Report) -> None:
    """Priorities must be distinct, and put all bypass before all deny before all workflow rules."""
    ranked = sorted((rule for rule in rules if rule.priority is not None), key=_priority)
    last: _RuleView | None = None
    for previous, rule in zip([None, *ranked], ranked, strict=False):
        if previous is not None and previous.priority == rule.priority:
            line = previous.priority_place.line
            message = f"priority {rule.priority} is also that of {previous.title}, in line {line}"
            report(rule.priority_place, "duplicate-priority", message)
        if rule.effect is None:
            continue
        if last is not None and last.effect is not None and rule.effect < last.effect:
            message = (
                f"priority {rule.priority} puts {rule.title} after {last.title} "
                f"(priority {last.priority}): bypass rules come first, then deny, then workflow"
            )
            report(rule.priority_place, "group-order", message)
        else:
            last = rule


def _priority(rule: _RuleView) -> tuple[int, int]:
    return (rule.priority or 0, -1 if rule.effect is None else rule.effect)


def _check_bypass_effect(dimension: Located, rules: list[_RuleView], report: Report) -> None:
    every = dimension.get("requireAllRulesAcceptance")
    if every is None or every.value is not True:
        return
    for rule in rules:
        if rule.effect is EffectType.BYPASS:
            message = (
                f"{rule.title} approves nothing here: with `requireAllRulesAcceptance` a bypass "
                "counts as one accepted rule"
            )
            place = (rule.node.get("trigger", "effect", "effectType") or rule.node).place
            report(place, "bypass-without-effect", message, Severity.WARNING)


class _Expressions:
    """Checks expressions, with a budget for the whole file: it may hold thousands of hazards."""

    def __init__(self, lines: list[str], report: Report, orders: Shape | None) -> None:
        self._lines = lines
        self._report = report
        self._orders = orders
        self._effort = MAX_EFFORT
        self._repairs = MAX_REPAIRS

    def compile(self, node: Located | None) -> Expression | None:
        """The expression of a node; None, and the fault is reported, where it is none."""
        if node is None or not isinstance(node.value, str) or not node.value.strip():
            return None
        program = compile_expression(node.value)
        if not isinstance(program, JSONataError):
            return program
        start, _ = program.span or (0, 0)
        told = advice(program, repair=self._repairs > 0)
        self._repairs -= 1
        message = f"the expression is wrong: {told} ({program.code})"
        self._report(place_in(self._lines, node, start), "expression", message)
        return None

    def check(self, node: Located | None) -> None:
        """Report what is wrong with a condition over the order, and what is suspicious."""
        program = self.compile(node)
        if node is None or program is None:
            return
        found = find_hazards(program, orders=self._orders, effort=min(EFFORT, self._effort))
        spent = sum(TRIAL + len(node.value) for hazard in found if hazard.suggestion is not None)
        self._effort = max(0, self._effort - spent - len(node.value) * len(found))
        for hazard in found:
            place = place_in(self._lines, node, hazard.start)
            severity = Severity.NOTE if hazard.is_note else Severity.WARNING
            self._report(place, hazard.code, _told(hazard), severity)


def _told(hazard: Hazard) -> str:
    if hazard.suggestion is None or len(hazard.suggestion) > LONGEST_SUGGESTION:
        return hazard.message
    suggestion = " ".join(line.strip() for line in hazard.suggestion.splitlines())
    return f"{hazard.message}; write `{suggestion.strip()}`"


def _check_authorizers(rule: _RuleView, units: _Units | None, report: Report) -> None:
    authorizers = rule.node.get("authorizationData", "authorizers")
    listed = list(authorizers.items()) if authorizers else []
    for authorizer in listed:
        kind = authorizer.get("type")
        if kind is not None and str(kind.value).lower() == "unit":
            _check_unit(authorizer.get("id"), units, report)
    if rule.effect is EffectType.WORKFLOW and not listed:
        message = (
            f"{rule.title} lists no authorizers: whoever may approve orders in the unit of its"
            " dimension or above can decide it"
        )
        place = (authorizers or rule.node.get("name") or rule.node).place
        report(place, "no-authorizers", message, Severity.WARNING)
