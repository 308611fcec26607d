"""Errors are told apart by class and code, and name the fields at fault."""

from __future__ import annotations

import pytest

from placet.errors import Detail, InvalidRequest, PlacetError

KINDS = PlacetError.__subclasses__()


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_has_the_code_of_its_class_unless_it_says_another(kind: type[PlacetError]) -> None:
    assert kind("no").code == kind.default_code
    assert kind("no", code="other").code == "other"
    assert str(kind("no")) == kind("no").message == "no"


def test_every_class_has_a_code_of_its_own() -> None:
    own = [kind.default_code for kind in KINDS if "default_code" in vars(kind)]
    assert len(own) == len({*own, "error"}) - 1


@pytest.mark.parametrize(
    ("detail", "told"),
    [(Detail("a[0].b", "must be"), "`a[0].b`: must be"), (Detail("", "must be"), "must be")],
)
def test_a_detail_is_a_sentence_with_its_field(detail: Detail, told: str) -> None:
    assert str(detail) == told
    assert InvalidRequest("no", details=[detail]).details == (detail,)
