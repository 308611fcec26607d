"""Budgets: what may happen to them, and what the books say afterwards."""
