"""Rows of sellers' budgets."""
