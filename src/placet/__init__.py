"""Placet: a self-hosted order authorization engine."""

__version__ = "0.1.0"
