"""Rows of dimensions and snapshots."""
