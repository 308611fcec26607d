"""Use cases of sellers' budgets."""
