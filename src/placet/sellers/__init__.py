"""Sellers' budgets: capped, dated and paced."""
