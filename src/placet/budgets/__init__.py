"""The books: budgets, allocations and what moves in them."""
