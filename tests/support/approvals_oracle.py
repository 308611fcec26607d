"""What must become of orders, told anew from plain facts: the naive half of a model test.

It shares no code with the product. Rules are `value > above`; a workflow names whom it asks as
`user NAME` or `unit NAME`. Every order remembers the rules it was judged by and what was said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = ["HOUR", "Dimension", "Order", "Refused", "Rule", "World"]

HOUR = 3_600_000


class Refused(Exception):  # noqa: N818
    """The oracle lets nobody do that."""


@dataclass(frozen=True)
class Rule:
    """`by` are the levels; `escalate` hours after which the next one may act too."""

    name: str
    above: int
    effect: str = "workflow"
    by: tuple[str, ...] = ()
    every: bool = True
    escalate: int | None = None


@dataclass(frozen=True)
class Dimension:
    """The rules of a unit; `all`: every rule that fires must be accepted."""

    name: str
    unit: str
    all: bool
    rules: tuple[Rule, ...]


@dataclass
class World:
    """The organization at one moment. People are by name: their unit, and whether they approve."""

    parents: dict[str, str | None]
    units: dict[str, str]
    approvers: set[str]
    delegations: set[tuple[str, str]] = field(default_factory=set)
    dimensions: tuple[Dimension, ...] = ()
    expires: int | None = None
    now: int = 0

    def path(self, unit: str | None) -> list[str]:
        """From the unit up to the root."""
        path = []
        while unit is not None:
            path.append(unit)
            unit = self.parents[unit]
        return path

    def approving(self, unit: str, buyer: str = "") -> str:
        """The unit, or the nearest one above it in which somebody but the buyer approves."""
        for places in (self.staffed(unit, self.approvers - {buyer}), self.staffed(unit)):
            if places:
                return places[0]
        return unit

    def staffed(self, unit: str, approvers: set[str] | None = None) -> list[str]:
        """Where any of these approvers (None: any at all) are, from the unit up to the root."""
        wanted = self.approvers if approvers is None else approvers
        places = {self.units[name] for name in wanted}
        return [place for place in self.path(unit) if place in places]


@dataclass
class Order:
    """One revision of an order: what it was judged by, and what was said about it since."""

    value: int
    unit: str
    buyer: str
    kept: tuple[Dimension, ...]
    path: list[str]
    created: int
    expires: int | None
    ended: str | None = None
    said: list[tuple[str, str, str, int]] = field(default_factory=list)
    escalated: set[tuple[str, str]] = field(default_factory=set)
    since: dict[str, int] = field(default_factory=dict)

    @classmethod
    def submitted(cls, world: World, value: int, unit: str, buyer: str) -> Order:
        """An order judged by the dimensions of its unit and of those above, the deepest first."""
        path = world.path(unit)
        kept = tuple(item for place in path for item in world.dimensions if item.unit == place)
        order = cls(value, unit, buyer, kept, path, world.now, world.expires)
        order.note_waits(world.now)
        return order

    def status(self) -> tuple[str, list[Rule]]:
        """What the order has come to, and the rules it waits for."""
        if self.ended is not None:
            return self.ended, []
        for dimension in self.kept:
            waiting = []
            for rule in dimension.rules:
                if self.value <= rule.above:
                    continue
                state = self._state(rule)
                if state == "denied":
                    return "denied", []
                if state == "pending":
                    waiting.append(rule)
                if not dimension.all and state == "accepted":
                    return "accepted", []
                if not dimension.all and waiting:
                    break
            if waiting:
                return "pending", waiting
        return "accepted", []

    def say(self, world: World, name: str, rule_name: str, verdict: str) -> None:
        """Someone's verdict about a rule, or Refused; `key` is a machine."""
        rule = next((rule for rule in self.status()[1] if rule.name == rule_name), None)
        if rule is None:
            raise Refused
        asked = self._asked(world, name, rule)
        if asked is None:
            raise Refused
        self.said.append((rule_name, asked, verdict, world.now))
        self.note_waits(world.now)

    def pass_time(self, world: World) -> None:
        """Expire, or let the next level act where a level took too long."""
        status, waiting = self.status()
        if status != "pending":
            return
        if self.expires is not None and world.now - self.created >= self.expires * HOUR:
            self.ended = "expired"
            return
        for rule in waiting:
            last = max([self.since[rule.name], *self._accepted(rule).values()])
            late = rule.escalate is not None and world.now - last >= rule.escalate * HOUR
            if late and rule.by:
                self.escalated.add((rule.name, self._up(rule)[-1]))

    def note_waits(self, now: int) -> None:
        """Remember since when the rules that wait do so."""
        waiting = {rule.name for rule in self.status()[1]}
        self.since = {name: self.since.get(name, now) for name in waiting}

    def may(self, world: World, name: str, rule: Rule) -> bool:
        """Whether someone may decide a rule now."""
        return rule in self.status()[1] and self._asked(world, name, rule) is not None

    def _state(self, rule: Rule) -> str:
        if rule.effect == "deny":
            return "denied"
        if rule.effect == "bypass":
            return "accepted"
        verdicts = {verdict for name, _, verdict, _ in self.said if name == rule.name}
        if "denied" in verdicts:
            return "denied"
        if "bypassed" in verdicts:
            return "bypassed"
        accepted = set(self._accepted(rule))
        done = accepted >= set(rule.by) if rule.every and rule.by else bool(accepted)
        return "accepted" if done else "pending"

    def _accepted(self, rule: Rule) -> dict[str, int]:
        return {
            asked: at
            for name, asked, verdict, at in self.said
            if name == rule.name and verdict == "accepted"
        }

    def _up(self, rule: Rule) -> list[str]:
        """Those who are asked now, each once."""
        accepted = self._accepted(rule)
        left = [asked for asked in dict.fromkeys(rule.by) if asked not in accepted]
        return left[:1] if rule.every else left

    def _asked(self, world: World, name: str, rule: Rule) -> str | None:
        """Whose word the person's would be; None: nobody's."""
        if name == "key":
            return self._up(rule)[0] if rule.by else "anyone"
        for person in self._names(world, name):
            if not rule.by:
                if world.units[person] in self._deciders(rule):
                    return "anyone"
                continue
            for asked in self._up(rule):
                if person in self._people(world, rule, asked):
                    return asked
        return None

    def _names(self, world: World, name: str) -> Iterator[str]:
        if name not in world.approvers or name == self.buyer:
            return
        yield name
        for delegator, delegate in sorted(world.delegations):
            if delegate == name and delegator != self.buyer and delegator in world.approvers:
                yield delegator

    def _people(self, world: World, rule: Rule, asked: str) -> set[str]:
        people = self._listed(world, asked)
        if (rule.name, asked) in self.escalated:
            left = [item for item in dict.fromkeys(rule.by) if item not in self._accepted(rule)]
            after = left[left.index(asked) + 1 :]
            kind, _, name = asked.partition(" ")
            if after:
                people |= self._listed(world, after[0])
            elif kind == "user":
                people |= {who for who, unit in world.units.items() if unit in self._deciders(rule)}
            else:
                above = world.parents[world.approving(name, self.buyer)]
                people |= self._listed(world, f"unit {above}") if above else set()
        return people

    def _listed(self, world: World, asked: str) -> set[str]:
        kind, _, name = asked.partition(" ")
        if kind == "user":
            return {name}
        unit = world.approving(name, self.buyer)
        return {who for who, place in world.units.items() if place == unit}

    def _deciders(self, rule: Rule) -> list[str]:
        """The unit of the rule's dimension and those above it, as they were at the time."""
        unit = next(item.unit for item in self.kept if rule in item.rules)
        return self.path[self.path.index(unit) :]
