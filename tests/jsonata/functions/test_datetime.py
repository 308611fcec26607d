"""The clock of an evaluation, and what a text leaves open."""

from __future__ import annotations

import pytest

from placet.jsonata.errors import JSONataError
from placet.jsonata.runtime.values import UNDEFINED
from support.jsonata.calls import NOW, call


@pytest.mark.parametrize("name", ["formatNumber", "formatInteger"])
def test_a_missing_picture_is_a_type_error(name: str) -> None:
    with pytest.raises(JSONataError) as raised:
        call(name, 1, UNDEFINED)
    assert raised.value.code == "T0410"


def test_now_and_millis_are_the_evaluations_own_time() -> None:
    assert call("millis") == NOW
    assert call("now") == "2026-11-21T07:44:01.453Z"
    assert call("now", UNDEFINED, "-0530") == "2026-11-21T02:14:01.453-05:30"
    assert call("now", "[Y] [FNn]") == "2026 Saturday"


def test_what_a_text_leaves_open_comes_from_the_evaluations_time() -> None:
    assert call("fromMillis", call("toMillis", "13:45", "[H]:[m]")) == "2026-11-21T13:45:00.000Z"
    assert call("fromMillis", call("toMillis", "10", "[M]")) == "2026-10-01T00:00:00.000Z"
    assert call("fromMillis", call("toMillis", "12:30", "[h]:[m]")) == "2026-11-21T00:30:00.000Z"
