"""Budgets over their periods: counted in a time zone, with a base and what was carried over."""

from __future__ import annotations

from typing import Any

import pytest

from support.budgets.calls import (
    ON_ONE_STORE,
    Budgets,
    allocation,
    budget,
    failed,
    movement,
    path_of,
)
from support.clock import Calendar
from support.people.units import plant
from support.server import Client, Server, ok

pytestmark = pytest.mark.anyio


def cycle(start: str, end: str, **more: Any) -> dict[str, Any]:
    """A renewing cycle with carry-over."""
    return {
        "startDate": start,
        "endDate": end,
        "autoResetOnPeriodEnd": True,
        "carryOverBalance": True,
        **more,
    }


JULY = ("2026-07-01T00:00:00+02:00", "2026-08-01T00:00:00+02:00")


async def window(budgets: Budgets, made: dict[str, Any]) -> list[str]:
    shown = (await budgets.get(f"/{made['id']}"))["cycleConfiguration"]
    return [shown[name][:16] for name in ("startDate", "endDate")]


# The first field reports, with the zones that they are of.
TABLE = [
    ("Europe/Berlin", *JULY, "2026-11-30T23:00", "2026-12-31T23:00"),
    ("Australia/Sydney", "2026-07-01T00:00:00+10:00", "2026-08-01T00:00:00+10:00",
     "2026-11-30T13:00", "2026-12-31T13:00"),
    ("Asia/Kolkata", "2026-07-01T00:00:00+05:30", "2026-08-01T00:00:00+05:30",
     "2026-11-30T18:30", "2026-12-31T18:30"),
    ("America/New_York", "2026-01-01T00:00:00-05:00", "2026-04-01T00:00:00-04:00",
     "2026-10-01T04:00", "2027-01-01T05:00"),
    ("Europe/Berlin", "2026-01-01T00:00:00+01:00", "2026-04-01T00:00:00+02:00",
     "2026-09-30T22:00", "2026-12-31T23:00"),
    ("America/New_York", "2026-03-01T00:00:00-05:00", "2026-04-01T00:00:00-04:00",
     "2026-12-01T05:00", "2027-01-01T05:00"),
]  # fmt: skip


@pytest.mark.parametrize(("zone", "start", "end", "opened", "ends"), TABLE)
@pytest.mark.parametrize("whose", ["cycle", "account"])
async def test_periods_begin_at_midnight_of_the_zone(
    dated: Client, yearly: Budgets, whose: str, *, zone: str, start: str, end: str, opened: str,
    ends: str,
) -> None:  # fmt: skip
    own = {"timeZone": zone} if whose == "cycle" else {}
    if whose == "account":
        ok(await dated.call("PATCH", "/settings", json={"timeZone": zone}))
    made = await yearly.create(cycleConfiguration=cycle(start, end, **own))
    assert await window(yearly, made) == [opened, ends]
    assert made["cycleConfiguration"]["timeZone"] == zone
    assert "warnings" not in made


async def test_renewals_one_by_one_stay_on_the_first(yearly: Budgets, calendar: Calendar) -> None:
    made = await yearly.create(cycleConfiguration=cycle(*JULY, timeZone="Europe/Berlin"))
    for month in range(1, 13):
        _, ends = await window(yearly, made)
        summer = 4 <= month <= 10
        day = {1: "2026-12-31", 3: "2027-02-28", 5: "2027-04-30", 7: "2027-06-30"}.get(month)
        assert ends.endswith("T22:00" if summer else "T23:00")
        assert day is None or ends.startswith(day)
        calendar.set(f"{ends}:00Z")
    assert await window(yearly, made) == ["2027-11-30T23:00", "2027-12-31T23:00"]


async def test_without_a_zone_the_offset_counts_and_is_warned_of(yearly: Budgets) -> None:
    made = await yearly.create(cycleConfiguration=cycle(*JULY))
    assert await window(yearly, made) == ["2026-11-30T22:00", "2026-12-31T22:00"]
    assert made["cycleConfiguration"]["timeZone"] == "+02:00"
    [warning] = made["warnings"]
    assert "daylight saving is not known" in warning
    body = budget(cycleConfiguration=made["cycleConfiguration"])
    assert await yearly.put(f"/{made['id']}", body) == made
    body["cycleConfiguration"] = cycle(*JULY, timeZone="Europe/Berlin")
    changed = await yearly.put(f"/{made['id']}", body)
    assert "warnings" not in changed
    assert changed["cycleConfiguration"]["endDate"] == made["cycleConfiguration"]["endDate"]


