"""Who calls, and tokens for app keys."""
