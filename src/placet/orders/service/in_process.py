"""Decisions in the caller's own process: the rules of a file, no server and no database.

This is what `import placet` offers and what `placet dry-run` uses. An order is decided as a server
would decide its first submission in an account that has these rules and nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Any, Final

from placet.errors import InvalidRequest
from placet.jsonata import JSONataError, Limits
from placet.kit.ids import now_ms
from placet.kit.reading import read
from placet.kit.text.located import MAX_BYTES, Problem
from placet.kit.wire_model import Document
from placet.orders.core.submission import Submission
from placet.people.core.unit import Unit
from placet.policies.core.compiled import Policy, applicable, compile_expression, compile_rules
from placet.policies.core.effects import RuleStatus
from placet.policies.core.evaluation import Timing
from placet.policies.core.hazards import Shape, learn
from placet.policies.core.model import Rule, UnitChoice
from placet.policies.core.rule_file import RuleFile, RuleFileError, load_rule_file
from placet.policies.core.spending_check import spending_refusal
from placet.policies.core.trace import Decision, DimensionTrace
from placet.policies.core.walk import walk

_ANYONE: Final = "anyone"


@dataclass(frozen=True, slots=True)
class Signer:
    """Who is asked about a rule that waits for people.

    `kind` is `user` or `unit`, whose `id` the rule lists at this `level` (from 0), or `anyone` who
    may approve in the reach of the rule's dimension, where it lists nobody. Levels sign in turn
    where `in_turn` is true, else any of them is enough.
    """

    dimension_id: str
    rule_id: str
    rule: str
    level: int
    kind: str
    id: str | None
    in_turn: bool


@dataclass(frozen=True, slots=True)
class Ruling(Decision):
    """A decision: its `outcome`, the `reason` in one sentence, the `trace` of every rule, and the
    `signers` it waits for, none unless it is pending.
    """

    signers: tuple[Signer, ...] = ()

    @property
    def trace(self) -> tuple[DimensionTrace, ...]:
        """What every rule of every dimension gave, in the order of the walk."""
        return self.dimensions


class Rules:
    """The rules of a file without errors, ready to decide any number of orders.

    What was compiled is kept for the next order of the same unit. Threads may share it.
    """

    def __init__(
        self, rule_file: RuleFile, problems: Iterable[Problem] = (), *, timing: Timing | None = None
    ) -> None:
        self._rule_file: Final = rule_file
        self._dimensions: Final = rule_file.stored()
        self._timing: Final = timing or Timing()
        self._policies: Final[dict[str | None, tuple[tuple[Unit, ...], Policy]]] = {}
        self.problems: Final = tuple(problems)

    @property
    def account(self) -> str:
        """The account that the file is for."""
        return self._rule_file.account

    def decide(
        self,
        order: Mapping[str, Any],
        *,
        unit: str | None = None,
        buyer: str | None = None,
        spending: Sequence[Mapping[str, Any]] = (),
        now: datetime | int | None = None,
    ) -> Ruling:
        """Decide an order document, which needs an `orderId`.

        `unit` is the id of the buyer's unit, `buyer` that of the buyer, `spending` what the order
        wants to spend, as the API takes it. `now` is the moment of the decision, with its time
        zone or in milliseconds since 1970; left out, it is this machine's.

        Raises:
            InvalidRequest: the order cannot be one, or the rules refuse it for its unit or its
                spending before any of them judges it.
        """
        said = {"order": order, "unitId": unit, "userProfileId": buyer, "spending": [*spending]}
        given = {name: value for name, value in said.items() if value is not None}
        return self.decide_submission(read(Submission, given), _moment(now))

    def decide_submission(self, submission: Submission, now: int) -> Ruling:
        """The same for what the API takes; `now` in milliseconds since 1970. Raises as `decide`."""
        self._refuse(submission, now)
        path, policy = self._policy(submission.unit_id)
        decision = walk(
            policy,
            submission.order,
            now=now,
            clock=time.monotonic,
            unit_path=path,
            settings=self._rule_file.settings,
            timing=self._timing,
        )
        return Ruling(
            decision.outcome,
            decision.reason,
            decision.dimensions,
            decision.dimension_id,
            decision.rule_id,
            tuple(_signers(decision, policy)),
        )

    def failures(
        self, submission: Submission, decision: Decision, now: int
    ) -> Iterator[tuple[str, str]]:
        """The rules whose expressions failed in `decision`: their names, and their errors in lines.

        A rule that gave something else than true or false is not among them.
        """
        _, policy = self._policy(submission.unit_id)
        for dimension in decision.dimensions:
            for trace in dimension.rules:
                found = policy.find(dimension.dimension_id, trace.rule_id) if trace.error else None
                error = self._error(found[1], submission, now) if found else None
                if error is not None:
                    yield trace.name, error.render()

    def _refuse(self, submission: Submission, now: int) -> None:
        settings = self._rule_file.settings
        gap = self._rule_file.unit_gap(submission.unit_id)
        if gap is not None and gap.choice(settings) is UnitChoice.REFUSED:
            raise gap.refusal()
        refusal = spending_refusal(
            settings.spending_check,
            submission.order,
            [line.to_document() for line in submission.spending],
            now=now,
            clock=time.monotonic,
            timing=self._timing,
        )
        if refusal is not None:
            raise refusal

    def _error(self, rule: Rule, submission: Submission, now: int) -> JSONataError | None:
        program = compile_expression(rule.trigger.condition.expression)
        if isinstance(program, JSONataError):
            return program
        limits = Limits(time_ms=rule.timeout or self._timing.rule)
        try:
            program.evaluate(submission.order, limits=limits, now=now)
        except JSONataError as error:
            return error
        return None

    def _policy(self, unit_id: str | None) -> tuple[tuple[Unit, ...], Policy]:
        known = self._policies.get(unit_id)
        if known is None:
            path = self._rule_file.unit_path(unit_id)
            gap = self._rule_file.unit_gap(unit_id)
            chosen = applicable(self._dimensions, path, self._rule_file.settings, gap)
            known = self._policies[unit_id] = (path, compile_rules(chosen))
        return known


def load_rules(
    path: str | PathLike[str],
    *,
    orders: Iterable[Mapping[str, Any]] | None = None,
    timing: Timing | None = None,
) -> Rules:
    """The rules of a file: JSON where its name ends in `.json`, else YAML.

    `orders` are some that the rules are for, by whose fields they are checked too. `timing` are the
    limits of a decision, as a server has them by default.

    Raises:
        RuleFileError: it has errors; all of them are listed.
        InvalidRequest: it is larger than a rule file can be, or no UTF-8.
        OSError: it cannot be read.
    """
    with Path(path).open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidRequest(f"`{path}` is not UTF-8") from error
    return read_rules(text, str(path), orders=orders, timing=timing)


def read_rules(
    text: str,
    name: str = "rules.yaml",
    *,
    orders: Iterable[Mapping[str, Any]] | None = None,
    timing: Timing | None = None,
) -> Rules:
    """The rules of a text, which problems call `name`. Raises as `load_rules` does."""
    rule_file, problems = load_rule_file(text, name, _shape(orders))
    if rule_file is None:
        raise RuleFileError(problems)
    return Rules(rule_file, problems, timing=timing)


def check_rules(
    text: str, name: str = "rules.yaml", *, orders: Iterable[Mapping[str, Any]] | None = None
) -> list[Problem]:
    """Everything that is wrong with the rules of a text, in its order: errors, warnings, notes."""
    return load_rule_file(text, name, _shape(orders))[1]


def decision_document(submission: Submission, decision: Decision) -> Document:
    """The decision as `dry-run --json` prints it."""
    who = {"orderId": submission.order_id, "unitId": submission.unit_id}
    return who | Decision.to_document(decision)


def _shape(orders: Iterable[Mapping[str, Any]] | None) -> Shape | None:
    return None if orders is None else learn(orders)


def _moment(now: datetime | int | None) -> int:
    if isinstance(now, datetime):
        if now.utcoffset() is None:
            raise InvalidRequest("`now` must say its time zone, as `datetime.now(UTC)` does")
        return round(now.timestamp() * 1000)
    return now_ms() if now is None else now


def _signers(decision: Decision, policy: Policy) -> Iterator[Signer]:
    for dimension in decision.dimensions:
        for trace in dimension.rules:
            found = policy.find(dimension.dimension_id, trace.rule_id)
            if dimension.simulated or trace.status is not RuleStatus.PENDING or found is None:
                continue
            rule = found[1]
            signer = partial(Signer, dimension.dimension_id, rule.id, rule.name)
            if not rule.authorizers:
                yield signer(0, _ANYONE, None, rule.require_all_approvals)
            for level, listed in enumerate(rule.authorizers):
                yield signer(level, listed.type.value, listed.id, rule.require_all_approvals)
