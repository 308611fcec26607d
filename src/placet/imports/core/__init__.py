"""Buyer organizations: the workbook that describes them, checked without a database."""
