"""Buying policies: dimensions, rules and the walk through them."""
