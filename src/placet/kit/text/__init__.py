"""Texts that are read with the place of every value: JSON and YAML."""
