"""What was probably meant: the language's own spelling of what people know from other ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Final

from placet.jsonata.foreign import FOREIGN_FUNCTIONS, form_of
from placet.jsonata.spelling import closest

__all__ = ["FUNCTION_NAMES", "find_hint", "function_hint"]

# Names of the built-in functions, without `$`; their registry adds them.
FUNCTION_NAMES: Final[set[str]] = set()

_CONDITION: Final = "a condition is written `test ? this : that`"
_FOR_EACH: Final = (
    "each item is calculated with by `list.(field * 2)`, and all of them are added up by "
    "`$sum(list.(field * 2))`"
)
_SEARCH: Final = "a text is searched by `$contains(text, /pattern/)`"
_BINDING: Final = "a variable is bound in parentheses: `($x := 1; $x > 0)`"
_COMMENT: Final = "a comment is written `/* … */`"
_SPELLING: Final = "the language writes `{0}` as `{1}`"

_OPERATORS: Final[dict[str, str]] = {
    "&&": "and",
    "||": "or",
    "==": "=",
    "===": "=",
    "!==": "!=",
    "<>": "!=",
    "><": "!=",
    "=<": "<=",
    "=>": ">=",
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "~=": "!=",
    "!": "$not(…)",
    "**": "$power(base, exponent)",
}
_RUN: Final = re.compile(r"[&|=!<>~*+≥≤≠-]+")
_WORD: Final = re.compile(r"[^\W\d]\w*")
_LAST_WORD: Final = re.compile(r"([^\W\d]\w*)\s*\Z")

# Words by their upper-case form.
_WORDS: Final[dict[str, str]] = {
    "AND": "operators are in lower case: `and`",
    "OR": "operators are in lower case: `or`",
    "IN": "operators are in lower case: `in`",
    "XOR": "of two tests exactly one holds where `$boolean(a) != $boolean(b)`",
    "NOT": "negation is written `$not(…)`, and two values differ where `a != b`",
    "IS": "equality is written `a = b`; whether there is a value, `$exists(a)`",
    "EQ": "equality is written `a = b`",
    "EQUALS": "equality is written `a = b`",
    "NE": "two values differ where `a != b`",
    "GT": _SPELLING.format("gt", ">"),
    "GE": _SPELLING.format("ge", ">="),
    "GTE": _SPELLING.format("gte", ">="),
    "LT": _SPELLING.format("lt", "<"),
    "LE": _SPELLING.format("le", "<="),
    "LTE": _SPELLING.format("lte", "<="),
    "LIKE": "a text is searched by `$contains(text, 'part')` or `$contains(text, /pattern/)`",
    "MATCHES": _SEARCH,
    "ILIKE": _SEARCH,
    "STARTSWITH": "a text's start is asked for by `$contains(text, /^start/)`",
    "STARTS": "a text's start is asked for by `$contains(text, /^start/)`",
    "BEGINS": "a text's start is asked for by `$contains(text, /^start/)`",
    "ENDSWITH": "a text's end is asked for by `$contains(text, /end$/)`",
    "ENDS": "a text's end is asked for by `$contains(text, /end$/)`",
    "INCLUDES": "a text is searched by `$contains(text, 'part')`; a list holds `x in list`",
    "HAS": "a text is searched by `$contains(text, 'part')`; a list holds `x in list`",
    "CONTAINS": "a text is searched by `$contains(text, 'part')`; a list holds `x in list`",
    "BETWEEN": "a range is written `x >= low and x <= high`",
    "EXISTS": "whether there is a value is written `$exists(…)`",
    "IF": _CONDITION,
    "THEN": _CONDITION,
    "ELSE": _CONDITION,
    "ELSEIF": "the next condition goes behind the colon: `a ? x : b ? y : z`",
    "ELIF": "the next condition goes behind the colon: `a ? x : b ? y : z`",
    "UNLESS": _CONDITION + ", with `$not(…)` around the test",
    "WHERE": "a list is filtered by `list[test]`",
    "LET": _BINDING,
    "VAR": _BINDING,
    "CONST": _BINDING,
    "RETURN": "the last expression is the result, without a word before it",
    "MOD": "the remainder of a division is written `a % b`",
    "DIV": "a division is written `a / b`",
}
_THOUSANDS: Final = "a number has no thousands separator: `1000`"
_FOLDED: Final = {name.casefold(): meant for name, meant in FOREIGN_FUNCTIONS.items()}
# Codes, what stands before the token, the token, what follows (regular expressions), the hint.
_MARKS: Final[tuple[tuple[str, str, str, str, str], ...]] = (
    ("S0201", r"\A\s*if\b", r"[\s\S]*", r"", _CONDITION),
    ("S020[12]", r"\d\Z", r",", r"\d{3}", _THOUSANDS),
    ("S0201", r"\d\Z", r"_\d+", r"", _THOUSANDS),
    ("S0201", r"(?<![\w$`.])\d{1,3}\Z", r"\d{1,3}", r"", _THOUSANDS),
    ("S0201", r"(?<![\w$`.])\d{1,3}\.\d{3}\.\d\Z", r"\d{1,2}", r"", _THOUSANDS),
    ("S0213", r"(?<![\w$`.])\d{1,3}\.\d\d\Z", r"[\d.]+", r"\.\d{3}", _THOUSANDS),
    ("S0202", r"\bin\s*\([^()]*\Z", r",", r"", "a list of values is written `['a', 'b']`"),
    ("S020.", r"", r";", r"", "several expressions go in parentheses: `(first; second)`"),
    ("S0201", r"", r"[)\]}]", r"", "no bracket that `{token}` could close is open"),
    ("S0211", r",\Z", r"[)\]}]", r"", "no comma goes behind the last one"),
    ("S02..", r"\{[^{}:]*\Z", r"\}", r"", "a field is its plain name, without `${…}` or `{{…}}`"),
    ("S0201", r"\d\Z", r"€|£|¥|USD|EUR|BRL|GBP|R", r"", "an amount is a plain number: `1000`"),
    ("S0201", r"'[^']*'\Z", r"[\s\S]*", r"", "a quote inside a string is written `\\'`"),
    ("S0201", r"['\"]\Z|\w\Z", r"[\s\S]*['\"]", r"", "a quote inside a string is written `\\'`"),
    ("S0207", r"%\Z", r"\(end\)", r"", "`%` is the remainder: `value * 10 / 100` is ten per cent"),
    ("S0211", r"\?\Z", r"\.", r"", "a plain `.` does: what is missing gives no value and no error"),
    ("S0212", r"", r"\w+", r"", "equality is written `=`; a variable is bound by `${token} := …`"),
    ("S0208", r"", r"\w+", r"", "the parameter is written `${token}`"),
    ("S0202", r"\^\Z", r"\w+", r"", "a power is written `$power(base, exponent)`"),
)
_WIDE: Final = re.compile("[\uff01-\uff5e\u3000]+")
_QUOTES: Final = frozenset("“”„‟‘’‚‛«»")
_NUMERIC: Final = re.compile(r"\s*-?[0-9]+(?:\.[0-9]+)?\s*")


def find_hint(
    code: str,
    source: str | None,
    span: tuple[int, int] | None,
    token: str | None,
    details: Mapping[str, Any],
) -> str | None:
    """The hint for an error, None when nothing better than its message is known.

    `span` is the place of `token` in `source`, the expression's text.
    """
    if code in {"T1005", "T1006", "T1007", "T1008", "T2006"}:
        return function_hint(_called(source, span, token))
    if code.startswith("T20"):
        return _value_hint(code, token, details)
    if code.startswith("S") and source is not None and span is not None:
        return _syntax_hint(code, source, span, token or "")
    return None


def function_hint(name: str | None, bound: Iterable[str] = ()) -> str | None:
    """`did you mean …` for an unknown function's name, without `$`; `bound` are the variables."""
    if not name:
        return None
    if form := form_of(name):
        return f"the language writes it `{form.example}`"
    meant = name if name in FUNCTION_NAMES else _FOLDED.get(name.casefold())
    if meant is None:
        meant = closest(name, [*FUNCTION_NAMES, *bound])
    return f"did you mean `${meant}`?" if meant else None


