"""Working time: what may be chosen, when it is over, and the laws that hold for any calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.errors import InvalidRequest
from placet.kit.durations import milliseconds_of
from placet.kit.reading import read
from placet.policies.core.model import AccountSettings
from placet.policies.core.rule_file import load_rule_file
from placet.policies.core.working_time import WorkingTime, minutes_of

WEEK = ["MO", "TU", "WE", "TH", "FR"]
OFFICE = {"workingDays": WEEK, "workingHours": {"from": "09:00", "to": "17:00"}}
BERLIN = OFFICE | {"timeZone": "Europe/Berlin"}
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]


def calendar(settings: dict[str, Any]) -> WorkingTime:
    found = read(AccountSettings, settings).working_time
    assert found is not None
    return found


def at(text: str, zone: str = "UTC") -> int:
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    return (moment - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1)


# 2026-12-04 is a Friday.
CASES: list[tuple[dict[str, Any], str, str, str]] = [
    (BERLIN, "2026-12-04T16:00", "P1D", "2026-12-07T16:00"),
    (BERLIN, "2026-12-04T16:00", "PT1H", "2026-12-04T17:00"),
    (BERLIN, "2026-12-04T16:00", "PT2H", "2026-12-07T10:00"),
    (BERLIN, "2026-12-04T16:00", "PT1H1S", "2026-12-07T09:00:01"),
    (BERLIN, "2026-12-04T17:00", "P1D", "2026-12-07T17:00"),
    (BERLIN, "2026-12-04T18:30", "PT4H", "2026-12-07T13:00"),
    (BERLIN, "2026-12-05T12:00", "P1D", "2026-12-07T17:00"),
    (BERLIN, "2026-12-07T03:00", "PT4H", "2026-12-07T13:00"),
    (BERLIN, "2026-12-04T16:00", "P1W", "2026-12-11T16:00"),
    (BERLIN, "2026-12-04T16:00", "P2DT1H", "2026-12-08T17:00"),
    (BERLIN | {"holidays": ["2026-12-07"]}, "2026-12-04T16:00", "P1D", "2026-12-08T16:00"),
    (BERLIN | {"holidays": ["2026-12-07"]}, "2026-12-07T10:00", "PT1H", "2026-12-08T10:00"),
    # a holiday on a day off takes nothing away
    (BERLIN | {"holidays": ["2026-12-05"]}, "2026-12-04T16:00", "P1D", "2026-12-07T16:00"),
    (
        BERLIN | {"holidays": ["2026-12-25", "2026-12-26", "2027-01-01"]},
        "2026-12-23T12:00",
        "P10D",
        "2027-01-08T12:00",
    ),
    # over both changes of the clocks it stays the same time of day
    (BERLIN, "2026-03-27T16:00", "P1D", "2026-03-30T16:00"),
    (BERLIN, "2026-10-23T16:00", "P1D", "2026-10-26T16:00"),
    (
        {"workingHours": {"from": "00:00", "to": "24:00"}, "timeZone": "Europe/Berlin"},
        "2026-03-28T16:00",
        "P1D",
        "2026-03-29T16:00",
    ),
    (
        {"workingHours": {"from": "00:00", "to": "24:00"}, "timeZone": "Europe/Berlin"},
        "2026-10-24T16:00",
        "P1D",
        "2026-10-25T16:00",
    ),
    # what the clocks skip is over when they do
    (
        {"workingHours": {"from": "00:00", "to": "24:00"}, "timeZone": "Europe/Berlin"},
        "2026-03-29T01:00",
        "PT1H30M",
        "2026-03-29T03:00",
    ),
    # one setting alone
    ({"workingDays": WEEK}, "2026-12-04T16:00", "P1D", "2026-12-07T16:00"),
    (
        {"workingHours": {"from": "09:00", "to": "17:00"}},
        "2026-12-04T16:00",
        "P1D",
        "2026-12-05T16:00",
    ),
    ({"holidays": ["2026-12-05"]}, "2026-12-04T16:00", "P1D", "2026-12-06T16:00"),
    ({"workingDays": ["sunday"]}, "2026-12-04T16:00", "P2D", "2026-12-14T00:00"),
]


@pytest.mark.parametrize(("settings", "start", "duration", "end"), CASES)
def test_working_time_is_over_when_so_much_of_it_has_passed(
    settings: dict[str, Any], start: str, duration: str, end: str
) -> None:
    zone = settings.get("timeZone", "UTC")
    found = calendar(settings).after(at(start, zone), duration)
    assert datetime.fromtimestamp(found / 1000, ZoneInfo(zone)).isoformat()[:19] == (
        at_text(end, zone)
    )


def at_text(text: str, zone: str) -> str:
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    return moment.isoformat()[:19]


def test_without_these_settings_all_time_counts() -> None:
    assert read(AccountSettings, {}).working_time is None


@pytest.mark.parametrize("day", ["MO", "mo", "Monday", "MONDAY", "mon"])
def test_days_are_named_in_any_case_short_or_long(day: str) -> None:
    assert read(AccountSettings, {"workingDays": ["fr", day]}).working_days == ("MO", "FR")


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"workingDays": []}, "`workingDays` must name at least one day"),
    ({"workingDays": ["MO", "Monday"]}, "`workingDays` must name each day once"),
    ({"workingDays": ["MX"]}, "`workingDays[0]` must be a day such as `MO` or `Monday`"),
    ({"workingDays": [1]}, "`workingDays[0]` must be a day"),
    ({"workingDays": "MO"}, "`workingDays` must be an array"),
    ({"workingHours": {"from": "17:00", "to": "09:00"}}, "from (17:00) must be before to (09:00)"),
    ({"workingHours": {"from": "09:00", "to": "09:00"}}, "must be before"),
    ({"workingHours": {"from": "9", "to": "17:00"}}, "`workingHours.from` must be a time such as"),
    ({"workingHours": {"from": "09:00", "to": "24:01"}}, "`workingHours.to` must be a time"),
    ({"workingHours": {"from": "09:00", "to": "17:60"}}, "`workingHours.to` must be a time"),
    ({"workingHours": {"from": "09:00"}}, "`workingHours.to` is missing"),
    ({"workingHours": {"from": "09:00", "till": "17:00"}}, "workingHours"),
    ({"holidays": ["25.12.2026"]}, "`holidays[0]` must be a date such as `2026-12-25`"),
    ({"holidays": ["20261225"]}, "`holidays[0]` must be a date"),
    ({"holidays": ["2026-02-30"]}, "`holidays[0]` must be a date"),
    ({"holidays": ["2026-12-25", "2026-12-25"]}, "`holidays` must name each date once"),
]


@pytest.mark.parametrize(("settings", "sentence"), WRONG)
def test_what_makes_no_calendar_is_refused_in_a_sentence(
    settings: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read(AccountSettings, settings)
    assert sentence in caught.value.message
    assert "\n" not in caught.value.message


def test_a_rule_file_may_choose_it() -> None:
    text = (
        "account: acme\nsettings:\n  workingDays: [Mo, friday]\n"
        '  workingHours: {from: "09:00", to: "17:00"}\n  holidays: ["2026-12-25"]\ndimensions: []\n'
    )
    found, problems = load_rule_file(text, "rules.yaml")
    assert found is not None, problems
    assert found.settings.working_days == ("MO", "FR")
    # what a file says survives being kept
    kept = AccountSettings.of_document(found.settings.to_document())
    assert kept.working_time == found.settings.working_time is not None


days = st.lists(st.sampled_from([*WEEK, "SA", "SU"]), min_size=1, unique=True)
clocks = st.tuples(st.integers(0, 95), st.integers(1, 96)).map(lambda pair: (min(pair), max(pair)))
# around the changes of the clocks of two years, in both hemispheres
instants = st.integers(at("2026-01-01T00:00"), at("2027-12-31T00:00"))
durations = st.sampled_from(["PT1S", "PT30M", "PT4H", "P1D", "P2DT3H", "P1W", "PT100H"])


def quarter(number: int) -> str:
    return f"{number // 4:02d}:{number % 4 * 15:02d}"


@st.composite
def calendars(draw: st.DrawFn, earliest: int = 0) -> WorkingTime:
    first, last = draw(clocks.filter(lambda pair: earliest <= pair[0] < pair[1]))
    off = draw(st.sets(st.integers(0, 729), max_size=20))
    start = datetime.fromisoformat("2026-01-01")
    settings: dict[str, Any] = {
        "timeZone": draw(st.sampled_from(ZONES)),
        "workingDays": draw(days),
        "workingHours": {"from": quarter(first), "to": quarter(last)},
        "holidays": [(start + timedelta(days=day)).date().isoformat() for day in off],
    }
    return calendar(settings)


@given(calendars(), instants, durations)
def test_it_is_over_within_working_hours_and_later(
    found: WorkingTime, start: int, duration: str
) -> None:
    end = found.after(start, duration)
    assert end >= start
    local = datetime.fromtimestamp(end / 1000, found.zone)
    passed = (local.hour * 60 + local.minute) * 60_000 + local.second * 1000
    day = local.date().toordinal()
    if passed == 0 and found.closes == 1_440 and found.opens > 0:
        day, passed = day - 1, 1_440 * 60_000  # the end of a day is the next one's midnight
    inside = found.opens * 60_000 <= passed <= found.closes * 60_000
    works = local.fromordinal(day).weekday() in found.days and day not in found.holidays
    if found.closes == 1_440 and found.opens == 0 and passed == 0 and not works:
        day -= 1
        works = local.fromordinal(day).weekday() in found.days and day not in found.holidays
    # an hour that the clocks skip at the end of the working hours ends where they do
    skipped = passed - found.closes * 60_000 <= 3_600_000 and found.opens * 60_000 <= passed
    assert works
    assert inside or (skipped and _clocks_change(found, end))


def _clocks_change(found: WorkingTime, end: int) -> bool:
    offsets = {
        datetime.fromtimestamp(end / 1000 + hours * 3600, found.zone).utcoffset()
        for hours in (-3, 3)
    }
    return len(offsets) > 1


@given(calendars(), instants, st.integers(0, 10_000_000_000), durations)
def test_who_begins_later_is_never_done_earlier(
    found: WorkingTime, start: int, later: int, duration: str
) -> None:
    assert found.after(start, duration) <= found.after(start + later, duration)


@given(calendars(), instants, durations, durations)
def test_longer_is_never_over_earlier(
    found: WorkingTime, start: int, first: str, second: str
) -> None:
    hours = (found.closes - found.opens) / 60

    def worth(text: str) -> float:
        if text.startswith("PT"):
            return milliseconds_of(text) / 3_600_000
        return {"P1D": hours, "P2DT3H": 2 * hours + 3, "P1W": len(found.days) * hours}[text]

    if worth(first) <= worth(second):
        assert found.after(start, first) <= found.after(start, second)


# Of hours from five in the morning on, no change of the clocks takes anything away.
@given(calendars(earliest=20), instants, st.integers(1, 200), st.integers(1, 200))
def test_one_after_the_other_is_as_long_as_both_together(
    found: WorkingTime, start: int, first: int, second: int
) -> None:
    parts = found.after(found.after(start, f"PT{first}M"), f"PT{second}M")
    assert parts == found.after(start, f"PT{first + second}M")


@given(calendars(earliest=20), instants, st.integers(1, 40), st.integers(1, 40))
def test_days_add_up_too(found: WorkingTime, start: int, first: int, second: int) -> None:
    parts = found.after(found.after(start, f"P{first}D"), f"P{second}D")
    assert parts == found.after(start, f"P{first + second}D")


def test_ten_years_are_counted_at_once() -> None:
    found = calendar({"workingDays": ["SU"], "holidays": ["2026-12-06", "2027-01-03"]})
    end = found.after(at("2026-12-04T16:00"), "P3660D")
    last = datetime(2026, 12, 13, tzinfo=UTC) + timedelta(days=3660 * 7 + 1)
    assert datetime.fromtimestamp(end / 1000, UTC) == last
    assert minutes_of("24:00") == 1_440
