"""Bulk imports of buyer organizations: upload, validation and import in the background."""
