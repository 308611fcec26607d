"""What quick code copies is counted."""

from __future__ import annotations

import pytest

from placet.jsonata import JSONataError, Limits, compile


@pytest.mark.parametrize(
    "source",
    [
        "$.($$).($$).($$)",
        "items.t.($$.items)",
        "items.t^($$.items.t)",
        "$sum($.($sum($$.($sum($$.($sum($$)))))))",
        "$zip($$.($$),$$.($$),$$.($$)).($$)",
        "items.($$.items).($$.items)",
    ],
)
def test_copies_of_the_input_are_counted(source: str) -> None:
    data = (
        {"items": [{"id": number, "t": [1] * 200} for number in range(200)]}
        if "items" in source
        else [1] * 400
    )
    with pytest.raises(JSONataError, match="U1001"):
        compile(source).evaluate(data, None, Limits(time_ms=500))
