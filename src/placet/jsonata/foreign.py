"""Functions of other languages, and how the language says the same."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

__all__ = ["FOREIGN_FUNCTIONS", "Form", "form_of", "quoted_pattern"]

# Functions of other languages that no spelling leads to.
FOREIGN_FUNCTIONS: Final[dict[str, str]] = {
    "avg": "average",
    "mean": "average",
    "len": "length",
    "size": "count",
    "total": "sum",
    "toUpperCase": "uppercase",
    "upper": "uppercase",
    "toUpper": "uppercase",
    "ucase": "uppercase",
    "toLowerCase": "lowercase",
    "lower": "lowercase",
    "toLower": "lowercase",
    "lcase": "lowercase",
    "includes": "contains",
    "indexOf": "contains",
    "search": "contains",
    "has": "contains",
    "test": "contains",
    "toString": "string",
    "str": "string",
    "parseInt": "number",
    "parseFloat": "number",
    "toNumber": "number",
    "int": "number",
    "float": "number",
    "decimal": "number",
    "concat": "append",
    "push": "append",
    "unique": "distinct",
    "find": "filter",
    "where": "filter",
    "some": "exists",
    "any": "exists",
    "isDefined": "exists",
    "isPresent": "exists",
    "date": "toMillis",
    "strip": "trim",
    "today": "now",
    "slice": "substring",
    "substr": "substring",
    "mid": "substring",
    "ceiling": "ceil",
    "pow": "power",
    "values": "lookup",
}


class Form(NamedTuple):
    """`template` is filled with the arguments; `example` is the same for any argument.

    `{1:regex}` asks for an argument that is a text constant, as a regular expression.
    """

    template: str
    example: str


_ENDS: Final = Form("$contains({0}, /{1:regex}$/)", "$contains(text, /end$/)")
_STARTS: Final = Form("$contains({0}, /^{1:regex}/)", "$contains(text, /^start/)")
_EQUAL: Final = Form("{0} = {1}", "a = b")
_MATCHES: Final = Form("$contains({0}, {1})", "$contains(text, /pattern/)")
_MISSING: Final = Form("$not($exists({0}))", "$not($exists(field))")
_CHOICE: Final = Form("({0} ? {1} : {2})", "test ? this : that")
_ELSE: Final = Form("({0} ?? {1})", "a ?? b")
# By name in lower case without underlines, and number of arguments, the text before the dot being
# the first one.
_FORMS: Final[dict[tuple[str, int], Form]] = {
    ("endswith", 2): _ENDS,
    ("endwith", 2): _ENDS,
    ("ends", 2): _ENDS,
    ("startswith", 2): _STARTS,
    ("startwith", 2): _STARTS,
    ("beginswith", 2): _STARTS,
    ("equals", 2): _EQUAL,
    ("equal", 2): _EQUAL,
    ("eq", 2): _EQUAL,
    ("iequals", 2): Form("$lowercase({0}) = $lowercase({1})", "$lowercase(a) = $lowercase(b)"),
    ("equalsignorecase", 2): Form(
        "$lowercase({0}) = $lowercase({1})", "$lowercase(a) = $lowercase(b)"
    ),
    ("matches", 2): _MATCHES,
    ("ismatch", 2): _MATCHES,
    ("regexmatch", 2): _MATCHES,
    ("isnull", 1): _MISSING,
    ("ismissing", 1): _MISSING,
    ("isundefined", 1): _MISSING,
    ("isempty", 1): Form("$count({0}) = 0", "$count(list) = 0"),
    ("empty", 1): Form("$count({0}) = 0", "$count(list) = 0"),
    ("isnotempty", 1): Form("$count({0}) > 0", "$count(list) > 0"),
    ("isnotnull", 1): Form("$exists({0})", "$exists(field)"),
    ("first", 1): Form("{0}[0]", "list[0]"),
    ("last", 1): Form("{0}[-1]", "list[-1]"),
    ("if", 3): _CHOICE,
    ("iif", 3): _CHOICE,
    ("iff", 3): _CHOICE,
    ("coalesce", 2): _ELSE,
    ("ifnull", 2): _ELSE,
    ("nvl", 2): _ELSE,
    ("between", 3): Form("({0} >= {1} and {0} <= {2})", "x >= low and x <= high"),
    ("and", 2): Form("({0} and {1})", "a and b"),
    ("or", 2): Form("({0} or {1})", "a or b"),
    ("tofixed", 2): Form("$round({0}, {1})", "$round(x, 2)"),
    ("every", 2): Form("", "$count(list[$not(test)]) = 0"),
    ("all", 2): Form("", "$count(list[$not(test)]) = 0"),
}


def form_of(name: str, count: int | None = None) -> Form | None:
    """How a function of another language with `count` arguments is said; None: any number."""
    folded = name.replace("_", "").casefold()
    if count is not None:
        return _FORMS.get((folded, count))
    return next((form for (known, _), form in _FORMS.items() if known == folded), None)


def quoted_pattern(text: str) -> str:
    """A regular expression, without its slashes, that finds just this text."""
    return re.sub(r"([\\/^$.|?*+()\[\]{}])", r"\\\1", text)
