"""Routes of units, people and delegations."""
