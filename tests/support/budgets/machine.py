"""A random history of the ledger, step by step beside the naive auditor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from placet.budgets.core.facts import BudgetFacts, Enforcement
from placet.budgets.core.model import Cycle, Direction, LinkedEntity, Position, Status
from placet.budgets.core.notification import (
    NotificationSettings,
    Recipient,
    Threshold,
    ThresholdType,
)
from placet.budgets.core.operations import (
    Cancel,
    Confirm,
    CreateBudget,
    NewAllocation,
    Operation,
    Post,
    Refund,
    Reserve,
    SetAllocationStatus,
    Touch,
    UpdateAllocation,
    UpdateBudget,
)
from placet.errors import PlacetError
from placet.kit.instants import DAY
from support.budgets.auditor import Auditor, Part, Refused, Whole
from support.budgets.facts import said

__all__ = ["LedgerMachine"]

WHO = "buyer@example.com"
PARTS = {"soft-1": "soft", "soft-2": "soft", "hard-1": "hard", "hard-2": "hard"}
# Thresholds by kind and value, per cents as whole numbers.
Marks = tuple[tuple[str, int], ...]
MARKS: Marks = (("PERCENT", 50), ("AMOUNT", 90))

parts = st.sampled_from(sorted(PARTS))
amounts = st.integers(min_value=1, max_value=70)
requests = st.none() | st.sampled_from(["x", "y", "z"])
holds = st.sampled_from(["r1", "r2", "r3"])
partial = st.none() | st.integers(min_value=1, max_value=25)
owners = st.sampled_from(sorted([*PARTS, *PARTS.values()]))
marks = st.sampled_from(
    [(), MARKS, (("PERCENT", 20), ("PERCENT", 90)), (("AMOUNT", 10), ("PERCENT", 120))]
)


def settings_of(wanted: Marks) -> NotificationSettings:
    """The notification settings that the auditor calls marks."""
    thresholds = tuple(
        Threshold(ThresholdType(kind), value * 10_000 if kind == "PERCENT" else value)
        for kind, value in wanted
    )
    return NotificationSettings(bool(wanted), thresholds, (Recipient("Email", WHO),))


class LedgerMachine(RuleBasedStateMachine):
    """A soft budget that renews every ten days with carry-over, and a hard one for ever.

    Subclasses say how a batch of operations is carried out and where the figures are kept. The
    steps of one batch happen at one instant.
    """

    def __init__(self) -> None:
        super().__init__()
        self.auditor = Auditor()
        self.now = 0
        self.count = 0
        self.queue: list[tuple[Operation, str]] = []

    def execute(self, operations: Sequence[Operation], now: int) -> list[Any]:
        """Each operation's answer, or the PlacetError that refused it."""
        raise NotImplementedError

    def position(self, name: str) -> Position:
        """The figures of a budget or an allocation."""
        raise NotImplementedError

    def name(self, name: str) -> str:
        """The id that stands for a short name in this history."""
        return name

    def audit(self) -> list[str]:
        """What the real audit finds wrong."""
        raise NotImplementedError

    def notices(self) -> list[tuple[str, int, str]]:
        """Owner, period and threshold of each notice."""
        raise NotImplementedError

    @initialize()
    def make(self) -> None:
        for name, cycle, enforcement in (
            ("soft", Cycle(0, 10 * DAY, True, True), Enforcement.SOFT),
            ("hard", Cycle(0, None), Enforcement.HARD),
        ):
            own = [part for part, budget in PARTS.items() if budget == name]
            allocations = tuple(
                NewAllocation(
                    self.name(part), LinkedEntity(part, "User"), "", 50, settings_of(MARKS)
                )
                for part in own
            )
            operation = CreateBudget(
                self.name(name),
                BudgetFacts(
                    name=name,
                    description="",
                    enforcement=enforcement,
                    notification=settings_of(MARKS),
                ),
                120,
                cycle,
                allocations,
            )
            assert self.execute([operation], 0) == [self.name(name)]
            hard = enforcement is Enforcement.HARD
            self.auditor.wholes[name] = Whole(120, hard, 0 if hard else 10, not hard, marks=MARKS)
            for part in own:
                self.auditor.parts[part] = Part(name, 50, marks=MARKS)

    @rule(part=parts, amount=amounts, credit=st.booleans(), request=requests)
    def post(self, part: str, amount: int, credit: bool, request: str | None) -> None:
        id = self._new()
        direction = Direction.CREDIT if credit else Direction.DEBIT
        operation = Post(
            self._budget(part), self.name(part), direction, amount, "test", "", WHO, self.name(id),
            request,
        )  # fmt: skip
        self._step(operation, "post", id, part, -amount if credit else amount, request)

    @rule(part=st.none() | parts, pick=st.integers(0, 9), amount=partial, request=requests)
    def refund(self, part: str | None, pick: int, amount: int | None, request: str | None) -> None:
        id, debits = self._new(), list(self.auditor.debits)
        debit = debits[pick % len(debits)] if debits else f"t{pick}"
        part = part or self.auditor.debits.get(debit, ("soft-1", 0))[0]
        operation = Refund(
            self._budget(part), self.name(part), self.name(debit), WHO, self.name(id), amount,
            request,
        )  # fmt: skip
        self._step(operation, "refund", id, part, debit, amount, request)

    @rule(part=parts, hold=holds, amount=amounts, days=st.none() | st.integers(0, 15))
    def reserve(self, part: str, hold: str, amount: int, days: int | None) -> None:
        expires = None if days is None else self.auditor.day + days
        operation = Reserve(
            self._budget(part), self.name(part), hold, Direction.DEBIT, amount, "test", "", WHO,
            None if expires is None else expires * DAY,
        )  # fmt: skip
        self._step(operation, "reserve", part, hold, amount, expires)

    @rule(part=parts, hold=holds, amount=partial)
    def confirm(self, part: str, hold: str, amount: int | None) -> None:
        id = self._new()
        operation = Confirm(self._budget(part), self.name(part), hold, WHO, self.name(id), amount)
        self._step(operation, "confirm", id, part, hold, amount)

    @rule(part=parts, hold=holds)
    def cancel(self, part: str, hold: str) -> None:
        operation = Cancel(self._budget(part), self.name(part), hold, WHO)
        self._step(operation, "cancel", part, hold)

    @rule(part=parts, active=st.booleans())
    def switch(self, part: str, active: bool) -> None:
        status = Status.ACTIVE if active else Status.INACTIVE
        operation = SetAllocationStatus(self._budget(part), self.name(part), status)
        self._step(operation, "switch", part, active)

    @rule(owner=owners, base=st.integers(0, 140))
    def rebase(self, owner: str, base: int) -> None:
        self._step(self._update(owner, base, None), "rebase", owner, base)

    @rule(owner=owners, wanted=marks)
    def mark(self, owner: str, wanted: Marks) -> None:
        found = self.auditor.parts.get(owner) or self.auditor.wholes[owner]
        operation = self._update(owner, found.base, settings_of(wanted))
        self._step(operation, "mark", owner, wanted)

    @rule(days=st.integers(1, 25))
    def wait(self, days: int) -> None:
        self._flush()
        self.auditor.pass_time(self.auditor.day + days)
        self.now = self.auditor.day * DAY

    @rule()
    def commit(self) -> None:
        self._flush()

    @invariant()
    def figures_agree(self) -> None:
        """Checked between the batches; the book is only up to date once it is touched."""
        if self.queue or not self.auditor.wholes:
            return
        self.execute([Touch(self.name("soft")), Touch(self.name("hard"))], self.now)
        for name, part in self.auditor.parts.items():
            position = self.position(self.name(name))
            figures = (position.base, position.carried, position.used, position.held)
            assert figures == (part.base, part.extra, part.used, part.held)
        for name, whole in self.auditor.wholes.items():
            position = self.position(self.name(name))
            assert (position.base, position.carried) == (whole.base, whole.extra)
            assert position.remaining == self.auditor.left(name)
            left = [part.left for part in self.auditor.parts.values() if part.budget == name]
            assert position.remaining == position.amount - position.allocated + sum(left)
            assert position.remaining >= 0 or not whole.hard

    def teardown(self) -> None:
        self._flush()
        if self.auditor.wholes:
            self.figures_agree()
            assert self.audit() == []
            notices = self.notices()
            assert len(notices) == len(set(notices))
            told = {
                (self.name(owner), period, settings_of((mark,)).thresholds[0].key)
                for owner, period, mark in self.auditor.told
            }
            assert set(notices) == told

    def _step(self, operation: Operation, verb: str, *args: Any) -> None:
        try:
            getattr(self.auditor, verb)(*args)
        except Refused as refused:
            self.queue.append((operation, str(refused)))
        else:
            self.queue.append((operation, "ok"))
            self.auditor.tell()

    def _update(
        self, owner: str, base: int, notification: NotificationSettings | None
    ) -> Operation:
        """The owner's facts again, with this base and perhaps other settings."""
        if owner in PARTS:
            entity = LinkedEntity(owner, "User")
            budget = self._budget(owner)
            return UpdateAllocation(budget, self.name(owner), entity, "", base, notification)
        settings = {} if notification is None else {"notification": notification}
        changes = said(owner, **settings)
        return UpdateBudget(self.name(owner), changes, base)

    def _flush(self) -> None:
        queue, self.queue = self.queue, []
        if not queue:
            return
        results = self.execute([operation for operation, _ in queue], self.now)
        outcomes = [result.code if isinstance(result, PlacetError) else "ok" for result in results]
        assert outcomes == [expected for _, expected in queue]

    def _budget(self, part: str) -> str:
        return self.name(PARTS[part])

    def _new(self) -> str:
        self.count += 1
        return f"t{self.count}"
