"""Every error code of the expression language with its sentence.

Placeholders: `{token}`, and the keyword details that the raising place passes.
"""

from __future__ import annotations

from typing import Final

__all__ = ["CODES"]

SYNTAX: Final[dict[str, str]] = {
    "S0401": "the signature `{signature}` gives a subtype to what is no array or function",
    "S0402": "the signature `{signature}` has a choice with a subtype in it, which it must not",
}

RUNTIME: Final[dict[str, str]] = {
    "T0410": "argument {index} of `{token}` has a type that its signature does not accept",
    "T0411": "the context is no value that can stand in for argument {index} of `{token}`",
    "T0412": "argument {index} of `{token}` must be an array of {type}",
    "T1010": "the matcher gave something else than an object with match, start, end and next",
    "D1004": "the regular expression `{token}` matches an empty string and would never end",
    "D3001": "an infinite number cannot be turned into a string",
    "D3010": "the pattern of `$replace` must not be an empty string",
    "D3011": "the limit of `$replace` must not be negative",
    "D3012": "the function that replaces a match must give a string",
    "D3020": "the limit of `$split` must not be negative",
    "D3040": "the limit of `$match` must not be negative",
    "D3050": "the function given to `$reduce` must take at least two arguments",
    "D3070": "`$sort` without a comparator needs an array of only numbers or only strings",
    "D3137": "{message}",
    "D3138": "`$single` found more than one matching item",
    "D3139": "`$single` found no matching item",
    "D3140": "the text given to `{token}` is not well-formed",
    "D3141": "{message}",
    "U1001": "the expression ran past its limit: {limit}",
}

CODES: Final[dict[str, str]] = {**SYNTAX, **RUNTIME}
