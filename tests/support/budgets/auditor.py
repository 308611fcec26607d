"""A naive ledger that knows nothing of entries, batches or rows: it only keeps a few figures.

It exists to be compared with the real one, so it is written as plainly as possible and shares no
code with it. Amounts are whole numbers, instants days.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Auditor", "Refused"]


class Refused(Exception):  # noqa: N818
    """The auditor would not allow it, for this reason."""


@dataclass
class Part:
    """An allocation. `marks` are its thresholds: `PERCENT 50` or `AMOUNT 0.009`."""

    budget: str
    base: int
    extra: int = 0
    used: int = 0
    held: int = 0
    active: bool = True
    marks: tuple[tuple[str, int], ...] = ()

    @property
    def left(self) -> int:
        return self.base + self.extra - self.used - self.held


@dataclass
class Whole:
    """A budget. `length` is that of its periods in days, 0 for one that never ends."""

    base: int
    hard: bool
    length: int
    carry: bool
    extra: int = 0
    period: int = 1
    marks: tuple[tuple[str, int], ...] = ()


@dataclass
class Hold:
    """A reservation."""

    amount: int
    state: str
    expires: int | None
    content: tuple[object, ...]
    confirmed: int | None = None


@dataclass
class Auditor:
    """Budgets, parts, debits and holds by name; `day` only ever grows."""

    wholes: dict[str, Whole] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)
    debits: dict[str, tuple[str, int]] = field(default_factory=dict)
    credits: dict[str, str] = field(default_factory=dict)
    returned: dict[str, int] = field(default_factory=dict)
    holds: dict[tuple[str, str], Hold] = field(default_factory=dict)
    requests: dict[str, tuple[object, ...]] = field(default_factory=dict)
    told: set[tuple[str, int, tuple[str, int]]] = field(default_factory=set)
    day: int = 0

    def pass_time(self, day: int) -> None:
        """Walk through the days one by one; on each, holds expire before periods end."""
        while self.day < day:
            self.day += 1
            for (part, _), hold in self.holds.items():
                if hold.state == "open" and hold.expires == self.day:
                    hold.state = "expired"
                    self.parts[part].held -= hold.amount
            for name, whole in self.wholes.items():
                if whole.length and self.day % whole.length == 0:
                    self._renew(name, whole)
            self.tell()

    def _renew(self, name: str, whole: Whole) -> None:
        used = sum(part.used for part in self.parts.values() if part.budget == name)
        whole.extra = whole.base + whole.extra - used if whole.carry else 0
        whole.period += 1
        for part in self.parts.values():
            if part.budget == name:
                part.extra = part.base + part.extra - part.used if whole.carry else 0
                part.used = 0

    def tell(self) -> None:
        """Tell of every threshold that is reached now, once in a period."""
        for name, part in self.parts.items():
            self._tell(name, part.budget, part.marks, part.base + part.extra, part.used + part.held)
        for name, whole in self.wholes.items():
            spent = whole.base + whole.extra - self.left(name)
            self._tell(name, name, whole.marks, whole.base + whole.extra, spent)

    def _tell(
        self, name: str, budget: str, marks: tuple[tuple[str, int], ...], amount: int, spent: int
    ) -> None:
        for kind, value in marks:
            enough = spent >= value
            if kind == "PERCENT":
                enough = spent > 0 and spent * 100 >= value * amount
            if enough:
                self.told.add((name, self.wholes[budget].period, (kind, value)))

    def rebase(self, name: str, base: int) -> None:
        """Give a part or a whole another base; what it took over stays."""
        hard = self.wholes[self.parts[name].budget if name in self.parts else name].hard
        owner = self.parts.get(name) or self.wholes[name]
        before, owner.base = owner.base, base
        wrong = self._falls_short(name) if base < before else self._too_much(name)
        if hard and base != before and wrong:
            owner.base = before
            raise Refused(wrong)

    def _falls_short(self, name: str) -> str:
        if name in self.parts:
            return "exceeds-amount" if self.parts[name].left < 0 else ""
        short = self.left(name) < 0 or self._too_much(name)
        return "exceeds-amount" if short else ""

    def _too_much(self, name: str) -> str:
        budget = self.parts[name].budget if name in self.parts else name
        parts = [part for part in self.parts.values() if part.budget == budget]
        whole = self.wholes[budget]
        over = sum(part.base + part.extra for part in parts) > whole.base + whole.extra
        return "exceeds-budget" if over else ""

    def mark(self, name: str, marks: tuple[tuple[str, int], ...]) -> None:
        """Give a part or a whole other thresholds."""
        owner = self.parts.get(name) or self.wholes[name]
        owner.marks = marks

    def left(self, budget: str) -> int:
        """What remains of a budget."""
        whole = self.wholes[budget]
        spent = [part.used + part.held for part in self.parts.values() if part.budget == budget]
        return whole.base + whole.extra - sum(spent)

    def post(self, id: str, part: str, amount: int, request: str | None) -> None:
        """Debit (or, with a negative amount, credit) a part."""
        if self._repeated(request, ("post", part, amount)):
            return
        self._check_open(part, amount)
        self.parts[part].used += amount
        if amount > 0:
            self.debits[id] = (part, amount)
        else:
            self.credits[id] = part
        self._remember(request, ("post", part, amount))

    def refund(
        self, id: str, part: str, debit: str, amount: int | None, request: str | None
    ) -> None:
        """Give back a debit."""
        if self._repeated(request, ("refund", part, debit, amount)):
            return
        if self.credits.get(debit) == part:
            raise Refused("not-refundable")
        if debit not in self.debits or self.debits[debit][0] != part:
            raise Refused("transaction-not-found")
        rest = self.debits[debit][1] - self.returned.get(debit, 0)
        wanted = self.debits[debit][1] if amount is None else amount
        if rest == 0:
            raise Refused("already-refunded")
        if wanted > rest:
            raise Refused("exceeds-debit")
        self.returned[debit] = self.returned.get(debit, 0) + wanted
        self.parts[part].used -= wanted
        self.credits[id] = part
        self._remember(request, ("refund", part, debit, amount))

    def reserve(self, part: str, name: str, amount: int, expires: int | None) -> None:
        """Hold an amount."""
        content = (part, name, amount, expires)
        existing = self.holds.get((part, name))
        if existing is not None:
            if existing.content == content:
                return
            raise Refused("id-reused")
        self._check_open(part, 0)
        if expires is not None and expires <= self.day:
            raise Refused("invalid-request")
        self._check_open(part, amount)
        self.parts[part].held += amount
        self.holds[part, name] = Hold(amount, "open", expires, content)

    def confirm(self, id: str, part: str, name: str, amount: int | None) -> None:
        """Spend a hold."""
        hold = self._hold(part, name)
        wanted = hold.amount if amount is None else amount
        if hold.state == "confirmed" and hold.confirmed == wanted:
            return
        if hold.state != "open":
            raise Refused(f"reservation-{hold.state}")
        if wanted > hold.amount:
            raise Refused("exceeds-reservation")
        hold.state, hold.confirmed = "confirmed", wanted
        self.parts[part].held -= hold.amount
        self.parts[part].used += wanted
        self.debits[id] = (part, wanted)

    def cancel(self, part: str, name: str) -> None:
        """Release a hold."""
        hold = self._hold(part, name)
        if hold.state == "confirmed":
            raise Refused("reservation-confirmed")
        if hold.state == "open":
            hold.state = "canceled"
            self.parts[part].held -= hold.amount

    def switch(self, part: str, active: bool) -> None:
        """Make a part active or not."""
        self.parts[part].active = active

    def _hold(self, part: str, name: str) -> Hold:
        if (part, name) not in self.holds:
            raise Refused("reservation-not-found")
        return self.holds[part, name]

    def _check_open(self, part: str, amount: int) -> None:
        if not self.parts[part].active:
            raise Refused("allocation-inactive")
        budget = self.parts[part].budget
        if self.wholes[budget].hard and amount > 0:
            if amount > self.parts[part].left:
                raise Refused("exceeds-allocation")
            if amount > self.left(budget):
                raise Refused("exceeds-budget")

    def _repeated(self, request: str | None, content: tuple[object, ...]) -> bool:
        if request is None or request not in self.requests:
            return False
        if self.requests[request] != content:
            raise Refused("id-reused")
        return True

    def _remember(self, request: str | None, content: tuple[object, ...]) -> None:
        if request is not None:
            self.requests[request] = content