def _called(source: str | None, span: tuple[int, int] | None, token: str | None) -> str | None:
    if token != "~>" or source is None or span is None:  # noqa: S105 - an operator
        return token
    name = re.compile(r"\s*\$(\w+)").match(source, span[1])
    return name[1] if name else None


def _value_hint(code: str, token: str | None, details: Mapping[str, Any]) -> str | None:
    values = [details[key] for key in ("value", "value2") if key in details]
    texts = [value for value in values if isinstance(value, str)]
    if any(isinstance(value, list) for value in values):
        if code == "T2010":
            return "to ask whether any item does, write `$exists(list[field > 1])`"
        return _FOR_EACH
    if code == "T2010" and None in values:
        return "`null` has no order: test for it first, with `!= null`"
    if any(_NUMERIC.fullmatch(text) for text in texts):
        return "a string of digits becomes a number by `$number(…)`"
    if token == "+" and texts:  # noqa: S105 - an operator
        return "strings are joined by `&`"
    return None


def _syntax_hint(code: str, source: str, span: tuple[int, int], token: str) -> str | None:
    start, end = span
    before, after = source[:start].rstrip(), source[end:]
    if _QUOTES.intersection(source[start : end + 1] + before[-1:]):
        return "strings stand in straight quotes: `'` or `\"`"
    if wide := _WIDE.search(source[start : end + 1] + before[-1:]):
        meant = unicodedata.normalize("NFKC", token if _WIDE.search(token) else wide[0]).strip()
        return f"the language has plain characters only: `{meant or ' '}`, as on any keyboard"
    if code == "S0204" and token == "~":  # noqa: S105 - an operator
        return _SEARCH
    if code == "S0204" and source[end : end + 1] == "~":
        return "what is not in a text is asked for by `$not($contains(text, /pattern/))`"
    if comment := _comment_hint(code, before, source[start:], token):
        return comment
    if operator := _operator_hint(source, start):
        return operator
    word = _WORDS.get(token.upper()) if _WORD.fullmatch(token) else None
    if word is None and (last := _LAST_WORD.search(before)):
        word = _WORDS.get(last[1].upper()) if last[1] not in {"and", "or", "in"} else None
    return word or _mark_hint(code, before, token, after)


