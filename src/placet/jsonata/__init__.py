"""JSONata: `compile(source).evaluate(data)`."""

from placet.jsonata.analysis import Analysis
from placet.jsonata.errors import JSONataError
from placet.jsonata.explain import Explanation
from placet.jsonata.expression import Expression, compile
from placet.jsonata.runtime.state import Limits
from placet.jsonata.runtime.values import UNDEFINED

__all__ = [
    "UNDEFINED", "Analysis", "Explanation", "Expression", "JSONataError", "Limits", "compile",
]  # fmt: skip
