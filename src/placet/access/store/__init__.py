"""Rows of keys and tokens."""
