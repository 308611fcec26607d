"""All that is wrong with the items of a request is told at once."""

from __future__ import annotations

import pytest

from placet.errors import Conflict, Detail, InvalidRequest, NotFound, PlacetError
from placet.sellers.service.refusals import Refusals

AMOUNT = InvalidRequest("bad", code="invalid-amount", details=[Detail("amount", "is negative")])
GONE = NotFound("no budget `b`", code="budget-not-found")
TAKEN = Conflict("the days are taken", code="overlapping-budgets")


def raised(*errors: tuple[int, PlacetError], many: bool = True) -> PlacetError:
    refusals = Refusals(many=many)
    for position, error in errors:
        refusals.add(position, error)
    with pytest.raises(PlacetError) as caught:
        refusals.check()
    return caught.value


def test_nothing_wrong_raises_nothing() -> None:
    Refusals(many=True).check()


@pytest.mark.parametrize(
    ("errors", "gravest"),
    [
        ([TAKEN, GONE, AMOUNT], AMOUNT),
        ([TAKEN, GONE], GONE),
        ([TAKEN], TAKEN),
    ],
)
def test_the_gravest_kind_is_raised_with_the_details_of_all(
    errors: list[PlacetError], gravest: PlacetError
) -> None:
    found = raised(*enumerate(errors))
    assert (type(found), found.code) == (type(gravest), gravest.code)
    assert len(found.details) == len(errors)


def test_details_come_in_the_order_of_items_with_their_positions() -> None:
    found = raised((2, TAKEN), (0, AMOUNT))
    assert [detail.field for detail in found.details] == ["[0].amount", "[2]"]
    assert [detail.field for detail in raised((0, AMOUNT), many=False).details] == ["amount"]
