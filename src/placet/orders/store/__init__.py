"""Rows of authorizations and of what waits for whom."""
