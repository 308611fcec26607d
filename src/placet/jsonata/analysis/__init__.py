"""What an expression reads and uses, known from its tree alone.

Every part is followed as the set of places in the input that its value may be taken from; a place
that is then looked at is a field read. Where the tree does not tell, the answer is the cautious
one: the whole of what was handed over counts as read.
"""

from placet.jsonata import nodes as n
from placet.jsonata.analysis import calls, values
from placet.jsonata.analysis.reader import Analysis, Reader
from placet.jsonata.runtime.stack import on_fresh_stack

__all__ = ["Analysis", "analyse", "calls", "values"]


def analyse(node: n.Node) -> Analysis:
    """What the expression with this tree reads and uses."""
    try:
        return Reader().analyse(node)
    except RecursionError:
        analysis: Analysis = on_fresh_stack(Reader().analyse, node)
        return analysis
