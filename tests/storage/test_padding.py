"""Lists for `IN` that come in few lengths."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from placet.storage.padding import padded


@given(st.lists(st.text(max_size=3), max_size=70))
def test_a_padded_list_holds_the_same_in_a_power_of_two(values: list[str]) -> None:
    found = padded(values)
    assert set(found) == set(values)
    assert found == sorted(found)
    assert len(found).bit_count() <= 1
    assert len(values) <= len(found) < 2 * max(len(values), 1)
