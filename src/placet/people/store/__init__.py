"""Rows of accounts, units, people and delegations."""
