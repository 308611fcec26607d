"""Bulk imports of workbooks."""
