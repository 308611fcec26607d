"""What a list of orders is asked for is read, or refused with the parameter's name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.api.web.parameters import page_size
from placet.errors import InvalidRequest
from support.server import Client, refused

WRONG = {
    "limit": ["0", "201", "-1", "1.5", "x", "", "\u0661", "9" * 100],
    "status": ["open", "Pending", ""],
    "pending-for": ["you"],
    "waitsFor": ["everybody"],
    "createdAfter": ["yesterday", "2026-13-01"],
    "createdBefore": ["1763630400"],
    "olderThan": ["2 days", "P", "-P1D"],
    "waitsLongerThan": ["P1Y-"],
    "expand": ["rules"],
}


@given(size=st.integers(1, 200))
def test_a_page_has_as_many_entries_as_asked_for(size: int) -> None:
    assert page_size(str(size)) == size


@pytest.mark.parametrize("text", WRONG["limit"])
def test_a_page_of_another_size_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest, match="`limit` must be a whole number from 1 to 200"):
        page_size(text)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
async def test_a_parameter_that_cannot_be_is_named(client: Client, name: str, value: str) -> None:
    answer = await client.get("/commercial-authorizations", params={name: value})
    assert f"`{name}`" in refused(answer, 400)


@pytest.mark.anyio
async def test_what_waits_for_the_caller_does_not_wait_for_nobody(client: Client) -> None:
    both = {"pending-for": "me", "waitsFor": "nobody"}
    answer = await client.get("/commercial-authorizations", params=both)
    assert "leave out one of both" in refused(answer, 400)
