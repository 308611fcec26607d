"""Expressions that compile and still do not do what their authors mean."""

from placet.policies.core.hazards.find import EFFORT, MAX_HAZARDS, find_hazards
from placet.policies.core.hazards.model import HAZARDS, NOTES, Hazard
from placet.policies.core.hazards.rewrites.proof import TRIAL
from placet.policies.core.hazards.rewrites.repairs import repaired
from placet.policies.core.hazards.shape import Shape, learn, shape_of

__all__ = [
    "EFFORT", "HAZARDS", "MAX_HAZARDS", "NOTES", "TRIAL", "Hazard", "Shape", "find_hazards",
    "learn", "repaired", "shape_of",
]  # fmt: skip
