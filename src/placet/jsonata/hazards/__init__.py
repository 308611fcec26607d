"""Expressions that compile and still do not do what their authors mean."""

from placet.jsonata.hazards.find import EFFORT, MAX_HAZARDS, find_hazards
from placet.jsonata.hazards.model import HAZARDS, Hazard

__all__ = ["EFFORT", "HAZARDS", "MAX_HAZARDS", "Hazard", "find_hazards"]
