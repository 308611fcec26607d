"""Credentials as they are kept."""
