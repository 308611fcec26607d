"""The built-in functions, one module per family; importing this package fills `BUILTINS`."""

from placet.jsonata.functions import (
    aggregate,
    array,
    boolean,
    datetime,
    encoding,
    failure,
    higher_order,
    matching,
    numeric,
    object,
    string,
)
from placet.jsonata.functions.registry import BUILTINS

__all__ = [
    "BUILTINS",
    "aggregate",
    "array",
    "boolean",
    "datetime",
    "encoding",
    "failure",
    "higher_order",
    "matching",
    "numeric",
    "object",
    "string",
]
