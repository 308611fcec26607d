import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import placet.jsonata as jsonata
from placet.jsonata.errors import JSONataError
from placet.jsonata.functions import BUILTINS
from placet.jsonata.runtime.signature import parse_signature, type_letter
from placet.jsonata.runtime.values import UNDEFINED, ConsArray, Sequence

SUM = BUILTINS["sum"]
MISSING = UNDEFINED


@pytest.mark.parametrize(
    ("signature", "arguments", "context", "wanted"),
    [
        ("<s-nn?:s>", ["a", 1], MISSING, ["a", 1, MISSING]),
        ("<s-nn?:s>", ["a", 1, 2], MISSING, ["a", 1, 2]),
        ("<s-nn?:s>", [1, 2], "here", ["here", 1, 2]),
        ("<s-nn?:s>", [MISSING, 1], "here", [MISSING, 1, MISSING]),
        ("<s-:s>", [], "here", ["here"]),
        ("<s-:s>", [], MISSING, [MISSING]),
        ("<x-b?:s>", [], None, [None, MISSING]),
        ("<n-n:n>", [6], 2, [2, 6]),
        ("<s-s>", ["b"], "a", ["a", "b"]),
        ("<x:b>", [None], MISSING, [None]),
        ("<l>", [None], MISSING, [None]),
        ("<(ns)-:n>", ["5"], MISSING, ["5"]),
        ("<(ns)-:n>", [], 5, [5]),
        ("<(nf)>", [SUM], MISSING, [SUM]),
        ("<a<n>:n>", [[1, 2.5]], MISSING, [[1, 2.5]]),
        ("<a<n>:n>", [3], MISSING, [[3]]),
        ("<a<n>:n>", [[]], MISSING, [[]]),
        ("<a<n>:n>", [MISSING], MISSING, [MISSING]),
        ("<a<n>+>", [[1], [2]], MISSING, [[1], [2]]),
        ("<a<n>+>", [1], MISSING, [[1]]),
        ("<a<a<n>>>", [[["x"]]], MISSING, [[["x"]]]),
        ("<a<s>s?>", ["a", "b"], MISSING, [["a"], "b"]),
        ("<a>", [{"a": 1}], MISSING, [[{"a": 1}]]),
        ("<a+>", [1, [2], None], MISSING, [[1], [2], [None]]),
        ("<n+s:a<n>>", [1, 2, "a"], MISSING, [1, 2, "a"]),
        ("<n+s-:a<n>>", [1, 2], "b", [1, 2, "b"]),
        ("<f<n:n>:f<n:n>>", [SUM], MISSING, [SUM]),
        ("<af?>", [[1]], MISSING, [[1], MISSING]),
        ("<f?n>", [1], MISSING, [1, MISSING]),
        ("<s?a>", [1], MISSING, [1, MISSING]),
        ("<a<n>a>", [MISSING, 1], MISSING, [MISSING, [1]]),
        ("<x-f>", [SUM], {"a": 1}, [{"a": 1}, SUM]),
        ("<>", [], MISSING, []),
        ("<:n>", [], MISSING, []),
        ("<b", [True], MISSING, [True]),
    ],
)
def test_arguments_are_completed_by_the_signature(
    signature: str, arguments: list[Any], context: Any, wanted: list[Any]
) -> None:
    parsed = parse_signature(signature)
    for _ in range(2):
        assert parsed.validate(arguments, context) == wanted


@pytest.mark.parametrize(
    ("signature", "arguments", "context", "code", "index"),
    [
        ("<nn:a>", [1, 3, "2"], MISSING, "T0410", 3),
        ("<nn+:a>", [1, 3, 2, "g"], MISSING, "T0410", 4),
        ("<nnn>", [1, "a"], MISSING, "T0410", 2),
        ("<n+s>", [1, 1, 1], MISSING, "T0410", 4),
        ("<n+s>", [1, 1, True, "a"], MISSING, "T0410", 3),
        ("<n>", [True], MISSING, "T0410", 1),
        ("<n>", [], MISSING, "T0410", 1),
        ("<b>", [1], MISSING, "T0410", 1),
        ("<f>", [MISSING], MISSING, "T0410", 1),
        ("<j>", [SUM], MISSING, "T0410", 1),
        ("<o>", [[1]], MISSING, "T0410", 1),
        ("<a<n>s?>", [[1], 2], MISSING, "T0410", 2),
        ("<>", [1], MISSING, "T0410", 1),
        ("<s-:s>", [], 5, "T0411", 1),
        ("<s-n>", [1], None, "T0411", 1),
        ("<a<n>>", [["3"]], MISSING, "T0412", 1),
        ("<a<n>>", [[1, True]], MISSING, "T0412", 1),
        ("<a<n>>", ["3"], MISSING, "T0412", 1),
        ("<sa<s>>", ["a", ["a", 1]], MISSING, "T0412", 2),
        ("<a<n>+>", [[1], 2], MISSING, "T0412", 2),
        ("<a<x>>", [[1]], MISSING, "T0412", 1),
    ],
)
def test_wrong_arguments_are_told_by_number(
    signature: str, arguments: list[Any], context: Any, code: str, index: int
) -> None:
    parsed = parse_signature(signature)
    for _ in range(2):
        with pytest.raises(JSONataError) as raised:
            parsed.validate(arguments, context)
        assert (raised.value.code, raised.value.details["index"]) == (code, index)
        assert f"argument {index}" in raised.value.message


