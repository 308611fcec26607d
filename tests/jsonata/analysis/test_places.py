"""Places in the input: one step below, many together, and how they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.jsonata.analysis.places import INPUT, NOTHING, extend, join, spell

PLACES = st.frozensets(
    st.lists(st.sampled_from(["a", "b", "c", "*"]), max_size=4).map(tuple), max_size=60
)


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ((), "$"),
        (("items", "price"), "items.price"),
        (("items", "*", "unit price"), "items.*.`unit price`"),
        (("**", "1st"), "**.`1st`"),
    ],
)
def test_a_place_is_written_as_a_path(place: tuple[str, ...], text: str) -> None:
    assert spell(place) == text


def test_one_step_below_nothing_is_nothing() -> None:
    assert extend(NOTHING, "a") == NOTHING
    assert extend(extend(INPUT, "a"), "b") == {("a", "b")}


@given(several=st.lists(PLACES, max_size=5))
def test_whatever_is_joined_is_covered_by_few_places(
    several: list[frozenset[tuple[str, ...]]],
) -> None:
    joined = join(several)
    assert len(joined) <= 64
    for place in frozenset().union(*several):
        assert place in joined or (place[0], "**") in joined
