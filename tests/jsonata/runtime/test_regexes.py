import threading
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import placet.jsonata as jsonata
from placet.jsonata.errors import JSONataError
from placet.jsonata.runtime.regexes import compile_regex, iterate_matches
from placet.jsonata.runtime.state import Limits, State
from placet.jsonata.runtime.values import UNDEFINED

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "regexes.yaml").read_text("utf-8"))


@pytest.mark.parametrize(("source", "flags", "text", "wanted"), CASES["matches"])
def test_regex_matches_as_in_javascript(
    source: str, flags: str, text: str, wanted: list[Any] | str | None
) -> None:
    if wanted == "error":
        with pytest.raises(JSONataError) as raised:
            compile_regex(source, flags)
        assert raised.value.code == "S0303"
        assert source in raised.value.message
        return
    matcher = compile_regex(source, flags)
    state = State(Limits())
    found = matcher.find(text, 0, state)
    assert matcher.test(text, state) is (wanted is not None)
    assert (found and [found.start(), found.group(), *found.groups()]) == wanted


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("(a+)+$", "a" * 40 + "b"),
        ("(?:a|aa)+b", "a" * 60),
        ("(a*)*b", "a" * 5000),
        ("a?" * 60 + "a" * 60, "a" * 60 + "b"),
    ],
)
def test_search_that_does_not_end_stops_at_the_time_limit(source: str, text: str) -> None:
    state = State(Limits(time_ms=50))
    with pytest.raises(JSONataError, match="U1001"):
        for _ in range(100_000):
            compile_regex(source).test(text, state)


def test_long_search_lets_other_threads_run() -> None:
    state = State(Limits(time_ms=300))
    counts = []

    def count() -> None:
        until = threading.Event()
        while not finished.is_set():
            counts.append(1)
            until.wait(0.001)

    finished = threading.Event()
    thread = threading.Thread(target=count)
    thread.start()
    try:
        with pytest.raises(JSONataError, match="U1001"):
            compile_regex("(a+)+$").test("a" * 20_000 + "b", state)
        seen = len(counts)
    finally:
        finished.set()
        thread.join()
    assert seen > 10


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ('"abc" ~> /b/ ~> function($m){ $m.start & "-" & $m.end & $m.match }', "1-2b"),
        ('($m := /b(.)/("abcbd"); $m.next().groups)', ["d"]),
        ('$exists(/b/("abc").next())', False),
        ('$exists(/x/("abc"))', False),
        ("$filter([1, 2, 31], /1/)", 1),
        ("$exists(/x/(missing))", False),
        ("$map([null, true], /ul|u/).match", ["ul", "u"]),
        ('$sift({"aa": 1, "b": 2}, function($v, $k){ $k ~> /a/ })', {"aa": 1}),
    ],
)
def test_regex_is_a_function(expression: str, wanted: Any) -> None:
    assert jsonata.compile(expression).evaluate({}) == wanted


@pytest.mark.parametrize("value", ["[1]", "{}", "$sum"])
def test_regex_called_with_what_has_no_plain_text_is_an_error(value: str) -> None:
    with pytest.raises(JSONataError, match="T0410"):
        jsonata.compile(f"$map([{value}], /a/)").evaluate({})


def test_empty_match_is_an_error_only_when_it_would_go_on() -> None:
    state = State(Limits())
    matcher = compile_regex("a*")
    assert [match.text for match in iterate_matches(state, matcher, "aa")] == ["aa"]
    with pytest.raises(JSONataError, match="D1004"):
        list(iterate_matches(state, matcher, "aab"))
    first = state.apply(matcher, ["b"])
    with pytest.raises(JSONataError, match="D1004"):
        state.apply(first["next"], [])


def test_offset_behind_the_text_finds_nothing() -> None:
    state = State(Limits())
    assert state.apply(compile_regex("a?"), ["a", 2]) is UNDEFINED
    assert state.apply(compile_regex("a"), ["aba", 1])["start"] == 2


def test_compiled_regexes_are_cached_and_the_cache_is_bounded() -> None:
    assert compile_regex("cached", "i") is compile_regex("cached", "i")
    assert compile_regex.cache_info().maxsize == 512


@given(
    st.text(alphabet="aB.@|()$^ -ſK", max_size=8),
    st.text(alphabet="abB.@-ſKk ", max_size=12),
    st.sampled_from(["", "i"]),
)
def test_the_quick_search_finds_what_the_complete_one_finds(
    source: str, text: str, flags: str
) -> None:
    try:
        matcher = compile_regex(source or "a", flags)
    except JSONataError:
        return
    search, longest = matcher.quick_search()
    if len(text) <= longest:
        assert (search(text) is not None) == matcher.test(text, State(Limits()))
