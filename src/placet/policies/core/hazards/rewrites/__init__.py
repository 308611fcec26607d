"""Rewrites that are offered once they were tried."""