@pytest.mark.parametrize(
    ("signature", "code"),
    [("<n<n>>", "S0401"), ("<<n>>", "S0401"), ("<s-<n>>", "S0401"), ("<(sa<n>)>>", "S0402")],
)
def test_bad_signature_is_refused(signature: str, code: str) -> None:
    with pytest.raises(JSONataError) as raised:
        parse_signature(signature)
    assert raised.value.code == code
    assert signature in raised.value.message


def test_signatures_compare_by_content() -> None:
    signature = parse_signature("<a<n>:n>")
    signature.validate([[1]], UNDEFINED)
    assert signature == parse_signature("<a<n>:n>")
    assert hash(signature) == hash(parse_signature("<a<n>:n>"))
    assert signature != parse_signature("<a<s>:n>")
    assert signature.text == "<a<n>:n>"
    assert [(one.type, one.subtype) for one in signature.parameters] == [("a", "n")]


def test_type_letter_knows_subclasses() -> None:
    assert type_letter(Sequence([1])) == type_letter(ConsArray()) == "a"
    assert type_letter(type("Text", (str,), {})("x")) == "s"
    assert type_letter(SUM) == "f"


def test_many_repeated_parameters_are_matched_in_no_time() -> None:
    parsed = parse_signature("<" + "n+" * 60 + "s>")
    with pytest.raises(JSONataError, match="T0410"):
        parsed.validate([1] * 300, UNDEFINED)


LETTERS = {"s": "sm", "n": "nm", "a": "asnblfom", "f": "f", "j": "asnblom"}
VALUES = {"s": "x", "n": 1, "b": True, "l": None, "o": {}, "a": [], "f": SUM, "m": UNDEFINED}


@given(
    st.lists(st.tuples(st.sampled_from(sorted(LETTERS)), st.sampled_from(["", "?", "+"]))),
    st.text("snblofam", max_size=6),
)
def test_signature_accepts_what_its_regular_expression_accepts(
    parameters: list[tuple[str, str]], letters: str
) -> None:
    pattern = "".join(f"[{LETTERS[kind]}]{mark}" for kind, mark in parameters)
    signature = parse_signature("<" + "".join(map("".join, parameters)) + ">")
    try:
        signature.validate([VALUES[letter] for letter in letters], UNDEFINED)
        accepted = True
    except JSONataError:
        accepted = False
    assert accepted == (re.fullmatch(pattern, letters) is not None)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("$length(5)", "argument 1 of `$length` must be a string, but it is a number"),
        (
            '$split("a", null)',
            "argument 2 of `$split` must be a string or a function, but it is null",
        ),
        ("$map([1])", "argument 2 of `$map` must be a function, but it is missing"),
        ("$sum([1], 2)", "argument 2 of `$sum` must be left out, but it is a number"),
        ("$map([1], $length)", "argument 1 of `$length` must be a string, but it is a number"),
        (
            '$sum("a")',
            "argument 1 of `$sum` must be an array whose every item is a number, but it is the "
            'string `"a"`',
        ),
        (
            '$sum([1, 2, "A"])',
            "argument 1 of `$sum` must be an array whose every item is a number, but item 3 of 3 "
            'is the string `"A"`',
        ),
        (
            "$merge([{}, [1, 2]])",
            "argument 1 of `$merge` must be an array whose every item is an object, but item 2 of "
            "2 is an array of 2",
        ),
        (
            "$sort(['a', 'b', 1])",
            "`$sort` without a comparator needs an array of only numbers or only strings, but "
            "item 3 of 3 is `1`",
        ),
    ],
)
def test_error_says_what_would_be_right(expression: str, message: str) -> None:
    with pytest.raises(JSONataError) as raised:
        jsonata.compile(expression).evaluate({})
    assert raised.value.message == message
