"""The calendar of budgets in time zones: months begin at local midnight, whatever clocks do."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from placet.budgets.core.book import Book
from placet.budgets.core.cycle import check_cycle, cycle_turn, cycle_window
from placet.budgets.core.due import catch_up
from placet.budgets.core.facts import BudgetFacts
from placet.budgets.core.model import Cycle
from placet.budgets.core.operations import CreateBudget, UpdateBudget
from placet.budgets.core.posting import apply
from placet.budgets.service.cycle_request import CycleRequest, checked_zone
from placet.errors import InvalidRequest
from placet.kit.instants import (
    DAY,
    Moment,
    instant_text,
    milliseconds,
    parse_instant,
    parse_moment,
    utc,
)
from placet.kit.local_day import day_of, day_start
from placet.kit.wall_clock import wall_at, when
from support.budgets.books import differences
from support.budgets.facts import said

CASES: list[Any] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "calendar" / "zones.yaml").read_text("utf-8")
)
# Among all others: half an hour of daylight saving, midnights that clocks skip or repeat, days and
# a year's last day that a zone left out, a change of offset without daylight saving.
ODD = [
    "Africa/Cairo", "Africa/Casablanca", "America/Havana", "America/Sao_Paulo", "America/St_Johns",
    "America/Toronto", "Asia/Beirut", "Asia/Kathmandu", "Asia/Pyongyang", "Asia/Tehran",
    "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Chatham", "Pacific/Fakaofo",
    "Pacific/Kiritimati", "Pacific/Kwajalein",
]  # fmt: skip
zones = st.sampled_from(ODD) | st.sampled_from(
    sorted(zone for zone in available_timezones() if "/" in zone)
)


def open_budget(cycle: Cycle, now: int, **more: Any) -> Book:
    book, facts = Book(), BudgetFacts(name="B", description="")
    apply(book, CreateBudget("B", facts, 100, cycle, **more), now)
    return book


def window(book: Book) -> str:
    period = book.budgets.values["B"].period
    assert period.end is not None
    return f"{short(period.start)} {short(period.end)}"


def short(instant: int) -> str:
    return f"{utc(instant):%Y-%m-%dT%H:%MZ}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_a_budget_is_opened_in_the_period_of_its_zone(case: dict[str, Any]) -> None:
    asked = CycleRequest(
        parse_moment(case["start"], "start"), parse_moment(case["end"], "end"), True, True,
        case.get("zone"),
    )  # fmt: skip
    account = case.get("account")
    now, zone = milliseconds(case["at"]), asked.zone(account)
    book = open_budget(asked.read(zone), now, default_zone=zone)
    assert window(book) == case["opened"]
    assert book.budgets.values["B"].cycle.time_zone == case.get("counted", case.get("zone"))


def local(instant: int, zone: str) -> datetime:
    return utc(instant).astimezone(ZoneInfo(zone))


def midnight(zone: str, year: int, month: int, day: int = 1) -> int:
    """The first moment of a day, as plainly as can be: hour by hour and minute by minute."""
    moment = datetime(year, month, day, tzinfo=UTC) - timedelta(hours=27)
    while moment.astimezone(ZoneInfo(zone)).date() < date(year, month, day):
        moment += timedelta(minutes=1)
    return milliseconds(moment)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Sydney", *ODD])
@pytest.mark.parametrize("year", [2011, 2017, 2027])
def test_renewals_one_by_one_stay_on_the_first_at_local_midnight(zone: str, year: int) -> None:
    start, end = midnight(zone, year, 1), midnight(zone, year, 2)
    book = open_budget(Cycle(start, end, True, True, zone), start)
    for month in range(2, 26):
        now = book.budgets.values["B"].period.end
        assert now == midnight(zone, year + (month - 1) // 12, (month - 1) % 12 + 1)
        catch_up(book, "B", now - 1)
        assert book.budgets.values["B"].period.number == month - 1
        catch_up(book, "B", now)
        assert book.budget_positions.values["B"].amount == 100 * month
    assert differences(book) == []


dates = st.dates(date(1970, 1, 2), date(2090, 1, 1))
times = st.sampled_from([0, 6 * 3_600_000, DAY - 3_600_000])


@settings(max_examples=300, deadline=None)
@given(zones, dates, times, st.sampled_from([1, 2, 3, 6, 12]), st.integers(0, 40))
def test_months_are_counted_on_the_wall(
    zone: str, first: date, time: int, months: int, turn: int
) -> None:
    def on(steps: int) -> int:
        year, month = divmod(first.year * 12 + first.month - 1 + steps, 12)
        day = min(first.day, monthrange(year, month + 1)[1])
        return when(milliseconds(datetime(year, month + 1, day, tzinfo=UTC)) + time, zone)

    start, end = on(0), on(months)
    if day_of(start, zone) != first or wall_at(start, zone) % DAY != time:
        return  # the first of all falls on what the zone left out
    last = first.day in (28, 29, 30) and (utc(wall_at(end, zone)).day != first.day)
    if last or wall_at(end, zone) % DAY != time:
        return
    cycle = Cycle(start, end, True, True, zone)
    begin, until = cycle_window(cycle, turn)
    assert until is not None
    if utc(wall_at(end, zone)).day == first.day or first.day == 31:
        assert (begin, until) == (on(months * turn), on(months * (turn + 1)))
    if begin < until:
        for now in (begin, until - 1):
            assert cycle_turn(cycle, now) == turn


@settings(max_examples=300, deadline=None)
@given(zones, dates, st.integers(1, 60), st.integers(0, 60))
def test_days_are_counted_on_the_wall(zone: str, first: date, days: int, turn: int) -> None:
    start, end = (day_start(first + timedelta(days=n), zone) for n in (0, days))
    if end - start < DAY // 2:
        return  # days that the zone left out
    cycle = Cycle(start, end, True, True, zone)
    begin, until = cycle_window(cycle, turn)
    assert until is not None
    assert begin <= until == cycle_window(cycle, turn + 1)[0]
    whole = {local(instant, zone).strftime("%d %H:%M") for instant in (start, end)}
    if any(not text.endswith("00:00") for text in whole) or local(start, zone).day != first.day:
        return
    if not _is_monthly(first, days):
        assert begin == day_start(first + timedelta(days=days * turn), zone)


def _is_monthly(first: date, days: int) -> bool:
    last = first + timedelta(days=days)
    day = max(first.day, last.day)
    return (first.year, first.month) != (last.year, last.month) and all(
        min(day, monthrange(one.year, one.month)[1]) == one.day for one in (first, last)
    )


@settings(max_examples=300, deadline=None)
@given(
    zones, st.integers(0, 40_000 * DAY), st.integers(DAY, 800 * DAY), st.integers(0, 4_000 * DAY)
)
def test_every_instant_lies_in_one_period(zone: str, start: int, length: int, later: int) -> None:
    cycle = Cycle(start, start + length, True, True, zone)
    check_cycle(cycle)
    turn = cycle_turn(cycle, start + later)
    begin, end = cycle_window(cycle, turn)
    assert end is not None
    assert begin <= start + later < end
    assert cycle_window(cycle, turn + 1)[0] == end


@settings(max_examples=300, deadline=None)
@given(zones, st.integers(-60 * 365 * DAY, 60 * 365 * DAY))
def test_the_wall_clock_is_read_both_ways(zone: str, instant: int) -> None:
    wall = wall_at(instant, zone)
    back = when(wall, zone)
    assert wall_at(back, zone) == wall
    assert back <= instant


def test_a_day_begins_where_the_clocks_were_put_forward_over_its_midnight() -> None:
    # From 23:30 to 00:30, half an hour after what would have been midnight.
    assert day_start(date(1919, 3, 31), "America/Toronto") == parse_instant("1919-03-31T04:30Z", "")


@settings(max_examples=200, deadline=None)
@given(zones, dates)
def test_a_day_begins_at_its_first_moment(zone: str, day: date) -> None:
    start = day_start(day, zone)
    assert local(start, zone).date() >= day
    assert local(start - 1, zone).date() < day or local(start - 1, zone) > local(start, zone)


def turned(book: Book, cycle: Cycle | None, now: int) -> None:
    base = book.budget_positions.values["B"].base
    catch_up(book, "B", now)
    apply(book, UpdateBudget("B", said("renamed"), base, cycle), now)


JULY = (parse_instant("2026-07-01T00:00:00+02:00", ""), parse_instant("2026-08-01T00:00+02:00", ""))


def test_a_client_that_sends_its_own_cycle_with_each_rename_changes_nothing() -> None:
    now = JULY[0]
    cycle = Cycle(*JULY, True, True, "Europe/Berlin")
    book = open_budget(cycle, now)
    spoken = Cycle(*JULY, True, True)
    windows = []
    for _ in range(14):
        now = book.budgets.values["B"].period.end or 0
        catch_up(book, "B", now)
        before = book.budgets.values["B"]
        amount = book.budget_positions.values["B"].amount
        shown = Cycle(before.period.start, before.period.end, True, True, "Europe/Berlin")
        windows.append((before.period.start, before.period.end))
        for sent in (cycle, spoken, shown, *(Cycle(*old, True, True) for old in windows)):
            turned(book, sent, now)
            after = book.budgets.values["B"]
            assert (after.cycle, after.period) == (before.cycle, before.period)
            assert book.budget_positions.values["B"].amount == amount
    assert book.budget_positions.values["B"].amount == 15 * 100
    assert len(book.periods) == 15


@pytest.mark.parametrize("sent", ["shown", "stored", "local"])
@pytest.mark.parametrize(
    ("zone", "following"),
    [
        ("America/New_York", "2026-11-30T23:00Z 2027-01-01T05:00Z"),
        ("Asia/Tokyo", "2026-11-30T23:00Z 2026-12-31T15:00Z"),
        ("UTC", "2026-11-30T23:00Z 2027-01-01T00:00Z"),
    ],
)
def test_another_time_zone_counts_from_the_next_period(
    sent: str, zone: str, following: str
) -> None:
    now = parse_instant("2026-11-10", "")
    book = open_budget(Cycle(*JULY, True, False, "Europe/Berlin"), now)
    period = book.budgets.values["B"].period
    windows = {
        "shown": (period.start, period.end),
        "stored": JULY,
        "local": (midnight(zone, 2026, 7), midnight(zone, 2026, 8)),
    }
    wanted = Cycle(*windows[sent], True, False, zone)
    for _ in range(2):
        turned(book, wanted, now)
        assert book.budgets.values["B"].period == period
    turned(book, wanted, period.end or 0)
    assert window(book) == following
    # Sent again and again, also in the periods that follow, it means the same.
    following_end = book.budgets.values["B"].period.end or 0
    turned(book, wanted, following_end)
    assert book.budgets.values["B"].period.start == following_end == midnight(zone, 2027, 1)
    assert book.budgets.values["B"].period.end == midnight(zone, 2027, 2)
    assert differences(book) == []


@settings(max_examples=60, deadline=None)
@given(zones, st.lists(st.tuples(zones, st.integers(1, 5)), max_size=5), st.integers(1990, 2035))
def test_however_often_the_zone_changes_months_begin_on_the_first_again(
    zone: str, changes: list[tuple[str, int]], year: int
) -> None:
    def first(number: int, of: str) -> int:
        return day_start(date(year + number // 12, number % 12 + 1, 1), of)

    book = open_budget(Cycle(first(0, zone), first(1, zone), True, True, zone), first(0, zone))
    number = 0
    for new, renewals in changes:
        period = book.budgets.values["B"].period
        turned(book, Cycle(period.start, period.end, True, True, new), period.start)
        assert book.budgets.values["B"].period == period
        for _ in range(renewals):
            end = book.budgets.values["B"].period.end or 0
            catch_up(book, "B", end)
            period, number = book.budgets.values["B"].period, number + 1
            # The first one still starts where the old zone's month ended.
            assert (period.start, period.end) == (end, first(number + 1, new))
            assert 26 * DAY < first(number + 1, new) - end < 33 * DAY
    assert book.budget_positions.values["B"].amount == 100 * (number + 1)
    assert differences(book) == []


def test_the_first_window_is_as_given_also_where_a_wall_time_comes_twice() -> None:
    # 02:30 comes twice in Berlin on 25 October 2026: at +02:00 and at +01:00.
    start = parse_instant("2026-10-25T02:30:00+01:00", "")
    end = parse_instant("2027-10-25T02:30:00+02:00", "")
    for renewed in (True, False):
        assert cycle_window(Cycle(start, end, renewed, True, "Europe/Berlin"), 0) == (start, end)
        back = Cycle(start - 31 * DAY, start, renewed, True, "Europe/Berlin")
        assert cycle_window(back, 0) == (start - 31 * DAY, start)


def test_a_new_window_holds_at_once_in_the_zone_of_before() -> None:
    now = parse_instant("2026-11-10", "")
    book = open_budget(Cycle(*JULY, True, False, "Europe/Berlin"), now)
    quarter = Cycle(midnight("Europe/Berlin", 2026, 10), midnight("Europe/Berlin", 2027, 1), True)
    turned(book, quarter, now)
    assert window(book) == "2026-09-30T22:00Z 2026-12-31T23:00Z"
    assert book.budgets.values["B"].cycle.time_zone == "Europe/Berlin"


def test_a_budget_of_before_time_zones_goes_on_from_where_it_is() -> None:
    # It was opened by lengths of 31 days in UTC, which drifted; now its months are found again.
    now = parse_instant("2026-11-20", "")
    book = open_budget(Cycle(*JULY, True, False), now)
    budget = book.budgets.values["B"]
    start, end = (parse_instant(f"2026-{text}T22:00Z", "") for text in ("11-01", "12-02"))
    period = replace(budget.period, turn=4, start=start, end=end)
    book.budgets.put("B", replace(budget, period=period, due_at=end))
    book.periods[:] = [period]
    catch_up(book, "B", end)
    assert window(book) == "2026-12-02T22:00Z 2026-12-31T22:00Z"
    catch_up(book, "B", end + 31 * DAY)
    assert window(book) == "2026-12-31T22:00Z 2027-01-31T22:00Z"


@pytest.mark.parametrize("zone", ["Europe/Berlin", "+02:00", "-11:30", "UTC"])
def test_zones_and_offsets_are_known(zone: str) -> None:
    assert checked_zone(zone) == zone


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Berln", "did you mean `Europe/Berlin`?"),
        ("europe/berlin", "did you mean `Europe/Berlin`?"),
        ("Berlin", "did you mean `Europe/Berlin`?"),
        ("New York", "did you mean `America/New_York`?"),
        ("Mars", "use a name such as `Europe/Paris`"),
        ("+25:00", "use a name such as `Europe/Paris`"),
        ("../etc/passwd", "use a name such as `Europe/Paris`"),
    ],
)
def test_what_is_no_zone_is_refused_with_the_one_that_is_meant(zone: str, words: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        checked_zone(zone)
    assert words in caught.value.message
    assert caught.value.message.startswith("`cycleConfiguration.timeZone`: must be a time zone")


def test_a_text_keeps_its_offset() -> None:
    assert parse_moment("2026-07-01T00:00:00+02:00", "x") == Moment(JULY[0] + 7_200_000, 120)
    assert parse_moment("2026-07-01", "x").offset is None
    assert instant_text(JULY[0]) == "2026-06-30T22:00:00.0000000Z"