async def test_another_zone_counts_from_the_next_period(
    yearly: Budgets, calendar: Calendar
) -> None:
    made = await yearly.create(cycleConfiguration=cycle(*JULY, timeZone="Europe/Berlin"))
    shown = made["cycleConfiguration"] | {"timeZone": "America/New_York"}
    for _ in range(2):
        changed = await yearly.put(f"/{made['id']}", budget(cycleConfiguration=shown))
        assert changed["cycleConfiguration"] == shown
    calendar.set("2027-01-15")
    assert await window(yearly, made) == ["2026-12-31T23:00", "2027-02-01T05:00"]
    await yearly.put(f"/{made['id']}", budget(cycleConfiguration=shown))
    assert await window(yearly, made) == ["2026-12-31T23:00", "2027-02-01T05:00"]


@pytest.mark.parametrize(
    "dates", [("2026-07-01", "2026-08-01"), JULY, ("2026-07-01", "2026-07-31T23:59:59")]
)
async def test_an_own_cycle_sent_again_means_what_it_meant(
    dated: Client, yearly: Budgets, calendar: Calendar, dates: tuple[str, str]
) -> None:
    body = budget(cycleConfiguration=cycle(*dates))
    made = await yearly.post("", body)
    # The account chooses a zone later on, which counts for new budgets and new dates only.
    ok(await dated.call("PATCH", "/settings", json={"timeZone": "America/New_York"}))
    for time in ("2026-12-15", "2027-01-15", "2027-07-15"):
        calendar.set(time)
        before = await yearly.get(f"/{made['id']}")
        assert await yearly.put(f"/{made['id']}", body) == before
    quarter = cycle("2027-07-01", "2027-10-01")
    changed = await yearly.put(f"/{made['id']}", budget(cycleConfiguration=quarter))
    assert changed["cycleConfiguration"]["timeZone"] == "America/New_York"
    assert await window(yearly, made) == ["2027-07-01T04:00", "2027-10-01T04:00"]
    far = cycle("9899-01-01", "9899-02-01", autoResetOnPeriodEnd=False)
    changed = await yearly.put(f"/{made['id']}", budget(cycleConfiguration=far))
    assert await window(yearly, made) == ["9899-01-01T05:00", "9899-02-01T05:00"]


async def test_a_time_of_day_that_a_zone_gives_is_warned_of(dated: Client, yearly: Budgets) -> None:
    ok(await dated.call("PATCH", "/settings", json={"timeZone": "Europe/Berlin"}))
    made = await yearly.create(cycleConfiguration=cycle("2026-07-01", "2026-08-01"))
    assert "warnings" not in made
    made = await yearly.create(
        cycleConfiguration=cycle("2026-07-01T00:00:00Z", "2026-08-01T00:00:00Z")
    )
    assert "periods begin at 02:00 in `Europe/Berlin`" in made["warnings"][0]
    made = await yearly.create(cycleConfiguration=cycle("2026-07-01", "2026-08-01"))
    assert await window(yearly, made) == ["2026-11-30T23:00", "2026-12-31T23:00"]


@ON_ONE_STORE
@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Berln", "did you mean `Europe/Berlin`?"),
        ("Berlin", "did you mean `Europe/Berlin`?"),
        ("Moon", "use a name such as `Europe/Paris`"),
        ("", "use a name such as `Europe/Paris`"),
    ],
)
async def test_a_zone_that_is_none_is_refused(
    client: Client, budgets: Budgets, zone: str, words: str
) -> None:
    body = budget(cycleConfiguration=cycle(*JULY, timeZone=zone))
    sentence = failed(await budgets.call("POST", "", body), 400)
    assert sentence.startswith("`cycleConfiguration.timeZone`")
    assert words in sentence
    answer = await client.call("PATCH", "/settings", json={"timeZone": zone})
    assert answer.status_code == 400
    assert words in answer.json()["message"]


