"""Writes the Python of an expression: one module per family of constructs."""

from placet.jsonata.generate import calls, control, operators, paths, tuples
from placet.jsonata.generate.core import Options
from placet.jsonata.generate.program import Program, build

__all__ = ["Options", "Program", "build", "calls", "control", "operators", "paths", "tuples"]
