"""A random history of orders and people, step by step beside the naive oracle."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from placet.errors import PlacetError
from placet.orders.core.model import Authorization
from placet.policies.core import model
from support.orders.oracle import HOUR, Dimension, Order, Refused, Rule, World

__all__ = ["PEOPLE", "SCORES", "UNITS", "ApprovalsMachine", "dimension_of"]

UNITS = ["top", "sales", "north", "east"]
PEOPLE = {"ana": "top", "bob": "sales", "cleo": "north", "dan": "north", "eve": "east"}
SCORES = {"accepted": 100, "denied": 0, "bypassed": 7}
ORDERS = ["o-1", "o-2"]

people = st.sampled_from(sorted(PEOPLE))
callers = st.sampled_from([*sorted(PEOPLE), *sorted(PEOPLE), "key"])
levels = st.lists(
    # Nobody has put `ghost` on record.
    st.sampled_from(
        [f"user {name}" for name in (*PEOPLE, "ghost")] + [f"unit {unit}" for unit in UNITS]
    ),
    max_size=3,
).map(tuple)
values = st.integers(0, 3)


def workflow(number: int) -> st.SearchStrategy[Rule]:
    return st.builds(
        Rule,
        name=st.just(f"ask-{number}"),
        above=st.integers(0, 1),
        by=levels,
        every=st.booleans(),
        escalate=st.none() | st.just(24),
    )


def dimension(unit: str) -> st.SearchStrategy[Dimension]:
    return st.builds(
        lambda both, asked, limit: Dimension(
            f"rules of {unit}",
            unit,
            both,
            (
                *([Rule("bypass", 2, "bypass")] if limit == "bypass" else []),
                *([Rule("deny", 2, "deny")] if limit == "deny" else []),
                *asked,
            ),
        ),
        st.booleans(),
        st.tuples(workflow(1), workflow(2)) | st.tuples(workflow(1)),
        st.sampled_from(["", "", "bypass", "deny"]),
    )


# Each rule is called by its unit too, so that a name says which one is meant.
policies = st.tuples(dimension("top"), dimension("sales"), dimension("north")).map(
    lambda dimensions: tuple(
        replace(
            item,
            rules=tuple(replace(rule, name=f"{item.unit} {rule.name}") for rule in item.rules),
        )
        for item in dimensions
    )
)


@dataclass
class Kept:
    """One revision: what the product says of it, and what the oracle does."""

    authorization: Authorization
    order: Order


class ApprovalsMachine(RuleBasedStateMachine):
    """Subclasses say how orders are judged and where they are kept."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(
            parents={"top": None, "sales": "top", "north": "sales", "east": "top"},
            units=dict(PEOPLE),
            approvers={"ana", "bob", "cleo"},
        )
        self.kept: dict[str, list[Kept]] = {}

    def arrange(self) -> None:
        """Make the organization and its rules those of `world`."""
        raise NotImplementedError

    def submit(self, order_id: str, value: int, unit: str, buyer: str) -> Authorization:
        """Submit an order of some value."""
        raise NotImplementedError

    def decide(self, kept: Authorization, rule: Rule, name: str, score: int) -> Authorization:
        """Send a callback; raises what it is refused with."""
        raise NotImplementedError

    def cancel(self, kept: Authorization) -> Authorization:
        """Cancel an order; raises what it is refused with."""
        raise NotImplementedError

    def reevaluate(self, kept: Authorization) -> Authorization:
        """Judge an order again; raises what it is refused with."""
        raise NotImplementedError

    def pass_time(self) -> None:
        """Do what is due."""
        raise NotImplementedError

    def find(self, kept: Authorization) -> Authorization:
        """The authorization as it is kept now."""
        raise NotImplementedError

    def offered(self, kept: Authorization, rule: Rule, name: str) -> bool:
        """What `isUserNextAuthorizer` tells the person."""
        raise NotImplementedError

    @initialize(
        dimensions=policies,
        expires=st.sampled_from([None, None, 72]),
        buyers=st.tuples(people, people),
        worth=st.tuples(st.integers(1, 2), st.integers(1, 2)),
        one=st.booleans(),
    )
    def begin(
        self,
        dimensions: tuple[Dimension, ...],
        expires: int | None,
        buyers: tuple[str, str],
        worth: tuple[int, int],
        *,
        one: bool,
    ) -> None:
        self.world.dimensions, self.world.expires, self.world.one = dimensions, expires, one
        self.arrange()
        for order_id, buyer, value in zip(ORDERS, buyers, worth, strict=True):
            self.submit_or_edit(order_id, value, "north", buyer)

    @rule(
        order_id=st.sampled_from(ORDERS),
        value=values,
        unit=st.sampled_from(["north", "north", "sales", "east"]),
        buyer=people,
    )
    def edit(self, order_id: str, value: int, unit: str, buyer: str) -> None:
        self.submit_or_edit(order_id, value, unit, buyer)

    def submit_or_edit(self, order_id: str, value: int, unit: str, buyer: str) -> None:
        """Submit an order, or the same one again with other or equal content."""
        revisions = self.kept.setdefault(order_id, [])
        stored = self.submit(order_id, value, unit, buyer)
        if revisions:
            last = revisions[-1].order
            if (last.value, last.unit, last.buyer) == (value, unit, buyer):
                assert stored.id == revisions[-1].authorization.id
                return
            if last.ended is None:
                last.ended = "superseded"
        assert stored.revision == len(revisions) + 1
        revisions.append(Kept(stored, Order.submitted(self.world, value, unit, buyer)))

    @rule(choice=st.data(), name=callers, verdict=st.sampled_from(sorted(SCORES)))
    def call_back(self, choice: st.DataObject, name: str, verdict: str) -> None:
        kept = self._any(choice)
        rules = [asked for item in kept.order.kept for asked in item.rules]
        if rules:
            self._say(kept, choice.draw(st.sampled_from(rules)), name, verdict)

    @precondition(lambda self: self._possible())
    @rule(choice=st.data(), verdict=st.sampled_from(["accepted"] * 5 + ["denied", "bypassed"]))
    def decide_whose_turn_it_is(self, choice: st.DataObject, verdict: str) -> None:
        kept, asked, name = choice.draw(st.sampled_from(self._possible()))
        self._say(kept, asked, name, verdict)

    @precondition(lambda self: self._possible())
    @rule(choice=st.data())
    def accept_whose_turn_it_is(self, choice: st.DataObject) -> None:
        kept, asked, name = choice.draw(st.sampled_from(self._possible()))
        self._say(kept, asked, name, "accepted")

    def _say(self, kept: Kept, asked: Rule, name: str, verdict: str) -> None:
        allowed = True
        try:
            kept.order.say(self.world, name, asked.name, verdict)
        except Refused:
            allowed = False
        before = self.find(kept.authorization)
        try:
            after = self.decide(before, asked, name, SCORES[verdict])
        except PlacetError:
            assert not allowed
            assert self.find(kept.authorization) == before
            return
        # A repetition is answered as well, and changes nothing.
        assert allowed or after == before

    @rule(choice=st.data())
    def cancel_one(self, choice: st.DataObject) -> None:
        kept = self._any(choice)
        possible = kept.order.status()[0] in ("pending", "accepted", "cancelled")
        try:
            self.cancel(self.find(kept.authorization))
        except PlacetError:
            assert not possible
            return
        assert possible
        kept.order.ended = "cancelled"

    @rule(choice=st.data())
    def judge_again(self, choice: st.DataObject) -> None:
        kept = self._any(choice)
        old = kept.order
        possible = old.status()[0] == "pending"
        try:
            self.reevaluate(self.find(kept.authorization))
        except PlacetError:
            assert not possible
            return
        assert possible
        fresh = Order.submitted(self.world, old.value, old.unit, old.buyer)
        kept.order = replace(fresh, created=old.created)

    @rule(hours=st.sampled_from([1, 12, 25, 48]))
    def wait(self, hours: int) -> None:
        self.world.now += hours * HOUR
        for revisions in self.kept.values():
            revisions[-1].order.pass_time(self.world)
        self.pass_time()

    @rule(change=st.data(), name=people, other=people)
    def change_people(self, change: st.DataObject, name: str, other: str) -> None:
        kind = change.draw(st.sampled_from(["move", "promote or demote", "delegate or end"]))
        if kind == "move":
            self.world.units[name] = change.draw(st.sampled_from(UNITS))
        elif kind == "promote or demote":
            self.world.approvers ^= {name}
        elif name != other:
            self.world.delegations ^= {(name, other)}
        self.arrange()

    @rule(parent=st.sampled_from(["top", "sales", "east"]), dimensions=st.none() | policies)
    def reorganize(self, parent: str, dimensions: tuple[Dimension, ...] | None) -> None:
        self.world.parents["north"] = parent
        self.world.dimensions = dimensions or self.world.dimensions
        self.arrange()

    @invariant()
    def every_order_is_where_its_approvals_put_it(self) -> None:
        for revisions in self.kept.values():
            for kept in revisions:
                found = self.find(kept.authorization)
                status, waiting = kept.order.status()
                assert found.status.value == status, found.reason
                names = [trace.rule_id for _, trace in found.waiting()]
                assert names == [rule.name for rule in waiting]
            live = [item for item in revisions if self.find(item.authorization).live]
            assert live in ([], revisions[-1:])

    @invariant()
    def people_are_told_what_they_may_decide(self) -> None:
        for revisions in self.kept.values():
            order = revisions[-1].order
            for asked in order.status()[1]:
                for name in PEOPLE:
                    offered = self.offered(revisions[-1].authorization, asked, name)
                    assert offered == order.may(self.world, name, asked), (asked, name)

    def _any(self, choice: st.DataObject) -> Kept:
        everything = [kept for revisions in self.kept.values() for kept in revisions]
        latest = [revisions[-1] for revisions in self.kept.values()]
        return choice.draw(st.sampled_from(latest * 3 + everything))

    def _possible(self) -> list[tuple[Kept, Rule, str]]:
        """Everything that somebody may decide now."""
        return [
            (revisions[-1], asked, name)
            for revisions in self.kept.values()
            for asked in revisions[-1].order.status()[1]
            for name in PEOPLE
            if revisions[-1].order.may(self.world, name, asked)
        ]


def dimension_of(told: Dimension, priority: int) -> dict[str, Any]:
    """The document of a dimension; ids are the names."""

    def rule_document(place: int, item: Rule) -> dict[str, Any]:
        document: dict[str, Any] = {
            "id": item.name,
            "name": item.name,
            "priority": place,
            "trigger": {
                "condition": {"expression": f"value > {item.above}"},
                "effect": {"effectType": model.EffectType[item.effect.upper()].value},
            },
            "scoreInterval": {"accept": 10, "deny": 5},
            "authorizationData": {
                "requireAllApprovals": item.every,
                "authorizers": [
                    {"type": kind, "id": name}
                    for kind, _, name in (asked.partition(" ") for asked in item.by)
                ],
            },
        }
        if item.escalate is not None:
            document["escalateAfter"] = f"PT{item.escalate}H"
        return document

    return {
        "id": told.name,
        "name": told.name,
        "unitId": told.unit,
        "priority": priority,
        "requireAllRulesAcceptance": told.all,
        "ruleCollection": [rule_document(place, item) for place, item in enumerate(told.rules, 1)],
    }
