"""Expressions that compile and still do not do what their authors mean."""

from placet.jsonata.hazards.find import EFFORT, MAX_HAZARDS, find_hazards
from placet.jsonata.hazards.model import HAZARDS, NOTES, Hazard
from placet.jsonata.hazards.proof import TRIAL
from placet.jsonata.hazards.repairs import repaired
from placet.jsonata.hazards.shape import Shape, learn, shape_of

__all__ = [
    "EFFORT", "HAZARDS", "MAX_HAZARDS", "NOTES", "TRIAL", "Hazard", "Shape", "find_hazards",
    "learn", "repaired", "shape_of",
]  # fmt: skip
