"""How long a delegation counts, and its record."""

from __future__ import annotations

import pytest

from placet.people.core.actor import Actor, ActorKind
from placet.people.core.delegation import Delegation, DelegationEvent


def made(**more: int) -> Delegation:
    return Delegation(
        account="acme", delegation_id="d", delegator_id="ann", delegate_id="bob", from_at=10,
        until_at=20, **more,
    )  # fmt: skip


@pytest.mark.parametrize(("now", "over"), [(0, False), (10, False), (19, False), (20, True)])
def test_a_delegation_is_over_at_its_last_instant(now: int, over: bool) -> None:
    assert made().over(now) is over


def test_a_delegation_that_was_ended_is_over_whatever_it_was_made_for() -> None:
    assert made(ended_at=12).over(12)
    assert made(ended_at=12).over(0)


def test_a_line_of_its_record_says_who_did_what_and_is_read_as_it_was_written() -> None:
    event = DelegationEvent.by(Actor(ActorKind.USER, "ann", name="Ann"), 12, "delegated")
    assert (event.who, event.actor_kind, event.actor_id) == ("Ann", "user", "ann")
    assert DelegationEvent.from_document(event.to_document()) == event
