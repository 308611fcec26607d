"""A hazard says what, where, and what to write instead."""

from __future__ import annotations

from placet.policies.core.hazards.model import HAZARDS, NOTES, Hazard


def test_kinds_are_numbered_without_a_gap() -> None:
    assert list(HAZARDS) == [f"H{number:02}" for number in range(1, len(HAZARDS) + 1)]
    assert HAZARDS.keys() > NOTES


def test_only_notes_are_good_to_know() -> None:
    told = {code for code in HAZARDS if Hazard(code, 0, 1, "odd").is_note}
    assert told == NOTES


def test_it_is_shown_in_its_line_with_what_to_write() -> None:
    source = "a and\n b > c"
    told = Hazard("H01", 7, 12, "odd", "a").render(source).splitlines()
    assert told == ["2:2: H01: odd", " b > c", " ^^^^^", "write: a"]
    assert Hazard("H01", 7, 12, "odd").render(source).splitlines() == told[:3]