def _comment_hint(code: str, before: str, rest: str, token: str) -> str | None:
    if code == "S0214" and token == "#":  # noqa: S105 - an operator
        return f"{_COMMENT}, and `#$i` binds a position"
    slashes = code in {"S0301", "S0302"} and "//" in before + rest
    return _COMMENT if slashes else None


def _operator_hint(source: str, start: int) -> str | None:
    """The hint for a run of operator characters that goes through `start`."""
    while start > 0 and _RUN.match(source[start - 1]) and _RUN.match(source, start):
        start -= 1
    found = _RUN.match(source, start)
    if found is None:
        return None
    run = found[0]
    if run in _OPERATORS:
        hint = _SPELLING.format(run, _OPERATORS[run])
        return hint + ", and a function as `function($x){…}`" if run == "=>" else hint
    if run == "|":
        return "two tests are joined by `or`; `|` begins a transform"
    if run in {"++", "--", "+=", "-=", "*="}:
        return "nothing is changed in place; a new value is bound by `$x := …`"
    return None


def _mark_hint(code: str, before: str, token: str, after: str) -> str | None:
    for codes, earlier, marks, later, hint in _MARKS:
        if (
            re.fullmatch(codes, code)
            and re.search(earlier, before)
            and re.fullmatch(marks, token)
            and re.match(later, after)
        ):
            return hint.replace("{token}", token)
    return None
