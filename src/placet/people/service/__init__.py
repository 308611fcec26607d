"""Use cases of units, people and delegations."""
