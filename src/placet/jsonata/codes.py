"""Every error code of the expression language with its sentence.

Placeholders: `{token}`, `{called}` (the token as the expression writes it), and the keyword details
that the raising place passes; with `:value` a detail is described as a value of the language.
Wording: lowercase, no full stop, what was found and what would be right.
"""

from __future__ import annotations

from typing import Final

__all__ = ["CODES"]

SYNTAX: Final[dict[str, str]] = {
    "S0101": "the string has no closing quote",
    "S0102": "the number `{token}` is too large: at most about 1.8e308",
    "S0103": '`\\{token}` is no escape: after `\\` stands one of `"\\/bfnrt`, or `u` and 4 digits',
    "S0104": "`\\u` must be followed by four hexadecimal digits",
    "S0105": "the name in backticks has no closing backtick",
    "S0106": "the comment has no closing `*/`",
    "S0201": "`{token}` is not expected here: an operator before it is missing, or it is too much",
    "S0202": "expected `{value}`, found `{token}`",
    "S0203": "expected `{value}`, but the expression ends here",
    "S0204": "`{token}` is not an operator: only `!=` and `~>` have it",
    "S0207": "the expression ends where a value is expected",
    "S0208": "parameter {index} of the function must be a variable such as `$x`, found `{token}`",
    "S0209": "a predicate cannot follow a grouping: put it first, or the grouping in `(…)`",
    "S0210": "a grouping cannot follow another one: put the first in `(…)`",
    "S0211": "expected a value, found `{token}`",
    "S0212": "the left side of `:=` must be a variable such as `$x`, found `{token}`",
    "S0213": "the literal `{token}` cannot be a step of a path: only names and strings can",
    "S0214": "`{token}` must be followed by a variable such as `$x`",
    "S0215": "`@` must come before the predicates of its step",
    "S0216": "`@` must come before the sorting of its step",
    "S0217": "nothing above tells which parent `%` means: it needs steps before it in its path",
    "S0301": "the regular expression between the slashes is empty",
    "S0302": "the regular expression has no closing `/`, or a bracket in it is not closed",
    "S0303": "the regular expression `/{token}/` is not valid: {reason}",
    "S0401": "the signature `{signature}` has `<…>` behind something other than `a` or `f`",
    "S0402": "the signature `{signature}` has `<…>` inside a choice `(…)`, where it must not be",
    "U1002": "the expression is too long: at most {limit}",
    "U1003": "the expression is nested too deeply: at most {limit}",
}

RUNTIME: Final[dict[str, str]] = {
    "T0410": "argument {index} of `${token}` must be {expected}, but it is {found}",
    "T0411": "the context stands in for argument {index} of `${token}`, so it must be {expected}",
    "T0412": (
        "argument {index} of `${token}` must be an array whose every item is {expected}, but "
        "{where} is {value:value}"
    ),
    "T1003": "expected a string as the key of an object, found {value:value}",
    "T1005": "`{token}` is a field here, not a function: built-in functions begin with `$`",
    "T1006": "`{called}` is called, but is not a function",
    "T1007": "`{token}` is a field here: only a function such as `$f` can be applied in part",
    "T1008": "`{called}` is applied in part, but is not a function",
    "T1010": "a matcher must give an object with `match`, `start`, `end`, `groups` and `next`",
    "T2001": "expected a number on the left side of `{token}`, found {value:value}",
    "T2002": "expected a number on the right side of `{token}`, found {value:value}",
    "T2003": "expected a whole number on the left side of `..`, found {value:value}",
    "T2004": "expected a whole number on the right side of `..`, found {value:value}",
    "T2006": "expected a function on the right side of `~>`, found {value:value}",
    "T2007": "expected sort keys of one type, found {value:value} and {value2:value}",
    "T2008": "expected a number or a string as sort key, found {value:value}",
    "T2009": (
        "`{token}` compares two numbers or two strings, found {value:value} and {value2:value}"
    ),
    "T2010": "`{token}` compares numbers or strings, found {value:value}",
    "T2011": "expected an object as the update of a transform, found {value:value}",
    "T2012": "expected strings as what a transform deletes, found {value:value}",
    "D1001": "{value:value} is outside the range of a number, about 1.8e308 either way",
    "D1002": "expected a number after the minus sign, found {value:value}",
    "D1004": "the regular expression `/{regex}/` matches an empty text and would never end",
    "D1009": "two keys of the grouping both give `{value}`: make them one, or tell them apart",
    "D2014": "the range has {value:value} numbers: at most 10,000,000 are allowed",
    "D3001": "an infinite number cannot be turned into a string",
    "D3010": "the pattern of `$replace` must not be an empty string",
    "D3011": "the limit of `$replace` must not be negative",
    "D3012": "the function that replaces a match must give a string",
    "D3020": "the limit of `$split` must not be negative",
    "D3030": "{value:value} cannot be read as a number",
    "D3040": "the limit of `$match` must not be negative",
    "D3050": "the function given to `$reduce` must take at least two arguments",
    "D3060": "`$sqrt` takes no negative number: {value:value} has no real square root",
    "D3061": "`$power` of {base:value} and {exponent:value} is not a finite real number",
    "D3070": (
        "`$sort` without a comparator needs an array of only numbers or only strings, but {where} "
        "is {value:value}"
    ),
    "D3080": "the picture `{picture}` has more than two parts",
    "D3081": "the picture `{picture}` has more than one decimal separator",
    "D3082": "the picture `{picture}` has more than one percent sign",
    "D3083": "the picture `{picture}` has more than one per-mille sign",
    "D3084": "the picture `{picture}` has both a percent and a per-mille sign",
    "D3085": "the picture `{picture}` has no digit before or after the decimal separator",
    "D3086": "the picture `{picture}` has another character between its digits",
    "D3087": "the picture `{picture}` has a grouping separator next to the decimal separator",
    "D3088": "the picture `{picture}` ends its whole part with a grouping separator",
    "D3089": "the picture `{picture}` has two grouping separators in a row",
    "D3090": "the picture `{picture}` has an optional digit after a mandatory one before the point",
    "D3091": "the picture `{picture}` has a mandatory digit after an optional one behind the point",
    "D3092": "the picture `{picture}` has an exponent together with a percent or per-mille sign",
    "D3093": "the exponent in the picture `{picture}` must be mandatory digits only",
    "D3100": "the base of `$formatBase` must be from 2 to 36, not {value:value}",
    "D3110": "{value:value} is not an ISO 8601 timestamp, or is outside the calendar",
    "D3120": "`$eval` was given a text that is not an expression: {error}",
    "D3121": "`$eval` ran an expression that failed: {error}",
    "D3130": "the number format `{picture}` is not supported",
    "D3131": "the number format `{picture}` mixes digits of two scripts",
    "D3132": "the date-time picture has an unknown component `{component}`",
    "D3133": "the date-time component `{component}` cannot be a name, or cannot be read",
    "D3134": "`{picture}` is not a time zone offset such as `+0100`, or not a format of one",
    "D3135": "the date-time picture `{picture}` has a `[` without its `]`",
    "D3136": "the date and time need every unit between the largest and the smallest one given",
    "D3137": "{message}",
    "D3138": "`$single` found more than one matching item",
    "D3139": "`$single` found no matching item",
    "D3140": "the text given to `${token}` is not well-formed",
    "D3141": "{message}",
    "U1001": "the expression ran past its limit: {limit}",
}

CODES: Final[dict[str, str]] = {**SYNTAX, **RUNTIME}
