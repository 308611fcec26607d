"""Routes of dimensions, rules, rule files and settings."""
