"""Use cases of dimensions, rules, rule files and settings."""
