from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import placet.jsonata as jsonata
from placet.jsonata.errors import JSONataError
from placet.jsonata.functions import BUILTINS
from placet.jsonata.runtime.regexes import compile_regex
from placet.jsonata.runtime.state import Limits, State
from placet.jsonata.runtime.values import UNDEFINED


def call(name: str, *arguments: Any, size: int = 1000) -> Any:
    return State(Limits(size=size)).apply(BUILTINS[name], list(arguments))


def test_call_answers_as_the_table_says(call_case: Any) -> None:
    call_case.check()


@pytest.mark.parametrize("pattern", ["a", compile_regex("a")])
def test_replacement_above_the_size_limit_is_refused(pattern: Any) -> None:
    with pytest.raises(JSONataError, match="U1001"):
        call("replace", "a" * 100, pattern, "b" * 20)
    assert len(call("replace", "a" * 100, pattern, "b" * 20, 3)) == 157


def test_split_into_too_many_parts_is_refused() -> None:
    with pytest.raises(JSONataError, match="U1001"):
        call("split", "a" * 1001, "")


def test_text_pattern_hands_the_replacement_function_a_match_object() -> None:
    source = '$replace("a-b-c", "-", function($m){ $m.match & $m.start & $count($m.groups) })'
    assert jsonata.compile(source).evaluate({}) == "a-10b-30c"


@pytest.mark.parametrize(
    ("name", "arguments", "index"),
    [
        ("replace", ("a", UNDEFINED, "b"), 2),
        ("replace", ("a", "a", UNDEFINED), 3),
        ("split", ("a", UNDEFINED), 2),
    ],
)
def test_missing_pattern_or_replacement_is_an_error(
    name: str, arguments: tuple[Any, ...], index: int
) -> None:
    with pytest.raises(JSONataError) as raised:
        call(name, *arguments)
    assert (raised.value.code, raised.value.details["index"]) == ("T0410", index)


@pytest.mark.parametrize(
    "answer",
    ["false", "null", "5", "[]", '{"match": 1, "start": 0, "end": 1}', '{"match": "a", "end": 1}'],
)
def test_matcher_that_gives_no_match_object_is_an_error(answer: str) -> None:
    source = f'$contains("abc", function($s){{ {answer} }})'
    with pytest.raises(JSONataError, match="T1010"):
        jsonata.compile(source).evaluate({})


def test_custom_matcher_is_followed_to_its_last_match() -> None:
    source = """(
        $from := function($list, $i){ $i < $count($list) ? {
            "match": $list[$i].m, "start": $list[$i].s, "end": $list[$i].s + 1, "groups": ["g"],
            "next": function(){ $from($list, $i + 1) } } };
        $dashes := function($text){ $from([{"m": "-", "s": 1}, {"m": "-", "s": 3}], 0) };
        {"split": $split("a-b-c", $dashes), "match": $match("a-b-c", $dashes).index,
         "replace": $replace("a-b-c", $dashes, "<$0$1>"), "one": $split("a-b-c", $dashes, 1)}
    )"""
    assert jsonata.compile(source).evaluate({}) == {
        "split": ["a", "b", "c"],
        "match": [1, 3],
        "replace": "a<-g>b<-g>c",
        "one": ["a"],
    }


def test_group_without_part_in_the_match_is_null() -> None:
    assert jsonata.compile('$match("b", /(a)|b/).groups').evaluate({}) == [None]


@given(st.text("ab,", max_size=20))
def test_split_and_join_are_inverse(text: str) -> None:
    for separator in (",", compile_regex(",")):
        assert ",".join(call("split", text, separator)) == text


@given(st.text("abc", max_size=12), st.sampled_from("abc"), st.integers(0, 5))
def test_regex_and_text_patterns_agree(text: str, letter: str, limit: int) -> None:
    regex = compile_regex(letter)
    for name, more in (("replace", ("xy", limit)), ("split", (limit,)), ("contains", ())):
        assert call(name, text, letter, *more) == call(name, text, regex, *more)
