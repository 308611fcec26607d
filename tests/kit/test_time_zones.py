"""Time zones by name, and fixed offsets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from placet.kit.time_zones import is_offset, known_time_zone, offset_name, zone_named


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "America/Sao_Paulo", "Etc/GMT+3"])
def test_zones_of_the_database_are_known(name: str) -> None:
    assert known_time_zone(name) == name
    assert not is_offset(name)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("europe/berlin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("Sao Paulo", "America/Sao_Paulo"),
        ("Europe/Berln", "Europe/Berlin"),
        ("Nowhere/At_All", None),
        ("", None),
        ("/etc/passwd", None),
        ("../UTC", None),
    ],
)
def test_what_is_no_zone_is_refused_with_the_one_that_is_meant(
    name: str, meant: str | None
) -> None:
    hint = f"did you mean `{meant}`" if meant else "use a name such as `Europe/Paris`"
    with pytest.raises(ValueError, match=f"must be a time zone.*{hint}"):
        known_time_zone(name)


@pytest.mark.parametrize(
    ("minutes", "name"), [(0, "+00:00"), (120, "+02:00"), (-90, "-01:30"), (345, "+05:45")]
)
def test_a_fixed_offset_has_a_name_and_is_a_zone(minutes: int, name: str) -> None:
    assert offset_name(minutes) == name
    assert is_offset(name)
    offset = datetime(2026, 7, 1, tzinfo=zone_named(name)).utcoffset()
    assert offset == timedelta(minutes=minutes)


@pytest.mark.parametrize("name", ["+24:00", "+2:00", "02:00", "+02:60", "+０2:00"])
def test_what_is_no_offset_is_none(name: str) -> None:
    assert not is_offset(name)


def test_no_name_is_utc() -> None:
    assert zone_named(None) is UTC
