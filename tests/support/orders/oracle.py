"""What must become of orders, told anew from plain facts: the naive half of a model test.

It shares no code with the product. Rules are `value > above`; a workflow names whom it asks as
`user NAME` or `unit NAME`. Every order remembers the rules it was judged by and what was said.

Two laws are told here by brute force. Nothing waits for nobody: who is asked for a level is the
first of a row of sets of people that holds anybody who can decide the order. One person, one
signature: whoever has accepted a level is taken out of the sets of all others.
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
    one: bool = True
    now: int = 0

    def path(self, unit: str | None) -> list[str]:
        """From the unit up to the root."""
        path = []
        while unit is not None:
            path.append(unit)
            unit = self.parents[unit]
        return path

    def able(self, unit: str, barred: set[str]) -> set[str]:
        """Who may approve in a unit, without the barred."""
        return {name for name in self.approvers - barred if self.units[name] == unit}

    def staffed(self, unit: str) -> list[str]:
        """Where any approvers are, from the unit up to the root."""
        return [place for place in self.path(unit) if self.able(place, set())]


@dataclass(frozen=True)
class Said:
    """One word about one level of a rule (-1: it lists nobody): by whom (`key`: a machine), in the
    place of whom, and when.
    """

    rule: str
    level: int
    verdict: str
    by: str
    lender: str
    at: int


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
    one: bool = True
    ended: str | None = None
    said: list[Said] = field(default_factory=list)
    escalated: set[tuple[str, int]] = field(default_factory=set)
    since: dict[str, int] = field(default_factory=dict)

    @classmethod
    def submitted(cls, world: World, value: int, unit: str, buyer: str) -> Order:
        """An order judged by the dimensions of its unit and of those above, the deepest first."""
        path = world.path(unit)
        kept = tuple(item for place in path for item in world.dimensions if item.unit == place)
        order = cls(value, unit, buyer, kept, path, world.now, world.expires, world.one)
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
        turns = self._turns(world, name, rule, self._up(rule))
        if not turns:
            raise Refused
        level, lender = turns[0]
        levels = [(level, lender)]
        if verdict == "accepted" and name != "key" and rule.every and not self.one and rule.by:
            later = [other for other in self._open(rule) if other > level]
            for other in later:
                levels += self._turns(world, name, rule, [other])[:1]
        for level, lender in levels:
            self.said.append(Said(rule_name, level, verdict, name, lender, world.now))
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
        return rule in self.status()[1] and bool(self._turns(world, name, rule, self._up(rule)))

    def _state(self, rule: Rule) -> str:
        if rule.effect == "deny":
            return "denied"
        if rule.effect == "bypass":
            return "accepted"
        verdicts = {word.verdict for word in self.said if word.rule == rule.name}
        if "denied" in verdicts:
            return "denied"
        if "bypassed" in verdicts:
            return "bypassed"
        accepted = self._accepted(rule)
        done = not self._open(rule) if rule.every and rule.by else bool(accepted)
        return "accepted" if done else "pending"

    def _accepted(self, rule: Rule) -> dict[int, int]:
        """The levels that somebody has accepted, and when."""
        return {
            word.level: word.at
            for word in self.said
            if word.rule == rule.name and word.verdict == "accepted"
        }

    def _open(self, rule: Rule) -> list[int]:
        """The levels that are still to be decided; who is listed twice may be asked once only."""
        accepted = self._accepted(rule)
        if self.one:
            return [level for level in range(len(rule.by)) if level not in accepted]
        names = [rule.by[level] for level in accepted if level >= 0]
        return [
            level
            for level, asked in enumerate(rule.by)
            if asked not in names and asked not in rule.by[:level]
        ]

    def _up(self, rule: Rule) -> list[int]:
        """The levels that are asked now."""
        left = self._open(rule)
        return left[:1] if rule.every else left

    def _barred(self, rule: Rule) -> set[str]:
        """Who may not decide another level: the buyer, and who has signed."""
        barred = {self.buyer}
        for word in self.said:
            if word.rule == rule.name and word.verdict == "accepted" and word.by != "key":
                barred.add(word.by)
                if self.one:
                    barred.add(word.lender)
        return barred

    def _turns(
        self, world: World, name: str, rule: Rule, levels: list[int]
    ) -> list[tuple[int, str]]:
        """The levels that somebody may decide of these, each with in whose place."""
        if name == "key":
            return [(level, name) for level in levels] or ([] if rule.by else [(-1, name)])
        found = []
        for person in self._names(world, name):
            if not rule.by and world.units[person] in self._deciders(rule):
                found.append((-1, person))
            for level in levels if rule.by else []:
                barred = self._barred(rule)
                if not {name, person} & barred and person in self._people(world, rule, level):
                    found.append((level, person))
        return found

    def _names(self, world: World, name: str) -> Iterator[str]:
        if name not in world.approvers or name == self.buyer:
            return
        yield name
        for delegator, delegate in sorted(world.delegations):
            if delegate == name and delegator != self.buyer and delegator in world.approvers:
                yield delegator

    def _people(self, world: World, rule: Rule, level: int) -> set[str]:
        people = self._holders(world, rule, rule.by[level])[0]
        if (rule.name, level) not in self.escalated:
            return people
        kind, _, name = rule.by[level].partition(" ")
        done = set(rule.by[: level + 1]) if not self.one else set()
        after = [
            rule.by[other]
            for other in self._open(rule)
            if other > level and rule.by[other] not in done
        ]
        if after:
            return people | self._holders(world, rule, after[0])[0]
        if kind == "user":
            return people | {
                who for who, unit in world.units.items() if unit in self._deciders(rule)
            }
        return people | self._above(world, rule, name)

    def _holders(self, world: World, rule: Rule, asked: str) -> tuple[set[str], str]:
        """Who acts for an authorizer, and the unit they are of (empty: who is listed, by name)."""
        kind, _, name = asked.partition(" ")
        barred = self._barred(rule)
        if kind == "user" and name in world.approvers - barred:
            return {name}, ""
        places = [*(world.path(name) if kind == "unit" else []), *self._deciders(rule)]
        for place in places:
            if people := world.able(place, barred):
                return people, place
        return set(), ""

    def _above(self, world: World, rule: Rule, unit: str) -> set[str]:
        """Who may act too where the last level, a unit, has taken too long."""
        barred = self._barred(rule)
        acting = next((place for place in world.path(unit) if world.able(place, barred)), None)
        if acting is not None:
            places = world.path(acting)[1:]
        else:
            acting = self._holders(world, rule, f"unit {unit}")[1]
            deciders = self._deciders(rule)
            places = deciders[deciders.index(acting) + 1 :] if acting else []
        return next((people for place in places if (people := world.able(place, barred))), set())

    def _deciders(self, rule: Rule) -> list[str]:
        """The unit of the rule's dimension and those above it, as they were at the time."""
        unit = next(item.unit for item in self.kept if rule in item.rules)
        return self.path[self.path.index(unit) :]
