"""Expressions that compile and still do not do what their authors mean."""

from placet.jsonata.hazards.find import find_hazards
from placet.jsonata.hazards.model import HAZARDS, Hazard

__all__ = ["HAZARDS", "Hazard", "find_hazards"]
