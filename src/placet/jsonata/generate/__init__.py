"""Writes the Python of an expression: one module per family of constructs."""

from placet.jsonata.generate import control, operators, routes
from placet.jsonata.generate.core import Options
from placet.jsonata.generate.general import calls, paths, tuples
from placet.jsonata.generate.program import Program, build, build_quick

__all__ = [
    "Options", "Program", "build", "build_quick", "calls", "control", "operators",
    "paths", "routes", "tuples",
]  # fmt: skip