MONTH = ("2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z")


def balance(amount: float, carried: float, used: float = 0) -> dict[str, float]:
    return {
        "amount": amount,
        "carried": carried,
        "balanceAdjustment": used,
        "remaining": amount - used,
    }


async def test_a_rename_after_a_carry_over_changes_no_money(
    yearly: Budgets, calendar: Calendar
) -> None:
    calendar.set("2028-02-10")
    made = await yearly.create(allocation(600), cycleConfiguration=cycle(*MONTH))
    [part] = made["allocations"]
    calendar.set("2028-03-10")
    assert (await yearly.get(f"/{made['id']}"))["balance"] == balance(2000, 1000)
    renamed = {"name": "renamed", "description": "d", "amount": 1000}
    for body in (renamed, renamed | {"cycleConfiguration": cycle(*MONTH)}):
        changed = await yearly.put(f"/{made['id']}", body)
        assert (changed["name"], changed["balance"]) == ("renamed", balance(2000, 1000))
        assert changed["cycleConfiguration"]["startDate"].startswith("2028-03-01")
        same = await yearly.put(path_of(part), allocation(600, referenceId="renamed"))
        assert (same["referenceId"], same["balance"]) == ("renamed", balance(1200, 600))
    await yearly.post(f"{path_of(part)}/transactions", movement(300))
    calendar.set("2028-04-10")
    assert (await yearly.get(f"/{made['id']}"))["balance"] == balance(2700, 1700)
    assert (await yearly.get(path_of(part)))["balance"] == balance(1500, 900)


async def test_a_new_amount_is_the_base_of_this_and_coming_periods(
    yearly: Budgets, calendar: Calendar
) -> None:
    calendar.set("2028-02-10")
    made = await yearly.create(allocation(600), cycleConfiguration=cycle(*MONTH))
    [part] = made["allocations"]
    calendar.set("2028-03-10")
    changed = await yearly.put(f"/{made['id']}", budget(1200))
    assert changed["balance"] == balance(2200, 1000)
    assert (await yearly.put(path_of(part), allocation(500)))["balance"] == balance(1100, 600)
    calendar.set("2028-04-10")
    assert (await yearly.get(f"/{made['id']}"))["balance"] == balance(3400, 2200)
    assert (await yearly.get(path_of(part)))["balance"] == balance(1600, 1100)


async def test_allocations_beyond_a_soft_budget_are_warned_of(budgets: Budgets) -> None:
    made = await budgets.create(allocation(700), allocation(700))
    assert "the allocations exceed the budget by `400`" in made["warnings"][0]
    made = await budgets.create(allocation(700))
    assert "warnings" not in made
    place = f"/{made['id']}/allocations"
    assert "warnings" not in await budgets.post(place, allocation(300))
    one = await budgets.post(place, allocation(0.5))
    assert "by `0.5`" in one["warnings"][0]
    several = await budgets.post(f"{place}/batch", {"allocations": [allocation(1)]})
    assert "by `1.5`" in several["warnings"][0]
    changed = await budgets.put(path_of(one), allocation(2))
    assert "by `3`" in changed["warnings"][0]
    assert "warnings" not in await budgets.put(f"/{made['id']}", budget(1003))
    assert "by `103`" in (await budgets.put(f"/{made['id']}", budget(900)))["warnings"][0]


async def test_a_budget_is_of_a_unit_that_there_is(server: Server, budgets: Budgets) -> None:
    kept = await budgets.create()
    await plant(server.database, {"college": None, "lab-7": "college"})
    for unit, words in (
        ("COLLEGE", "; did you mean `college`?"),
        ("colege", "; did you mean `college`?"),
        ("Lab-77", "; did you mean `lab-7`?"),
        ("elsewhere", "this account has no unit `elsewhere`"),
    ):
        answer = await Budgets(budgets.http, unit).call("POST", "", budget())
        sentence = failed(answer, 400)
        assert sentence.startswith("`contextId`: this account has no unit")
        assert words in sentence
    for unit in ("college", "lab-7", "seller:7"):
        assert (await Budgets(budgets.http, unit).create())["contextId"] == unit
    # What was there before goes on.
    assert await budgets.post(f"/{kept['id']}/allocations", allocation())
