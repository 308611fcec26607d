"""One function says who holds a level, and nobody waits for somebody who cannot act."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.orders.core.reach import NO_REACH, WHOLE_ACCOUNT, Few, Reach
from placet.orders.core.seats import Holder, HolderKind, Seat, SeatKind
from placet.people.core.actor import Actor, ActorKind
from placet.policies.core.model import Authorizer, AuthorizerType

PATH = ("acme", "sales", "lab")
NOBODY = Holder(HolderKind.NOBODY)
ANYONE = Holder(HolderKind.ANYONE)
GONE = Reach(unable={"ana": "is inactive"})
# The lab has nobody, and nobody above approves for it.
EMPTY = {"fallbacks": {"lab": None}}


def user(name: str) -> Holder:
    return Holder(HolderKind.USER, name)


def unit(name: str) -> Holder:
    return Holder(HolderKind.UNIT, name)


def seat(kind: SeatKind, listed: str | None = None, **more: Any) -> Seat:
    """A seat whose authorizer is written as `user ana`."""
    authorizer = None
    if listed is not None:
        what, name = listed.split()
        authorizer = Authorizer(type=AuthorizerType(what), id=name)
    return Seat(kind, authorizer, more.get("path", PATH), frozenset(more.get("barred", ())))


@pytest.mark.parametrize(
    ("asked", "reach", "holder"),
    [
        (seat(SeatKind.LISTED, "user ana"), NO_REACH, user("ana")),
        (seat(SeatKind.LISTED, "user ana", barred=["ana"]), NO_REACH, unit("lab")),
        (seat(SeatKind.LISTED, "user ana"), GONE, unit("lab")),
        (seat(SeatKind.LISTED, "user ana", path=()), GONE, ANYONE),
        (seat(SeatKind.LISTED, "unit design"), NO_REACH, unit("design")),
        (seat(SeatKind.LISTED, "unit lab"), Reach(fallbacks={"lab": "sales"}), unit("sales")),
        (seat(SeatKind.LISTED, "unit island"), Reach(fallbacks={"island": None}), unit("lab")),
        (seat(SeatKind.ABOVE, "unit lab"), Reach(parents={"lab": "sales"}), unit("sales")),
        (seat(SeatKind.ABOVE, "unit acme"), NO_REACH, NOBODY),
        (seat(SeatKind.ABOVE, "unit lab"), Reach(**EMPTY), unit("acme")),
        (seat(SeatKind.PATH), NO_REACH, unit("lab")),
        (seat(SeatKind.PATH), Reach(**EMPTY), unit("sales")),
        (seat(SeatKind.PATH, path=()), NO_REACH, ANYONE),
        (
            seat(SeatKind.PATH, path=(), barred=["ana"]),
            Reach(few={WHOLE_ACCOUNT: Few(frozenset({"ana"}), None)}),
            NOBODY,
        ),
        (
            seat(SeatKind.LISTED, "user ana"),
            Reach(unable=GONE.unable, fallbacks=dict.fromkeys(PATH)),
            NOBODY,
        ),
    ],
)
def test_a_seat_is_held_by_who_is_listed_or_stands_in(
    asked: Seat, reach: Reach, holder: Holder
) -> None:
    assert asked.holder(reach) == holder


ANA = Actor(ActorKind.USER, "ana", frozenset(), frozenset({"lab"}))


@pytest.mark.parametrize(
    ("holder", "means"),
    [
        (user("ana"), True), (user("bob"), False), (unit("lab"), True), (unit("sales"), False),
        (ANYONE, True), (NOBODY, False),
    ],
)  # fmt: skip
def test_a_holder_means_a_person_a_unit_s_people_anyone_or_nobody(
    holder: Holder, *, means: bool
) -> None:
    assert holder.means(ANA) is means


def test_neither_the_barred_nor_keys_hold_a_seat() -> None:
    assert seat(SeatKind.PATH).may_act(ANA, NO_REACH)
    assert not seat(SeatKind.PATH, barred=["ana"]).may_act(ANA, NO_REACH)
    key = Actor(ActorKind.APP_KEY, "ana", frozenset(), frozenset({"lab"}))
    assert not seat(SeatKind.PATH).may_act(key, NO_REACH)


SEATS = st.builds(
    seat,
    st.sampled_from(SeatKind),
    st.sampled_from([None, "user ana", "unit lab"]),
    path=st.sampled_from([(), PATH]),
    barred=st.lists(st.sampled_from(["ana", "bob", "cid"])),
)


@given(one=SEATS, other=SEATS)
def test_a_document_is_that_of_one_seat_only(one: Seat, other: Seat) -> None:
    assert Seat.from_document(one.to_document()) == one
    assert (one.to_document() == other.to_document()) == (one == other)


@given(asked=SEATS, reach=st.sampled_from([NO_REACH, GONE, Reach(fallbacks=dict.fromkeys(PATH))]))
def test_a_seat_is_never_held_by_a_barred_or_unable_person(asked: Seat, reach: Reach) -> None:
    holder = asked.holder(reach)
    if holder.kind is HolderKind.USER:
        assert holder.id not in asked.barred | reach.unable.keys()
    assert (holder.authorizer is None) == (holder in (ANYONE, NOBODY))
